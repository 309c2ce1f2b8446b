/**
 * The PIN for a day without the link: the cloud's grant is shown to the hub once, with a PIN of the person's choice. While both can
 * be reached the grant is renewed by itself, so that a PIN goes on as long as its person works here.
 */
import { DoorError, doorErrorFrom } from '@totem/ui';

/** As the hub asks for it. */
export const PIN_PATTERN = /^[0-9]{6,12}$/;
/** A grant with less left than this is renewed. */
const RENEW_AHEAD_MS = 7 * 86_400_000;
const ANSWER_MS_MAX = 15_000;

/** What it takes to speak to both servers. */
export interface PinPlace {
  readonly cloudUrl: string;
  readonly hubUrl: string;
  readonly siteId: string;
  readonly token: string;
}

/** Binds a grant to a PIN; without one, to the PIN that is there. @throws DoorError */
export async function choosePin(place: PinPlace, pin?: string): Promise<void> {
  const { cloudUrl, hubUrl, siteId, token } = place;
  const answer = await ask(`${cloudUrl}/v1/me/hub-grants`, token, { siteId });
  const grant = typeof answer === 'object' && answer !== null && 'grant' in answer ? answer.grant : undefined;
  await ask(`${hubUrl}/v1/pin`, token, { grant, ...(pin === undefined ? {} : { pin }) });
}

/** Looks whether there is a PIN, and renews its grant in time. @returns whether there is one. @throws DoorError */
export async function tendPin(place: PinPlace, nowMs: number): Promise<boolean> {
  const answer = await ask(`${place.hubUrl}/v1/pin`, place.token);
  const until = typeof answer === 'object' && answer !== null && 'until' in answer ? answer.until : null;
  if (typeof until !== 'string') return false;
  if (Date.parse(until) - nowMs < RENEW_AHEAD_MS) await choosePin(place);
  return true;
}

async function ask(url: string, token: string, body?: object): Promise<unknown> {
  let answer: Response;
  try {
    answer = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
  } catch (cause) {
    throw new DoorError('unreachable', { cause });
  }
  const read: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok) throw doorErrorFrom(answer.status, read);
  return read;
}

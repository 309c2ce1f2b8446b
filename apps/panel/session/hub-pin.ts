/**
 * The PIN for a day without the link: the cloud's grant is shown to the hub once, with a PIN of the person's choice. While both can
 * be reached the grant is renewed by itself, so that a PIN goes on as long as its person works here.
 */
import { exchange } from '@totem/ui';

/** As the hub asks for it. */
export const PIN_PATTERN = /^[0-9]{6,12}$/;
/** A grant with less left than this is renewed. */
const RENEW_AHEAD_MS = 7 * 86_400_000;

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
  const answer = await exchange(`${cloudUrl}/v1/me/hub-grants`, { token, body: { siteId } });
  const grant = typeof answer === 'object' && answer !== null && 'grant' in answer ? answer.grant : undefined;
  await exchange(`${hubUrl}/v1/pin`, { token, body: { grant, ...(pin === undefined ? {} : { pin }) } });
}

/** Looks whether there is a PIN, and renews its grant in time. @returns whether there is one. @throws DoorError */
export async function tendPin(place: PinPlace, nowMs: number): Promise<boolean> {
  const answer = await exchange(`${place.hubUrl}/v1/pin`, { token: place.token });
  const until = typeof answer === 'object' && answer !== null && 'until' in answer ? answer.until : null;
  if (typeof until !== 'string') return false;
  if (Date.parse(until) - nowMs < RENEW_AHEAD_MS) await choosePin(place);
  return true;
}

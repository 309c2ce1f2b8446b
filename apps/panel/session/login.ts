/**
 * What is asked without a token: a session for a user name and password or PIN, the next token for the one before, and its end.
 * This device keeps what the server gave it at the last sign-in, so that others who guess at a name do not slow its person down.
 */
import { DoorError, doorErrorFrom } from '@totem/ui';
import { parseSession, type Session, type TabStorage } from './session.ts';

/** How long the server may take to check a password: its hash is slow on purpose. */
const ANSWER_MS_MAX = 15_000;
const DEVICE_STORED_AS = 'totem.panel.device';

export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** Of the second factor, once it was asked for. */
  readonly code?: string;
  /** In place of one that was given to the person, once it was asked for. */
  readonly newPassword?: string;
}

/** Signs in. @throws DoorError: `login_failed`, `totp_required`, another word of the server's catalogue, or `unreachable`. */
export async function signIn(
  baseUrl: string,
  credentials: Credentials,
  device: TabStorage,
): Promise<Session> {
  const known = device.getItem(DEVICE_STORED_AS);
  const answer = await post(`${baseUrl}/v1/login`, {
    ...credentials,
    ...(known === null ? {} : { device: known }),
  });
  const given =
    typeof answer === 'object' && answer !== null && 'device' in answer ? answer.device : undefined;
  if (typeof given === 'string') device.setItem(DEVICE_STORED_AS, given);
  return { ...sessionIn(answer), username: credentials.username };
}

/** Signs in at a hub that has no link, with a PIN. @throws DoorError: `hub_pin_wrong`, `hub_pin_locked`, or `unreachable`. */
export async function signInAtHub(hubUrl: string, username: string, pin: string): Promise<Session> {
  return { ...sessionIn(await post(`${hubUrl}/v1/login`, { username, pin })), username };
}

/** The session with its next tokens. @throws DoorError: `session_ended` and its like, or `unreachable`. */
export async function refreshed(baseUrl: string, refreshToken: string): Promise<Session> {
  return sessionIn(await post(`${baseUrl}/v1/refresh`, { refreshToken }));
}

/** Ends a session at the server, if it can be reached: without its tokens nobody goes on with it anyway. */
export async function signOut(baseUrl: string, refreshToken: string): Promise<void> {
  await post(`${baseUrl}/v1/logout`, { refreshToken }).catch(() => undefined);
}

function sessionIn(answer: unknown): Session {
  const session = parseSession(answer);
  if (session === undefined) throw new DoorError('internal_error');
  return session;
}

async function post(url: string, body: object): Promise<unknown> {
  let answer: Response;
  try {
    answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
      keepalive: true,
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
  } catch (cause) {
    throw new DoorError('unreachable', { cause });
  }
  const read: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok) throw doorErrorFrom(answer.status, read);
  return read;
}

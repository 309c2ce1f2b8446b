/**
 * What is asked without a token: a session for a user name and password or PIN, the next token for the one before, and its end.
 * This device keeps what the server gave it at the last sign-in, so that others who guess at a name do not slow its person down.
 */
import { DoorError } from '../door/door-error.ts';
import { exchange } from './exchange.ts';
import { parseSession, type Session, type TabStorage } from './session.ts';

const DEVICE_STORED_AS = 'totem.device';

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
  const answer = await exchange(`${baseUrl}/v1/login`, {
    body: { ...credentials, ...(known === null ? {} : { device: known }) },
  });
  const given =
    typeof answer === 'object' && answer !== null && 'device' in answer ? answer.device : undefined;
  if (typeof given === 'string') device.setItem(DEVICE_STORED_AS, given);
  return { ...sessionIn(answer), username: credentials.username };
}

/** Signs in at a hub that has no link, with a PIN. @throws DoorError: `hub_pin_wrong`, `hub_pin_locked`, or `unreachable`. */
export async function signInAtHub(hubUrl: string, username: string, pin: string): Promise<Session> {
  return { ...sessionIn(await exchange(`${hubUrl}/v1/login`, { body: { username, pin } })), username };
}

/** The session with its next tokens. @throws DoorError: `session_ended` and its like, or `unreachable`. */
export async function refreshed(baseUrl: string, refreshToken: string): Promise<Session> {
  return sessionIn(await exchange(`${baseUrl}/v1/refresh`, { body: { refreshToken } }));
}

/** Ends a session at the server, if it can be reached: without its tokens nobody goes on with it anyway. */
export async function signOut(baseUrl: string, refreshToken: string): Promise<void> {
  await exchange(`${baseUrl}/v1/logout`, { body: { refreshToken } }).catch(() => undefined);
}

function sessionIn(answer: unknown): Session {
  const session = parseSession(answer);
  if (session === undefined) throw new DoorError('internal_error');
  return session;
}

/** The one request that is made before there is a token: a user name and password for a session. */
import { DoorError, doorErrorFrom } from '@totem/ui';
import { parseSession, type Session } from './session.ts';

/** How long the server may take to check a password: its hash is slow on purpose. */
const LOGIN_MS_MAX = 15_000;

/** Signs in. @throws DoorError: `login_failed`, another word of the server's catalogue, or `unreachable`. */
export async function signIn(baseUrl: string, username: string, password: string): Promise<Session> {
  let answer: Response;
  try {
    answer = await fetch(`${baseUrl}/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ username, password }),
      signal: AbortSignal.timeout(LOGIN_MS_MAX),
    });
  } catch (cause) {
    throw new DoorError('unreachable', { cause });
  }
  const body: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok) throw doorErrorFrom(answer.status, body);
  const session = parseSession(body);
  if (session === undefined) throw new DoorError('internal_error');
  return session;
}

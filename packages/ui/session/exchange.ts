/** One question to a server outside of its doors: what belongs to signing in has no queue and is not repeated by itself. */
import { DoorError, doorErrorFrom } from '../door/door-error.ts';

/** How long the server may take to check a password or a PIN: their hashes are slow on purpose. */
const ANSWER_MS_MAX = 15_000;

/** @returns the answer's JSON; undefined for none. @throws DoorError: a word of the server's catalogue, or `unreachable`. */
export async function exchange(
  url: string,
  { token, body }: { readonly token?: string; readonly body?: object },
): Promise<unknown> {
  let answer: Response;
  try {
    answer = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A page that is left still ends its session.
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

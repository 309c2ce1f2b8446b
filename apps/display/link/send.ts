/** One request of the display outside of its doors, ended when nothing answers. */
import { DoorError, type World } from '@totem/ui';

const ANSWER_MS_MAX = 10_000;

export interface Said {
  readonly status: number;
  /** The JSON of the answer; undefined where there is none. */
  readonly body: unknown;
}

/** @throws DoorError `unreachable` when nobody answers; what was answered is given back, whatever it is. */
export async function send(
  { fetch, timers }: Pick<World, 'fetch' | 'timers'>,
  url: string,
  init: RequestInit,
): Promise<Said> {
  const late = new AbortController();
  const cancel = timers.after(ANSWER_MS_MAX, () => late.abort());
  try {
    const answer = await fetch(url, { ...init, signal: late.signal });
    const text = await answer.text();
    return { status: answer.status, body: parsed(text) };
  } catch (cause) {
    throw new DoorError('unreachable', { cause });
  } finally {
    cancel();
  }
}

/** Posts JSON. @throws DoorError */
export async function post(
  world: Pick<World, 'fetch' | 'timers'>,
  url: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Said> {
  return send(world, url, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the office has asked of this screen: each is done once, also when the answer that says so is lost. */
import type { DeviceAnswer } from '@totem/sync/device';
import type { ScreenStorage } from '../pairing/kept-screen.ts';

const DONE = 'totem.display.done';
/** More than can wait for one device, several times over. */
const REMEMBERED_MAX = 40;

export interface CommandParts {
  readonly storage: ScreenStorage;
  /** The newest lines of this screen's log. */
  readonly log: () => string;
  readonly restart: () => void;
  /** Says what came of one, if anybody hears it: who has not heard it tells it again. */
  readonly end: (
    id: string,
    ended: { readonly isDone: boolean; readonly log: string | null },
  ) => Promise<void>;
}

/** Does what it has not done. What it does not know it says it has not done. */
export async function obey(commands: DeviceAnswer['commands'], parts: CommandParts): Promise<void> {
  const done = doneIn(parts.storage);
  let restarts = false;
  for (const { id, kind } of commands) {
    const isFirst = !done.includes(id);
    // Written down before it is done: a screen that is told again must not start anew for ever.
    if (isFirst)
      parts.storage.setItem(DONE, JSON.stringify([...doneIn(parts.storage), id].slice(-REMEMBERED_MAX)));
    const log = kind === 'logs' ? parts.log() : null;
    await parts.end(id, { isDone: kind === 'logs' || kind === 'restart', log });
    restarts ||= kind === 'restart' && isFirst;
  }
  if (restarts) parts.restart();
}

function doneIn(storage: ScreenStorage): readonly string[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(DONE) ?? '[]');
    return Array.isArray(kept) ? kept.map(String) : [];
  } catch {
    return [];
  }
}

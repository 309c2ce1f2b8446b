/**
 * What the office has asked of this totem: each is done once, also when the answer that says so is lost, and after a start as well.
 * A restart is an end like any other: whatever was on its way is taken up again by what runs at each start.
 */
import type { Log } from '@totem/host';
import type { DeviceAnswer } from '@totem/sync/device';
import { type CloudLink, problemIn } from '../link/cloud-link.ts';
import { readSetting, writeSetting } from '../store/settings.ts';
import type { Store } from '../store/store.ts';

/** More than can wait for one device, several times over. */
const REMEMBERED_MAX = 40;
/** Signs of a log that are handed over: less than a body may have. */
const LOG_LENGTH_MAX = 40_000;

type Command = DeviceAnswer['commands'][number];

export interface ObeyParts {
  readonly store: Store;
  readonly link: Pick<CloudLink, 'request'>;
  readonly log: Log;
  readonly logLines: () => readonly string[];
  /** Ends this program, which its supervisor starts again; null where nobody would. */
  readonly restart: (() => void) | null;
}

/** Does what has not been done yet, one after the other. @throws what the link and the disk say; it is told again. */
export async function obey(parts: ObeyParts, commands: DeviceAnswer['commands']): Promise<void> {
  let restarts = false;
  for (const command of commands) {
    const isFirst = isNew(parts.store, command);
    const isRestart = command.kind === 'restart' && parts.restart !== null;
    const said = say(parts, command, isRestart || command.kind === 'logs');
    if (!isRestart || !isFirst) await said;
    else {
      // Nobody hears it: it is told again after the start, and answered then.
      await said.catch(() => {});
      restarts = true;
    }
  }
  if (!restarts) return;
  parts.log.info('starting anew: the office has asked for it');
  parts.restart?.();
}

/** Whether it was not done before; it counts as done from now on, so that nothing starts anew for ever. */
function isNew(store: Store, { id }: Command): boolean {
  const done = store.read((db) => readSetting(db, 'obeyed'))?.ids ?? [];
  if (done.includes(id)) return false;
  store.write((db) => writeSetting(db, 'obeyed', { ids: [...done, id].slice(-REMEMBERED_MAX) }));
  return true;
}

async function say({ link, logLines }: ObeyParts, { id, kind }: Command, isDone: boolean): Promise<void> {
  const log = kind === 'logs' ? newest(logLines()) : null;
  const answer = await link.request({
    method: 'POST',
    path: `/v1/device-commands/${encodeURIComponent(id)}/end`,
    body: JSON.stringify({ isDone, log }),
    headers: { 'content-type': 'application/json' },
  });
  // What is known no more is over.
  if (!answer.ok && answer.status !== 404) throw await problemIn(answer);
}

/** As many of the newest whole lines as may be sent. */
function newest(lines: readonly string[]): string {
  const kept: string[] = [];
  let length = 0;
  for (const line of lines.toReversed()) {
    length += line.length + 1;
    if (length > LOG_LENGTH_MAX) break;
    kept.unshift(line);
  }
  return kept.join('\n');
}

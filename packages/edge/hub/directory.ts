/**
 * What the cloud says about the site's hub, people and devices, asked again and again while there is a link and kept on disk for
 * when there is none. Who was suspended or removed is out within two rounds.
 */
import { ProblemError, type Timers } from '@totem/domain';
import type { Log } from '@totem/host';
import { type HubDirectory, hubDirectorySchema } from '@totem/sync/hub';
import type { Clock } from '../clock/clock.ts';
import { type CloudLink, problemIn } from '../link/cloud-link.ts';
import type { WriteHandle } from '../store/connection.ts';
import { writeSetting } from '../store/settings.ts';
import type { Store } from '../store/store.ts';
import { replaceDevices } from './devices.ts';
import { replacePeople } from './people.ts';

export const DIRECTORY_EVERY_MS = 30_000;
/** A hub that has the role and has not said where it is will say it in a moment. */
const UNANNOUNCED_EVERY_MS = 2_000;

export interface DirectoryParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly link: CloudLink;
  readonly timers: Timers;
  readonly log: Log;
}

export interface DirectoryWatch {
  start(): void;
  /** Asks now instead of at its time. */
  hurry(): void;
  /** Calls back when something else was said than before. @returns stops it. */
  onChange(listener: () => void): () => void;
  stop(): void;
}

export function createDirectoryWatch(parts: DirectoryParts): DirectoryWatch {
  const { store, link, timers, log } = parts;
  const stopping = new AbortController();
  let cancel: (() => void) | undefined;
  const listeners = new Set<() => void>();
  let kept = '';
  let running = false;

  const refresh = async (): Promise<HubDirectory> => {
    const answer = await link.request({ method: 'GET', path: '/v1/hub', signal: stopping.signal });
    if (!answer.ok) throw await problemIn(answer);
    const parsed = hubDirectorySchema.safeParse(await answer.json().catch(() => undefined));
    if (!parsed.success) throw new ProblemError('unreachable', { cause: parsed.error });
    const { serverTime, ...directory } = parsed.data;
    link.heard(serverTime);
    // Most rounds bring nothing new, and a write would wake everything that waits for one.
    const text = JSON.stringify(directory);
    if (text === kept) return parsed.data;
    store.write((db) => keepDirectory(db, parsed.data));
    kept = text;
    for (const listener of [...listeners]) listener();
    return parsed.data;
  };
  const round = (): void => {
    if (running || stopping.signal.aborted) return;
    running = true;
    cancel?.();
    refresh()
      .then(({ hub }) => (hub?.url === null ? UNANNOUNCED_EVERY_MS : DIRECTORY_EVERY_MS))
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) log.debug({ err: error }, 'the directory of the site is as it was');
        return DIRECTORY_EVERY_MS;
      })
      .then((waitMs) => {
        running = false;
        if (!stopping.signal.aborted) cancel = timers.after(waitMs, round);
      });
  };
  return {
    start: round,
    hurry: round,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop() {
      stopping.abort();
      cancel?.();
    },
  };
}

/** Writes what the cloud said in place of what it said before. */
export function keepDirectory(db: WriteHandle, { hub, tokenKey, people, devices }: HubDirectory): void {
  writeSetting(db, 'hub_directory', { hub, tokenKey });
  replacePeople(db, people);
  replaceDevices(db, devices);
  // Who left has nothing to come back with.
  db.run('DELETE FROM hub_grant WHERE user_id NOT IN (SELECT user_id FROM site_person)');
}

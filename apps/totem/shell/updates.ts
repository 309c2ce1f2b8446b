/**
 * New versions of the shell: looked for now and again, fetched when there is a newer one, and put in when nobody has touched the
 * screen for a while. What is fetched, and for which share of the totems, is the updater's to judge by the feed; that nothing older is
 * ever put in is judged here as well.
 */
import type { ShellTimers } from './timers.ts';

/** What the updater is to the shell: `electron-updater`, or one in a test. */
export interface UpdaterPort {
  /** The version that runs. */
  readonly current: string;
  /** Asks the feed. @returns the version that is offered to this totem; null for none. Rejects when it cannot be asked. */
  offered(): Promise<string | null>;
  /** Fetches what was offered, and checks its signature or sum. Rejects when it cannot be had whole. */
  fetch(): Promise<void>;
  /** Puts it in, and starts the shell anew. */
  install(): void;
}

export const FIRST_LOOK_MS = 10 * 60_000;
export const LOOK_EVERY_MS = 4 * 60 * 60_000;
/** Between two looks at whether somebody is there. */
export const QUIET_LOOK_MS = 60_000;
/** Longer than any payment waits, and than anybody stands before the first page. */
export const QUIET_MS = 15 * 60_000;

export interface UpdatesParts {
  readonly updater: UpdaterPort;
  readonly timers: ShellTimers;
  /** For how long nobody has touched the machine, in milliseconds. */
  readonly idleMs: () => number;
  readonly log: (message: string) => void;
}

/** Keeps the shell up to date. @returns stops it. */
export function keepUpToDate({ updater, timers, idleMs, log }: UpdatesParts): () => void {
  let cancel = (): void => {};
  let isStopped = false;
  const later = (delayMs: number, run: () => void): void => {
    if (!isStopped) cancel = timers.after(delayMs, run);
  };
  const installWhenQuiet = (version: string): void => {
    if (idleMs() < QUIET_MS) {
      later(QUIET_LOOK_MS, () => installWhenQuiet(version));
      return;
    }
    log(`version ${version} takes the place of ${updater.current}`);
    updater.install();
  };
  const look = async (): Promise<void> => {
    const version = await updater.offered();
    if (version === null || !isNewer(version, updater.current)) {
      later(LOOK_EVERY_MS, begin);
      return;
    }
    log(`version ${version} is fetched`);
    await updater.fetch();
    if (!isStopped) installWhenQuiet(version);
  };
  const begin = (): void => {
    look().catch((error: unknown) => {
      log(`no update: ${error instanceof Error ? error.message : String(error)}`);
      later(LOOK_EVERY_MS, begin);
    });
  };
  later(FIRST_LOOK_MS, begin);
  return () => {
    isStopped = true;
    cancel();
  };
}

const VERSION = /^(\d+)\.(\d+)\.(\d+)$/;

/** Whether a version comes after another. Only whole releases count: a trial version is put in by hand. */
export function isNewer(version: string, than: string): boolean {
  const [one, other] = [VERSION.exec(version), VERSION.exec(than)];
  if (one === null || other === null) return false;
  for (const part of [1, 2, 3]) {
    const difference = Number(one[part]) - Number(other[part]);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

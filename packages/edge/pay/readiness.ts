/**
 * Which tills can take a payment now. The other sides are asked ahead and the answers kept for a while, so that a screen that
 * asks is answered at once; one that does not answer in time counts as not there.
 */
import type { Timers } from '@totem/domain';
import type { NamedTill, Till } from './till.ts';

/** After so long an answer is asked for anew. */
const FRESH_MS = 15_000;
/** After so long it is not believed any more. */
const STALE_MS = 60_000;
/** A screen waits no longer for those that were not asked yet. */
const ANSWER_MS = 2_500;

export interface TillReadiness {
  /** Those that are ready, in their order: as they say, or said a moment ago. */
  ready(): Promise<readonly NamedTill[]>;
  /** Those that were ready when last asked. */
  known(): readonly NamedTill[];
  /** What each has said last and for how long it has said so; who was not asked yet is not in it. */
  said(): readonly { readonly till: NamedTill; readonly isReady: boolean; readonly forMs: number }[];
  /** Something has happened at a till: what it said no longer counts. */
  forget(till: Till): void;
}

interface Said {
  readonly isReady: boolean;
  /** When it began to say so. */
  readonly sinceMs: number;
  readonly atMs: number;
}

export function createReadiness(parts: {
  readonly timers: Timers;
  readonly tills: readonly NamedTill[];
  /** Somebody is paying there: it is not asked. */
  readonly isAtWork: (till: Till) => boolean;
}): TillReadiness {
  const { timers, tills, isAtWork } = parts;
  const said = new Map<Till, Said>();
  const asking = new Map<Till, Promise<void>>();

  const ask = (till: Till): Promise<void> => {
    const underWay = asking.get(till);
    if (underWay !== undefined) return underWay;
    const asked = till
      .ready()
      .then(({ ready: isReady }) => {
        const atMs = timers.monotonicMs();
        const before = said.get(till);
        said.set(till, { isReady, atMs, sinceMs: before?.isReady === isReady ? before.sinceMs : atMs });
      })
      // A disk that cannot be read takes no payment.
      .catch(() => void said.delete(till))
      .finally(() => asking.delete(till));
    asking.set(till, asked);
    return asked;
  };
  const ageOf = (till: Till): number => {
    const at = said.get(till)?.atMs;
    return at === undefined ? Number.POSITIVE_INFINITY : timers.monotonicMs() - at;
  };
  const known = (): readonly NamedTill[] =>
    tills.filter(({ till }) => said.get(till)?.isReady === true && ageOf(till) < STALE_MS && !isAtWork(till));
  return {
    known,
    async ready() {
      const late = tills.filter(({ till }) => ageOf(till) >= FRESH_MS && !isAtWork(till));
      const answers = late.map(({ till }) => ask(till));
      // What was said not long ago is good enough while it is asked anew.
      if (late.some(({ till }) => ageOf(till) >= STALE_MS)) await withinMs(timers, Promise.all(answers));
      return known();
    },
    said: () =>
      tills.flatMap((named) => {
        const last = said.get(named.till);
        if (last === undefined) return [];
        return [{ till: named, isReady: last.isReady, forMs: timers.monotonicMs() - last.sinceMs }];
      }),
    forget: (till) => void said.delete(till),
  };
}

function withinMs(timers: Timers, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const stop = timers.after(ANSWER_MS, resolve);
    void work.then(() => {
      stop();
      resolve();
    });
  });
}

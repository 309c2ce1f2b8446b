/**
 * Which tills can take a payment now. The other sides are asked ahead and the answers kept for a while, so that a screen that
 * asks is answered at once; one that does not answer in time counts as not there.
 */
import type { PaymentMeans, Timers } from '@totem/domain';
import type { Readiness } from '@totem/drivers/payment';
import type { NamedTill, Till } from './till.ts';

/** After so long an answer is asked for anew. */
const FRESH_MS = 15_000;
/** After so long it is not believed any more. */
const STALE_MS = 60_000;
/** A technician waits this long for what a terminal says of itself. */
const TRIED_MS = 10_000;
/** A screen waits no longer for those that were not asked yet. */
const ANSWER_MS = 2_500;

/** How a means of payment is, for who looks after the totem. `at_work`: somebody pays there. `unknown`: it has not said. */
export interface TillState {
  readonly means: PaymentMeans;
  readonly state: 'ready' | 'not_ready' | 'at_work' | 'unknown';
  /** Why it is not ready: a code of the catalogue, or the adapter's own word. */
  readonly cause: string | null;
}

export interface TillReadiness {
  /** Those that are ready, in their order: as they say, or said a moment ago. */
  ready(): Promise<readonly NamedTill[]>;
  /** Those that were ready when last asked. */
  known(): readonly NamedTill[];
  /** What each has said last and for how long it has said so; who was not asked yet is not in it. */
  said(): readonly { readonly till: NamedTill; readonly isReady: boolean; readonly forMs: number }[];
  /** How each till was when last asked. */
  states(): readonly TillState[];
  /** Asks one now. @returns how it is; `unknown` when it does not answer in time, undefined when there is no such till. */
  tried(id: string): Promise<TillState | undefined>;
  /** Something has happened at a till: what it said no longer counts. */
  forget(till: Till): void;
}

interface Said {
  readonly readiness: Readiness;
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
      .then((readiness) => {
        const atMs = timers.monotonicMs();
        const before = said.get(till);
        const isSame = before?.readiness.ready === readiness.ready;
        said.set(till, { readiness, atMs, sinceMs: isSame ? before.sinceMs : atMs });
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
    tills.filter(
      ({ till }) => said.get(till)?.readiness.ready === true && ageOf(till) < STALE_MS && !isAtWork(till),
    );
  const stateOf = ({ means, till }: NamedTill): TillState => {
    if (isAtWork(till)) return { means, state: 'at_work', cause: null };
    const readiness = said.get(till)?.readiness;
    if (readiness === undefined) return { means, state: 'unknown', cause: null };
    return readiness.ready
      ? { means, state: 'ready', cause: null }
      : { means, state: 'not_ready', cause: readiness.cause };
  };
  return {
    known,
    states: () => tills.map(stateOf),
    async tried(id) {
      const named = tills.find(({ means }) => means.id === id);
      if (named === undefined) return undefined;
      if (!isAtWork(named.till)) {
        const before = said.get(named.till);
        await withinMs(timers, ask(named.till), TRIED_MS);
        // Silence is no answer, whatever was said before.
        if (said.get(named.till) === before) said.delete(named.till);
      }
      return stateOf(named);
    },
    async ready() {
      const late = tills.filter(({ till }) => ageOf(till) >= FRESH_MS && !isAtWork(till));
      const answers = late.map(({ till }) => ask(till));
      // What was said not long ago is good enough while it is asked anew.
      if (late.some(({ till }) => ageOf(till) >= STALE_MS))
        await withinMs(timers, Promise.all(answers), ANSWER_MS);
      return known();
    },
    said: () =>
      tills.flatMap((named) => {
        const last = said.get(named.till);
        if (last === undefined) return [];
        return [{ till: named, isReady: last.readiness.ready, forMs: timers.monotonicMs() - last.sinceMs }];
      }),
    forget: (till) => void said.delete(till),
  };
}

function withinMs(timers: Timers, work: Promise<unknown>, mostMs: number): Promise<void> {
  return new Promise((resolve) => {
    const stop = timers.after(mostMs, resolve);
    void work.then(() => {
      stop();
      resolve();
    });
  });
}

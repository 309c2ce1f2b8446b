/**
 * The outbox: own entries that the cloud has not acknowledged, sent in order until it has. It is the ledger itself, so there
 * is nothing to keep in step; only the cloud's acknowledgement moves it (I-EDG-6).
 */
import { type ErrorCode, instantText, type OriginId, ProblemError, type Timers } from '@totem/domain';
import { pendingEntries } from '../ledger/entries.ts';
import { allOrigins, type OriginState } from '../ledger/origins.ts';
import { readSetting, writeSetting } from '../store/settings.ts';
import { type BackoffLimits, backoffMs } from './backoff.ts';
import { createExchange, type ExchangeParts } from './exchange.ts';
import { type Watched, watched } from './watchdog.ts';
import { IN_FLIGHT_MAX, sendAll } from './window.ts';

/** Between attempts. */
const RETRY: BackoffLimits = { firstMs: 1_000, mostMs: 5 * 60_000 };
/** What a repetition will hardly change is repeated at this pace; a suspended device asks this often whether it still is. */
const REFUSED_RETRY_MS = 60_000;
/** Whoever stands in the cloud's place may ask for a wait of years. */
const RETRY_AFTER_MS_MAX = 15 * 60_000;
const REFUSALS: readonly ErrorCode[] = [
  'protocol_unsupported',
  'ledger_unattributed',
  'device_suspended',
  'ledger_fork',
];

export interface OutboxStatus {
  readonly pending: number;
  readonly oldestAt: string | null;
  /** Attempts in a row that have failed. */
  readonly attempts: number;
  /** What the last attempt met; null when it went well. */
  readonly code: ErrorCode | null;
  /** Uploads since the start that were torn down because nothing came of them. */
  readonly stalls: number;
}

export interface Outbox {
  start(): void;
  /** There may be something to send. */
  wake(): void;
  /** The link was away: the cloud behind it may be another than before. */
  linkReturned(): void;
  /** The hub holds another history under this name: nothing is issued until the cloud has said which of them goes on. */
  forked(): void;
  status(): OutboxStatus;
  /** Calls back when an attempt has ended. @returns stops it. */
  onChange(listener: () => void): () => void;
  /** Ends what runs; resolves when nothing runs any more. */
  stop(): Promise<void>;
}

export interface OutboxParts extends Omit<ExchangeParts, 'attempts'> {
  readonly timers: Timers;
  /** Whether the hub of the site carries the entries to the cloud: one way at a time (I-HUB-4). The cloud is still asked. */
  readonly isCarried: () => boolean;
}

export function createOutbox(parts: OutboxParts): Outbox {
  const { store, clock, timers, log } = parts;
  const listeners = new Set<() => void>();
  const stopping = new AbortController();
  /** Origins of which the cloud's end has not been asked since the start or a surprise. */
  const unasked = new Set<OriginId>();
  const exchange = createExchange(
    { ...parts, attempts: () => last.attempts },
    (origin) => void unasked.add(origin),
  );
  let running: Promise<void> | undefined;
  let again = false;
  let cancelRetry: (() => void) | undefined;
  let stalls = 0;
  let last: { readonly attempts: number; readonly code: ErrorCode | null } = { attempts: 0, code: null };

  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const went = (): void => {
    last = { attempts: 0, code: null };
    tell();
  };
  const askAll = (): void => {
    if (store.fault() !== undefined) return;
    for (const { origin } of store.read(allOrigins).filter(mayBeSent)) unasked.add(origin);
  };
  const onStall = (): void => {
    stalls += 1;
    log.warn({ stalls }, 'an upload hung and was torn down');
  };
  /** One thing to do, or false when there is none. @throws ProblemError */
  const step = async ({ signal, progressed }: Watched): Promise<boolean> => {
    const origins = store.read(allOrigins).filter(mayBeSent);
    const toAsk = origins.find(({ origin }) => unasked.has(origin));
    if (toAsk !== undefined) {
      unasked.delete(toAsk.origin);
      await exchange.ask(toAsk, signal).catch((error: unknown) => {
        unasked.add(toAsk.origin);
        throw error;
      });
      return true;
    }
    const isRestoring = store.read((db) => readSetting(db, 'restoring')) !== undefined;
    const toPush =
      isRestoring || parts.isCarried() ? undefined : origins.find(({ acked, head }) => acked < head.seq);
    if (toPush === undefined) return false;
    const { origin, acked } = toPush;
    await sendAll(acked, {
      next: (after) => (signal.aborted ? undefined : exchange.next(origin, after)),
      send: async (batch) => {
        await exchange.send(batch, signal);
        progressed();
      },
      // After a failure one batch shows whether the link carries again, before four of them share it.
      room: () => (last.attempts === 0 ? IN_FLIGHT_MAX : 1),
      onProgress: went,
    });
    return true;
  };
  const drain = async (): Promise<void> => {
    try {
      const watchedStep = () => watched(timers, stopping.signal, onStall, step);
      while (!stopping.signal.aborted && (await watchedStep())) went();
      if (last.code !== null) went();
    } catch (error) {
      if (stopping.signal.aborted) return;
      const problem =
        error instanceof ProblemError ? error : new ProblemError('internal_error', { cause: error });
      if (problem.code === 'internal_error') log.error({ err: error }, 'the outbox stumbled');
      if (problem.code === 'device_suspended' || problem.code === 'ledger_fork') suspend(problem.code);
      last = { attempts: last.attempts + 1, code: problem.code };
      cancelRetry = timers.after(waitAfter(problem), () => {
        cancelRetry = undefined;
        wake();
      });
      tell();
    }
  };
  /** Nothing is issued or sent until the cloud says that the device may go on. */
  const suspend = (code: 'device_suspended' | 'ledger_fork', by?: 'hub'): void => {
    try {
      askAll();
      const known = store.read((db) => readSetting(db, 'suspended'));
      if (known !== undefined && (known.by === undefined || by === 'hub')) return;
      const since = known?.since ?? instantText(clock.env.now());
      store.write((db) =>
        writeSetting(db, 'suspended', { code, since, ...(by === undefined ? {} : { by }) }),
      );
      log.error({ code }, 'this device is suspended');
    } catch (error) {
      // A disk that refuses stops issuing by itself, and the next attempt hears of the suspension again.
      if (!(error instanceof ProblemError))
        log.error({ err: error }, 'a suspension could not be written down');
    }
  };
  const waitAfter = ({ code, retryAfter }: ProblemError): number => {
    const asked = Math.min((retryAfter ?? 0) * 1_000, RETRY_AFTER_MS_MAX);
    const atLeastMs = REFUSALS.includes(code) ? REFUSED_RETRY_MS : 0;
    return backoffMs(clock.env, RETRY, last.attempts - 1, Math.max(asked, atLeastMs));
  };
  const wake = (): void => {
    if (stopping.signal.aborted) return;
    if (running !== undefined) {
      again = true;
      return;
    }
    cancelRetry?.();
    cancelRetry = undefined;
    // Not at once: a commit in the first steps would wake the outbox again before it counts as running.
    running = Promise.resolve()
      .then(drain)
      .finally(() => {
        running = undefined;
        const isDue = again && cancelRetry === undefined;
        again = false;
        if (isDue) wake();
      });
  };
  return {
    start() {
      askAll();
      wake();
    },
    // A new ticket does not hurry what has failed: its time comes with the next attempt.
    wake: () => (cancelRetry === undefined ? wake() : undefined),
    linkReturned() {
      askAll();
      wake();
    },
    forked() {
      suspend('ledger_fork', 'hub');
      wake();
    },
    status() {
      const { count, oldestAt } = store.read(pendingEntries);
      return { pending: count, oldestAt, ...last, stalls };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async stop() {
      stopping.abort();
      cancelRetry?.();
      await running;
    },
  };
}

/** A life that ended because its database was old is never spoken of again: the cloud knows how it went on. */
function mayBeSent(state: OriginState, index: number, all: readonly OriginState[]): boolean {
  const next = all[index + 1];
  return !(state.closed && (next?.reason === 'restored_image' || next?.reason === 'restored_cloud'));
}

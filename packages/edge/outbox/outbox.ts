/**
 * The outbox: own entries that the cloud has not acknowledged, sent in order until it has. It is the ledger itself, so there
 * is nothing to keep in step; only the cloud's acknowledgement moves it (I-EDG-6).
 */
import {
  type ErrorCode,
  instantText,
  type OriginId,
  ProblemError,
  type Timers,
} from '@totem/domain';
import type { Log } from '@totem/host';
import { type CursorAnswer, cursorAnswerSchema, type LedgerBatch, pushAnswerSchema } from '@totem/sync/push';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import type { DeviceKey } from '../identity/device-key.ts';
import { hashAt, pendingEntries } from '../ledger/entries.ts';
import { allOrigins, originById, type OriginState, saveAcked } from '../ledger/origins.ts';
import { type CloudLink, problemIn } from '../link/cloud-link.ts';
import type { Store } from '../store/store.ts';
import { clearSetting, readSetting, writeSetting } from '../store/settings.ts';
import { type BackoffLimits, backoffMs } from './backoff.ts';
import { agrees, encodeBatch, nextBatch } from './batch.ts';
import { type CursorVerdict, judgeCursor } from './cursor.ts';

/** Between attempts. */
const RETRY: BackoffLimits = { firstMs: 1_000, mostMs: 5 * 60_000 };
/** How often a suspended device asks whether it still is, and one whose pushes are refused tries again. */
const REFUSED_RETRY_MS = 60_000;
const ENTRIES_AT_ONCE = 1_000;

export interface OutboxStatus {
  readonly pending: number;
  readonly oldestAt: string | null;
  /** Attempts in a row that have failed. */
  readonly attempts: number;
  /** What the last attempt met; null when it went well. */
  readonly code: ErrorCode | null;
}

export interface Outbox {
  start(): void;
  /** There may be something to send, or a way to send it. */
  wake(): void;
  status(): OutboxStatus;
  /** Calls back when attempts, fault or acknowledgement have changed. @returns stops it. */
  onChange(listener: () => void): () => void;
  /** Ends what runs; resolves when nothing runs any more. */
  stop(): Promise<void>;
}

export interface OutboxParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly device: Device;
  readonly key: DeviceKey;
  readonly link: CloudLink;
  readonly timers: Timers;
  readonly log: Log;
  /** This database is an old image: its tickets must be fetched before a new origin may begin. */
  readonly onOldImage: () => void;
  /** The cloud was restored to before what is kept here: what it lacks must be written anew. */
  readonly onLostHistory: (origin: OriginId) => void;
}

export function createOutbox(parts: OutboxParts): Outbox {
  const { store, clock, timers, log } = parts;
  const listeners = new Set<() => void>();
  const stopping = new AbortController();
  /** Origins of which the cloud's end has not been asked since the start or a surprise. */
  const unasked = new Set<OriginId>();
  let running: Promise<void> | undefined;
  let again = false;
  let cancelRetry: (() => void) | undefined;
  let attempts = 0;
  let code: ErrorCode | null = null;
  let entriesMax = ENTRIES_AT_ONCE;

  const changed = () => {
    for (const listener of [...listeners]) listener();
  };
  const askAll = () => {
    for (const { origin } of store.read(allOrigins)) unasked.add(origin);
  };
  /** One thing to do, or false when there is none. @throws ProblemError */
  const step = async (): Promise<boolean> => {
    const { toAsk, toPush } = store.read((db) => {
      const origins = allOrigins(db);
      return {
        toAsk: origins.find(({ origin }) => unasked.has(origin)),
        toPush: readSetting(db, 'restoring') === undefined ? origins.find(({ acked, head }) => acked < head.seq) : undefined,
      };
    });
    if (toAsk !== undefined) {
      await ask(toAsk);
      return true;
    }
    if (toPush === undefined) return false;
    await push(toPush);
    return true;
  };
  const ask = async (state: OriginState): Promise<void> => {
    const cloud = await fetchCursor(parts, state, stopping.signal);
    parts.link.heard(cloud.serverTime);
    const verdict = judgeCursor(cloud, store.read((db) => ownView(db, state.origin, cloud.seq)));
    await obey(verdict, state);
    unasked.delete(state.origin);
  };
  const obey = async (verdict: CursorVerdict, state: OriginState): Promise<void> => {
    switch (verdict.kind) {
      case 'suspended':
        throw suspend('device_suspended');
      case 'go_on':
        store.write((db) => {
          clearSetting(db, 'suspended');
          if (verdict.acked !== state.acked) saveAcked(db, state.origin, verdict.acked, instantText(clock.env.now()));
        });
        return;
      case 'old_image':
        log.warn({ origin: state.origin }, 'this database is an old image: a new origin begins when its tickets are known');
        store.write((db) => writeSetting(db, 'restoring', { since: instantText(clock.env.now()) }));
        parts.onOldImage();
        return;
      case 'lost_history':
        log.warn({ origin: state.origin }, 'the cloud was restored to before what is kept here: a new origin begins');
        parts.onLostHistory(state.origin);
        askAll();
        return;
      case 'fork':
        // The cloud must see it: it keeps what comes aside, suspends the device and tells people.
        if (store.read((db) => readSetting(db, 'suspended'))?.code !== 'ledger_fork' && state.acked < state.head.seq) return;
        throw suspend('ledger_fork');
      default:
        return verdict satisfies never;
    }
  };
  const push = async (state: OriginState): Promise<void> => {
    const { device, key } = parts;
    const batch = store.read((db) => nextBatch(db, key, device.tenantId, state.origin, state.acked, entriesMax));
    if (batch === undefined) throw new Error('entries are missing between acknowledgement and head');
    const answer = await parts.link.request({
      method: 'POST',
      path: '/v1/ledger',
      body: encodeBatch(batch),
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      signal: stopping.signal,
    });
    if (!answer.ok) throw await refused(answer, batch);
    const parsed = pushAnswerSchema.safeParse(await bodyOf(answer));
    if (!parsed.success) throw new ProblemError('unreachable', { cause: parsed.error });
    const { acknowledged, hash, serverTime } = parsed.data;
    parts.link.heard(serverTime);
    const isNews = acknowledged > state.acked && acknowledged <= state.head.seq;
    if (!isNews || !store.read((db) => agrees(db, state.origin, acknowledged, hash))) {
      unasked.add(state.origin);
      throw new ProblemError('ledger_gap');
    }
    store.write((db) => saveAcked(db, state.origin, acknowledged, instantText(clock.env.now())));
    entriesMax = ENTRIES_AT_ONCE;
  };
  const refused = async (answer: Response, batch: LedgerBatch): Promise<ProblemError> => {
    const problem = await problemIn(answer);
    if (problem.code === 'ledger_gap') unasked.add(batch.origin);
    if (problem.code === 'ledger_fork' || problem.code === 'device_suspended') return suspend(problem.code);
    if (answer.status === 413) entriesMax = Math.max(1, Math.floor(batch.entries.length / 2));
    return problem;
  };
  const suspend = (why: 'ledger_fork' | 'device_suspended'): ProblemError => {
    askAll();
    const known = store.read((db) => readSetting(db, 'suspended'));
    if (known?.code !== why) {
      log.error({ code: why }, 'this device is suspended: nothing is issued or sent');
      store.write((db) => writeSetting(db, 'suspended', { code: why, since: instantText(clock.env.now()) }));
    }
    return new ProblemError(why, { retryAfter: REFUSED_RETRY_MS / 1_000 });
  };
  const drain = async (): Promise<void> => {
    try {
      while (!stopping.signal.aborted && (await step())) {
        attempts = 0;
        code = null;
        changed();
      }
      if (attempts > 0 || code !== null) {
        attempts = 0;
        code = null;
        changed();
      }
    } catch (error) {
      if (stopping.signal.aborted) return;
      attempts += 1;
      const problem = error instanceof ProblemError ? error : new ProblemError('internal_error', { cause: error });
      code = problem.code;
      if (problem.code === 'internal_error') log.error({ err: error }, 'the outbox stumbled');
      cancelRetry = timers.after(waitFor(problem), wake);
      changed();
    }
  };
  const waitFor = (problem: ProblemError): number => {
    const isRefusal = problem.code === 'protocol_unsupported' || problem.code === 'ledger_unattributed';
    const atLeast = isRefusal ? REFUSED_RETRY_MS : (problem.retryAfter ?? 0) * 1_000;
    return backoffMs(clock.env, RETRY, attempts - 1, atLeast);
  };
  const wake = (): void => {
    if (stopping.signal.aborted) return;
    if (running !== undefined) {
      again = true;
      return;
    }
    cancelRetry?.();
    cancelRetry = undefined;
    running = drain().finally(() => {
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
    wake,
    status() {
      const { count, oldestAt } = store.read(pendingEntries);
      return { pending: count, oldestAt, attempts, code };
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

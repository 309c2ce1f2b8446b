/**
 * The change log over PostgreSQL. One tailer for each node polls the heads of the tenants that somebody follows, in one
 * query, and is woken at once by the node's own commits. Recent changes are kept in memory, so that a thousand screens
 * that wait cost no query each. There is no NOTIFY: inside a writing transaction it would serialise every commit of the
 * cluster.
 */
import { type Env, instantText, type Timers } from '@totem/domain';
import { faultPoint, type Log } from '@totem/host';
import type { Change, ChangeLog, ChangePage, StopSignal } from '@totem/sync';
import type { Database } from '../db/pool.ts';
import type { Counts } from '../metrics/counts.ts';
import {
  type Head,
  readChangesSince,
  readHeads,
  readPage,
  trimChanges,
  wholeTransactions,
} from './change-pages.ts';
import { readSnapshot } from './snapshot.ts';

export interface PgChangeLog extends ChangeLog {
  /** Looks for news of a tenant now. */
  wake(tenantId: string): void;
  close(): void;
}

/** Other nodes' commits are seen within this time. */
const POLL_MS = 250;
/** After a failed poll. */
const POLL_AFTER_FAULT_MS = 2_000;
/** Changes kept in memory for each tenant; older ones are read from the database. */
const WINDOW_CHANGES_MAX = 2_000;
/** A tenant that nobody asked about for this long is no longer followed. */
const FOLLOWED_MS = 60_000;
const TRIM_EVERY_MS = 10 * 60_000;
/** Changes are kept at least this long: a reader that was away longer starts over. */
const KEPT_MS = 60 * 3_600_000;

interface Followed {
  head: Head;
  /** `window` holds every change after this position. */
  from: bigint;
  window: readonly Change[];
  askedAt: number;
  readonly waiting: Set<() => void>;
}

const NO_HEAD: Head = { last: 0n, floor: 0n, epoch: 'none' };

export function createPgChangeLog(parts: {
  readonly db: Database;
  readonly env: Env;
  readonly timers: Timers;
  readonly log: Log;
  readonly counts?: Pick<Counts, 'changesRead'>;
}): PgChangeLog {
  const { db, env, timers, log } = parts;
  const tailer = createTailer(db, timers, log, parts.counts);
  const unlisten = db.onCommit((tenantId) => tailer.wake(tenantId));
  let cancelTrim = timers.after(TRIM_EVERY_MS, trim);
  function trim(): void {
    trimChanges(db.tailer, instantText(env.now() - KEPT_MS))
      .catch((error: unknown) => log.warn({ err: error }, 'old changes could not be removed'))
      .finally(() => {
        if (!tailer.closed()) cancelTrim = timers.after(TRIM_EVERY_MS, trim);
      });
  }
  return {
    epoch: async (tenantId) => (await tailer.follow(tenantId)).head.epoch,
    snapshot: (shape, bytesMax) => readSnapshot(db, shape, bytesMax),
    changes: async (tenantId, table, after, limit) => {
      let followed = await tailer.follow(tenantId);
      // The reader may come from a node that has seen more than this one.
      if (after > followed.head.last) followed = await tailer.refreshed(tenantId);
      if (after >= followed.from) return pageFrom(followed, table, after, limit);
      return readPage(db.tailer, tenantId, table, after, limit);
    },
    waitPast: async (tenantId, position, signal) => {
      const followed = await tailer.follow(tenantId);
      if (followed.head.last > position || signal.aborted) return;
      await untilWoken(followed, signal);
    },
    wake: (tenantId) => tailer.wake(tenantId),
    close: () => {
      unlisten();
      cancelTrim();
      tailer.close();
    },
  };
}

function pageFrom(followed: Followed, table: string, after: bigint, limit: number): ChangePage {
  const { head, window } = followed;
  const found = window.filter((change) => change.position > after && change.table === table);
  const all: ChangePage = { changes: found, head: head.last, more: false, floor: head.floor };
  if (found.length <= limit) return all;
  const whole = wholeTransactions(found, limit);
  const first = found[0]?.tx;
  const changes = whole.length > 0 ? whole : found.filter(({ tx }) => tx === first);
  const end = changes.at(-1)?.position;
  return end === undefined || changes.length === found.length
    ? all
    : { ...all, changes, head: end, more: true };
}

async function untilWoken(followed: Followed, signal: StopSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      followed.waiting.delete(done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    followed.waiting.add(done);
    signal.addEventListener('abort', done);
  });
}

/** Follows tenants for as long as somebody asks about them. */
function createTailer(db: Database, timers: Timers, log: Log, counts?: Pick<Counts, 'changesRead'>) {
  const followed = new Map<string, Followed>();
  const opening = new Map<string, Promise<Followed>>();
  let polling: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let isClosed = false;
  let cancelPoll: (() => void) | undefined;

  const open = async (tenantId: string): Promise<Followed> => {
    const head = (await readHeads(db.tailer, [tenantId])).get(tenantId) ?? NO_HEAD;
    const opened: Followed = {
      head,
      from: head.last,
      window: [],
      askedAt: timers.monotonicMs(),
      waiting: new Set(),
    };
    followed.set(tenantId, opened);
    schedule(POLL_MS);
    return opened;
  };
  const follow = async (tenantId: string): Promise<Followed> => {
    const known = followed.get(tenantId);
    if (known !== undefined) {
      known.askedAt = timers.monotonicMs();
      return known;
    }
    const running = opening.get(tenantId) ?? open(tenantId).finally(() => opening.delete(tenantId));
    opening.set(tenantId, running);
    return running;
  };
  const poll = async (): Promise<void> => {
    const heads = await readHeads(db.tailer, [...followed.keys()]);
    const spans = [...followed].flatMap(([tenantId, { head }]) => {
      const until = heads.get(tenantId)?.last ?? 0n;
      const isNear = until > head.last && until - head.last <= BigInt(WINDOW_CHANGES_MAX);
      return isNear ? [{ tenantId, after: head.last, until }] : [];
    });
    const changes =
      spans.length === 0 ? new Map<string, Change[]>() : await readChangesSince(db.tailer, spans);
    faultPoint('changes_read');
    for (const [tenantId, tenant] of [...followed]) {
      advance(tenant, heads.get(tenantId) ?? NO_HEAD, changes.get(tenantId));
      const isIdle = tenant.waiting.size === 0 && timers.monotonicMs() - tenant.askedAt > FOLLOWED_MS;
      if (isIdle) followed.delete(tenantId);
    }
  };
  const start = (): Promise<void> => {
    cancelPoll?.();
    cancelPoll = undefined;
    let pauseMs = POLL_MS;
    const startedAt = timers.monotonicMs();
    const count = (isDone: boolean) =>
      counts?.changesRead(isDone, (timers.monotonicMs() - startedAt) / 1_000);
    polling = poll()
      .then(() => count(true))
      .catch((error: unknown) => {
        count(false);
        pauseMs = POLL_AFTER_FAULT_MS;
        log.warn({ err: error }, 'changes could not be read');
      })
      .finally(() => {
        polling = undefined;
        if (next === undefined) schedule(pauseMs);
      });
    return polling;
  };
  /** One poll at a time, and one more after it for whatever was committed meanwhile, however many ask. */
  const pollNow = (): Promise<void> => {
    if (polling === undefined) return start();
    next ??= polling.then(() => {
      next = undefined;
      return start();
    });
    return next;
  };
  const schedule = (delayMs: number): void => {
    cancelPoll?.();
    cancelPoll = undefined;
    if (isClosed || followed.size === 0) return;
    cancelPoll = timers.after(delayMs, () => void pollNow());
  };
  return {
    follow,
    refreshed: async (tenantId: string): Promise<Followed> => {
      await pollNow();
      return follow(tenantId);
    },
    wake: (tenantId: string) => {
      if (!isClosed && followed.has(tenantId)) void pollNow();
    },
    closed: () => isClosed,
    close: () => {
      isClosed = true;
      cancelPoll?.();
      for (const { waiting } of followed.values()) for (const done of [...waiting]) done();
      followed.clear();
    },
  };
}

/** Takes a tenant to its new head. Without the changes between, the window starts anew at the head. */
function advance(tenant: Followed, head: Head, changes: readonly Change[] | undefined): void {
  const before = tenant.head;
  const isSame = before.last === head.last && before.floor === head.floor && before.epoch === head.epoch;
  if (isSame) return;
  if (changes === undefined || before.epoch !== head.epoch) {
    if (before.last !== head.last || before.epoch !== head.epoch) {
      tenant.from = head.last;
      tenant.window = [];
    }
  } else {
    const window = [...tenant.window, ...changes];
    const dropped = window[window.length - WINDOW_CHANGES_MAX - 1];
    tenant.window = window.slice(-WINDOW_CHANGES_MAX);
    if (dropped !== undefined) tenant.from = dropped.position;
  }
  tenant.head = head;
  for (const done of [...tenant.waiting]) done();
}

/**
 * A reader with the official client that keeps its copy as a durable reader must: it stores handle and offset with each
 * batch, so that it can be stopped and continued anywhere. It is strict: an update of a row it does not have, an insert
 * of one it has, or a delete of one it lacks is recorded as a violation, since the protocol never needs them.
 */
import { isChangeMessage, type Message, type Offset, type Row, ShapeStream } from '@electric-sql/client';
import { liveHoldMs, type Stage } from './stage.ts';

/** What a follower has on its disk. */
export interface StoredCopy {
  readonly handle: string;
  readonly offset: Offset;
  readonly rows: ReadonlyMap<string, Row>;
}

export interface Follower {
  readonly rows: ReadonlyMap<string, Row>;
  readonly violations: readonly string[];
  /** Times it was told to start over. */
  readonly refetches: number;
  /** Position at which the copy was last consistent. */
  readonly position: bigint;
  /** Resolves with the next batch; rejects when the stream ends with an error. */
  nextBatch(): Promise<void>;
  /** Ends the stream and returns what is stored. */
  stop(): StoredCopy;
}

export function follow(url: string, stored?: StoredCopy): Follower {
  const leave = new AbortController();
  const waiting: PromiseWithResolvers<void>[] = [];
  const settle = (error?: Error): void => {
    for (const { resolve, reject } of waiting.splice(0)) error === undefined ? resolve() : reject(error);
  };
  const stream = new ShapeStream({
    url,
    signal: leave.signal,
    ...(isStarted(stored) ? { handle: stored.handle, offset: stored.offset } : {}),
    backoffOptions: { initialDelay: 1, maxDelay: 2, multiplier: 1 },
    onError: (error) => settle(error),
  });
  const copy = createCopy(stored?.rows);
  let place: Omit<StoredCopy, 'rows'> = stored ?? { handle: '', offset: '-1' };
  stream.subscribe((messages) => {
    copy.apply(messages);
    place = { handle: stream.shapeHandle ?? '', offset: stream.lastOffset };
    settle();
  });
  return {
    get rows() {
      return copy.rows();
    },
    get violations() {
      return copy.violations;
    },
    get refetches() {
      return copy.refetches();
    },
    get position() {
      return copy.position();
    },
    nextBatch: () => {
      const next = Promise.withResolvers<void>();
      waiting.push(next);
      return next.promise;
    },
    stop: () => {
      leave.abort();
      return { ...place, rows: new Map(copy.rows()) };
    },
  };
}

/** Waits until a follower's copy is consistent at `target` or later; lets time pass while its server holds it. */
export async function settleAt(stage: Stage, follower: Follower, target: bigint): Promise<void> {
  while (follower.position < target) {
    const moved = Promise.race([follower.nextBatch(), stage.nextHold()]);
    if (stage.holds() > 0) stage.virtual.advance(liveHoldMs);
    await moved;
  }
}

/** The same for many at once: time passes only when all of them are held, so that each is answered once for it. */
export async function settleAllAt(
  stage: Stage,
  followers: readonly Follower[],
  target: bigint,
): Promise<void> {
  for (;;) {
    const behind = followers.filter(({ position }) => position < target);
    if (behind.length === 0) return;
    const moved = Promise.race([...behind.map((follower) => follower.nextBatch()), stage.nextHold()]);
    if (stage.holds() >= followers.length) stage.virtual.advance(liveHoldMs);
    await moved;
  }
}

/** A copy stopped before its first rows has nothing to go on from. */
function isStarted(stored: StoredCopy | undefined): stored is StoredCopy {
  return stored !== undefined && stored.offset !== '-1';
}

function createCopy(stored: ReadonlyMap<string, Row> = new Map()) {
  const violations: string[] = [];
  let rows = new Map(stored);
  let refetches = 0;
  let position = -1n;
  const check = (isRight: boolean, what: string): void => {
    if (!isRight) violations.push(what);
  };
  const applyOne = (message: Message): void => {
    if (!isChangeMessage(message)) {
      if (message.headers.control === 'must-refetch') {
        refetches += 1;
        rows = new Map();
      }
      if (message.headers.control === 'up-to-date') {
        position = BigInt(`${message.headers.global_last_seen_lsn}`);
      }
      return;
    }
    const { key, value } = message;
    const { operation } = message.headers;
    check(rows.has(key) === (operation !== 'insert'), `${operation} of ${key}`);
    if (operation === 'delete') rows.delete(key);
    else rows.set(key, operation === 'insert' ? value : { ...rows.get(key), ...value });
  };
  return {
    violations,
    rows: () => rows,
    refetches: () => refetches,
    position: () => position,
    apply: (messages: readonly Message[]) => messages.forEach(applyOne),
  };
}

/**
 * When the world rests: no query, no signature and no request on a real socket is under way, and a few turns of the event
 * loop have brought nothing new. The counting is put around the drivers once for a process, and costs an addition.
 */
import { webcrypto } from 'node:crypto';
import pg from 'pg';

/** Turns without anything under way after which nothing more comes: a promise chain runs on within one. */
const QUIET_TURNS = 3;
/** What is still under way after this real time can only be a defect of the world itself. */
const REST_MS_MAX = 60_000;

let underWay = 0;
let onRest: (() => void) | undefined;

function begin(): () => void {
  underWay += 1;
  return () => {
    underWay -= 1;
    if (underWay === 0) onRest?.();
  };
}

/** Counts a promise as under way until it is settled. */
export function tracked<T>(promise: Promise<T>): Promise<T> {
  const end = begin();
  promise.then(end, end);
  return promise;
}

/** Resolves when the world rests. @throws Error when it does not within a minute. */
export async function untilRest(): Promise<void> {
  for (let quiet = 0; quiet < QUIET_TURNS; quiet += 1) {
    if (underWay > 0) {
      await nothingUnderWay();
      quiet = 0;
    }
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  if (underWay > 0) await untilRest();
}

async function nothingUnderWay(): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const late = realTimeout(
    () => reject(new Error(`the world does not come to rest: ${underWay} under way`)),
    REST_MS_MAX,
  );
  onRest = resolve;
  try {
    await promise;
  } finally {
    clearTimeout(late);
    onRest = undefined;
  }
}

/** Asked before each query: resolves to let it pass, throws to let it fail. Undefined lets it pass at once. */
export type QueryGate = (query: {
  readonly sql: string;
  /** The connection: what is said of a transaction is said of all that it carries. */
  readonly connection: object;
  readonly pass: () => Promise<unknown>;
  /** Another statement in its place. */
  readonly instead: (sql: string) => Promise<unknown>;
}) => Promise<unknown> | undefined;

const realTimeout = globalThis.setTimeout;
let gate: QueryGate = () => undefined;

/** Puts something in the way of all queries of this process. */
export function setQueryGate(next: QueryGate): void {
  gate = next;
}

type Query = (this: pg.Client, ...asked: unknown[]) => unknown;
type Connect = (this: pg.Client, callback?: (...answer: unknown[]) => void) => unknown;

function countQueries(): void {
  const query = pg.Client.prototype.query as unknown as Query;
  const connect = pg.Client.prototype.connect as unknown as Connect;
  function counted(this: pg.Client, ...asked: unknown[]): unknown {
    const callback = asked.at(-1);
    if (typeof callback === 'function') {
      const end = begin();
      const done = (...answer: unknown[]): void => {
        end();
        callback(...answer);
      };
      return query.call(this, ...asked.slice(0, -1), done);
    }
    const pass = () => query.call(this, ...asked) as Promise<unknown>;
    const instead = (sql: string) => query.call(this, sql) as Promise<unknown>;
    return tracked(gate({ sql: sqlOf(asked[0]), connection: this, pass, instead }) ?? pass());
  }
  function countedConnect(this: pg.Client, callback?: (...answer: unknown[]) => void): unknown {
    if (callback === undefined) return tracked(connect.call(this) as Promise<unknown>);
    const end = begin();
    return connect.call(this, (...answer) => {
      end();
      callback(...answer);
    });
  }
  Object.assign(pg.Client.prototype, { query: counted, connect: countedConnect });
}

function sqlOf(asked: unknown): string {
  if (typeof asked === 'string') return asked;
  return typeof asked === 'object' && asked !== null && 'text' in asked ? String(asked.text) : '';
}

const SLOW_CRYPTO = ['sign', 'verify', 'digest', 'importKey', 'exportKey', 'deriveBits'] as const;

function countCrypto(): void {
  const prototype: object = Object.getPrototypeOf(webcrypto.subtle);
  for (const name of SLOW_CRYPTO) {
    const original = Reflect.get(prototype, name) as (...asked: unknown[]) => Promise<unknown>;
    Object.assign(prototype, {
      [name](this: object, ...asked: unknown[]) {
        return tracked(original.apply(this, asked));
      },
    });
  }
}

countQueries();
countCrypto();

/**
 * What the shape server needs to know about stored data: a snapshot at a position, the changes after a position, and a
 * wake-up when there are more. PostgreSQL, SQLite and memory each implement this interface and pass one conformance
 * suite; the server knows nothing about any of them.
 *
 * Positions are change numbers of one tenant. They must be handed out in commit order and become visible without holes
 * that fill later, otherwise a reader that asks for "after 7" loses a 6 that commits late.
 */
import type { StopSignal } from './ports.ts';

/** A row as PostgreSQL prints it: for each column its text form, or null. */
export type TextRow = Readonly<Record<string, string | null>>;

/** Type of a column for the `electric-schema` header. `type` is PostgreSQL's internal name (`int4`, `timestamptz`). */
export interface ColumnType {
  readonly type: string;
  readonly notNull: boolean;
  /** Place in the primary key, from 0. */
  readonly pkIndex?: number;
  /** Dimensions of an array column; `type` is then the element's. */
  readonly dims?: number;
  /** Of a `varchar` with a limit. */
  readonly maxLength?: number;
  /** Of a `bpchar` or a `bit`. */
  readonly length?: number;
  /** Of a `numeric`, or of the seconds of a time, timestamp or interval. */
  readonly precision?: number;
  /** Of a `numeric`. */
  readonly scale?: number;
  /** Of an `interval` that is restricted to some, such as `DAY TO HOUR`. */
  readonly fields?: string;
}

/**
 * One condition of a filter. Values are in PostgreSQL's text form, and a null column meets no condition. `gte` needs a
 * column that the shape serves and whose type has an order (see `orderedTypes` in `filter.ts`).
 */
export type Comparison =
  | { readonly column: string; readonly op: 'eq'; readonly value: string }
  | { readonly column: string; readonly op: 'in'; readonly values: readonly string[] }
  | { readonly column: string; readonly op: 'gte'; readonly value: string };

/** A condition that comparisons can't say, for stores that bring their own evaluator. */
export interface RowCondition {
  /** Says the same as another condition only if the text is the same; part of the shape's fingerprint. */
  readonly text: string;
  /** Whether a row in text form meets it. Must not throw. */
  meets(row: TextRow): boolean;
}

/**
 * A filtered table as one principal may read it. The caller of the server makes it from a shape's name, the principal
 * and the values frozen in the handle; never from what a client wrote.
 */
export interface ShapeDefinition {
  readonly name: string;
  /** The table's schema in the database; `public` unless given. */
  readonly schema?: string;
  readonly table: string;
  /** The columns served. Others never leave the server. */
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** In key order; part of `columns`. What tells rows apart: all columns, if the table has no key. */
  readonly primaryKey: readonly string[];
  readonly tenantId: string;
  /** All must hold. */
  readonly where: readonly Comparison[];
  /** Must hold as well. Its store reads only rows that meet it. */
  readonly condition?: RowCondition;
}

export const changeOperations = ['insert', 'update', 'delete'] as const;
export type ChangeOperation = (typeof changeOperations)[number];

/** One changed row. `old` and `new` hold every column that any shape serves or filters by. */
export interface Change {
  readonly position: bigint;
  /** Names the transaction; consecutive changes with one `tx` are one transaction. A PostgreSQL transaction id if there is one. */
  readonly tx: string;
  readonly op: ChangeOperation;
  readonly table: string;
  /** Null for an insert. */
  readonly old: TextRow | null;
  /** Null for a delete. */
  readonly new: TextRow | null;
}

/**
 * Which transactions a snapshot contains, as PostgreSQL's `pg_current_snapshot()` says it: all below `xmin`, those below
 * `xmax` that are not in `xip`, and none from `xmax` on. Named like `Change.tx`.
 */
export interface SnapshotTransactions {
  readonly xmin: string;
  readonly xmax: string;
  readonly xip: readonly string[];
}

/** Rows of a shape and the position they are true at: exactly the effect of the changes up to it. */
export interface Snapshot {
  readonly position: bigint;
  readonly rows: readonly TextRow[];
  readonly transactions: SnapshotTransactions;
}

/** Changes of one table, in order, whole transactions only. */
export interface ChangePage {
  readonly changes: readonly Change[];
  /** The position up to which `changes` is complete for the table: the tenant's newest one unless `more`. */
  readonly head: bigint;
  /** Whether the limit cut the answer short, so that changes after `head` are already there. */
  readonly more: boolean;
  /** The oldest position that can be resumed from: every change after it is still kept. */
  readonly floor: bigint;
}

/** Greater than every position. Asking for the changes after it tells the head. */
export const positionMax = 2n ** 63n - 1n;

/** Reads of stored data for shapes. Failing reads reject; the server answers 503 and the client retries. */
export interface ChangeLog {
  /** Changes when positions stop meaning what they meant: schema, tenant epoch, identity of the cluster, a restore. */
  epoch(tenantId: string): Promise<string>;
  /**
   * Rows that meet the shape's filter, from one consistent read; null when their texts exceed about `bytesMax`, which is
   * noticed while reading, so that no shape can fill the memory.
   */
  snapshot(shape: ShapeDefinition, bytesMax: number): Promise<Snapshot | null>;
  /**
   * Changes of `table` after `after`, oldest first. About `limit` of them: the end moves to the end of a transaction,
   * and one transaction is returned whole however long it is. With `after` beyond the head: none, and the real head.
   */
  changes(tenantId: string, table: string, after: bigint, limit: number): Promise<ChangePage>;
  /**
   * Resolves when the head is past `position` or when `signal` is raised; never rejects for the signal. Waking for a
   * change of epoch or floor is welcome: without it a held client learns of it when its hold is over.
   */
  waitPast(tenantId: string, position: bigint, signal: StopSignal): Promise<void>;
}

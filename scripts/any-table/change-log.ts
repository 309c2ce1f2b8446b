/**
 * The captured changes of any table as a change log. A tenant of the interface is a table here, by its oid; numbers are of
 * the whole database. Every answer is read from the database and checked against the table as it is now, because a foreign
 * schema changes without telling: a change that was captured before an ALTER TABLE must not be read with the columns after it.
 */
import type { Timers } from '@totem/domain';
import type { Log } from '@totem/host';
import type {
  Change,
  ChangeLog,
  ChangeOperation,
  ChangePage,
  ShapeDefinition,
  Snapshot,
  StopSignal,
  TextRow,
} from '@totem/sync';
import { forgetChanges } from './capture.ts';
import { DIGEST, describeTable, quoted, type TableDescription } from './catalog.ts';
import { type AnyDatabase, type Sql, type SqlRow, sqlStateOf } from './database.ts';
import { recordFields } from './values/record.ts';
import type { Condition } from './where/condition.ts';

/** A shape of this server: its condition is the caller's, compiled. */
export interface AnyShape extends ShapeDefinition {
  readonly condition?: Condition;
}

export interface AnyChangeLog extends ChangeLog {
  close(): void;
}

export interface AnyChangeLogOptions {
  readonly pollMs: number;
  /** Changes kept; a reader that is further behind starts over. */
  readonly changesKept: number;
}

const TRIM_EVERY_MS = 60_000;
/** Rows fetched at once, so that a shape that is too large is noticed before it fills the memory. */
const FETCHED_AT_ONCE = 2_000;
/** Descriptions of tables and their partitions remembered. */
const DESCRIPTIONS_MAX = 1_000;
/** What the server raises for values of a row: its data exceptions, and what it cannot convert. */
const ROW_ERRORS = /^(22|0A000)/;

/** What says whether a table is still the same; none of it is remembered. Null for a table that is gone. */
const TABLE_STATE = `SELECT c.oid::text AS oid, ${DIGEST} AS digest,
    (SELECT max(t.number) FROM totem_shapes.change t WHERE t.followed = c.oid AND t.op = 'truncate') AS emptied
  FROM pg_catalog.pg_class c`;
const HEAD = `SELECT greatest(s.floor, (SELECT max(number) FROM totem_shapes.change)) AS head, s.floor,
    concat(s.epoch, '.', (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())) AS epoch
  FROM totem_shapes.state s`;
/** Head, table and changes from one state of the database: a trim between two reads would leave a hole unseen. */
const PAGE = `SELECT h.head, h.floor, t.digest, p.* FROM (${HEAD}) AS h
  LEFT JOIN (${TABLE_STATE} WHERE c.oid = $1) AS t ON true
  LEFT JOIN LATERAL (
    SELECT l.number, l.tx, l.relation, l.op, l.old_row, l.new_row FROM totem_shapes.change l
    WHERE l.followed = $1 AND l.number > $2 AND l.op <> 'truncate' ORDER BY l.number LIMIT $3
  ) AS p ON true ORDER BY p.number`;
const ONE_STATE = 'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY';

export function createAnyChangeLog(
  parts: { readonly db: AnyDatabase; readonly timers: Timers; readonly log: Log },
  options: AnyChangeLogOptions,
): AnyChangeLog {
  const { db, timers, log } = parts;
  const layouts = createLayouts();
  const watch = createWatch(parts, options.pollMs);
  let cancelTrim = timers.after(TRIM_EVERY_MS, trim);
  function trim(): void {
    forgetChanges(db, options.changesKept)
      .catch((error: unknown) => log.warn({ err: error }, 'old changes could not be removed'))
      .finally(() => {
        if (!watch.closed()) cancelTrim = timers.after(TRIM_EVERY_MS, trim);
      });
  }
  return {
    epoch: async (tenantId) => {
      const epoch = (await readEpochs(db, [tenantId])).epochs.get(tenantId) ?? '';
      watch.seen(tenantId, epoch);
      return epoch;
    },
    snapshot: (shape, bytesMax) => readSnapshot(db, layouts, shape as AnyShape, bytesMax),
    changes: (tenantId, _table, after, limit) => readPage(db, layouts, oidOf(tenantId), after, limit),
    waitPast: watch.waitPast,
    close: () => {
      cancelTrim();
      watch.close();
    },
  };
}

/** A tenant of the interface: a table, and a shape of it, because shapes can be deleted one by one. */
export function tenantOf(oid: string, definition: string): string {
  return `${oid} ${definition}`;
}

function oidOf(tenantId: string): string {
  return tenantId.split(' ')[0] ?? '';
}

/** The head, and what each tenant's positions stand on: database, table, its columns, its last TRUNCATE, deletions of the shape. */
async function readEpochs(
  sql: Sql,
  tenantIds: readonly string[],
): Promise<{ readonly head: bigint; readonly epochs: ReadonlyMap<string, string> }> {
  const definitions = tenantIds.map((tenantId) => tenantId.split(' ')[1] ?? '');
  const [[state], tables, deleted] = await Promise.all([
    sql.rows(HEAD),
    sql.rows(`${TABLE_STATE} WHERE c.oid = ANY($1::oid[])`, [tenantIds.map(oidOf)]),
    sql.rows('SELECT definition, times FROM totem_shapes.deleted WHERE definition = ANY($1)', [definitions]),
  ]);
  if (state === undefined) throw new Error('the schema totem_shapes is gone');
  const tableOf = new Map(tables.map(({ oid, digest, emptied }) => [oid, `${oid}.${digest}.${emptied}`]));
  const timesOf = new Map(deleted.map(({ definition, times }) => [definition, times]));
  const epochs = tenantIds.map((tenantId, index) => {
    const parts = [
      state.epoch,
      tableOf.get(oidOf(tenantId)) ?? 'gone',
      timesOf.get(definitions[index] ?? ''),
    ];
    return [tenantId, parts.join('.')] as const;
  });
  return { head: BigInt(state.head ?? 0), epochs: new Map(epochs) };
}

/** How the rows of a table and its partitions are printed. */
function createLayouts() {
  const known = new Map<string, TableDescription>();
  return async (sql: Sql, oid: string, digest: string | null): Promise<TableDescription> => {
    const remembered = known.get(oid);
    if (remembered !== undefined && (digest === null || remembered.digest === digest)) return remembered;
    const described = await describeTable(sql, oid);
    if (described === undefined) throw new Error(`table ${oid} is gone`);
    if (known.size >= DESCRIPTIONS_MAX) known.clear();
    known.set(oid, described);
    return described;
  };
}

type Layouts = ReturnType<typeof createLayouts>;

/** A row was printed when its table had other columns. */
class OtherLayout extends Error {
  override readonly name = 'OtherLayout';
}

function rowOf({ columns }: TableDescription, printed: string): TextRow {
  const fields = recordFields(printed);
  if (fields.length !== columns.length) throw new OtherLayout();
  return Object.fromEntries(columns.map(({ name }, index) => [name, fields[index] ?? null]));
}

async function readSnapshot(
  db: AnyDatabase,
  layouts: Layouts,
  shape: AnyShape,
  bytesMax: number,
): Promise<Snapshot | null> {
  try {
    return await snapshotWith(db, layouts, shape, bytesMax, shape.condition);
  } catch (error) {
    if (!ROW_ERRORS.test(sqlStateOf(error))) throw error;
    // For some row the condition cannot be computed. Such a row is not in the shape, which only this process can say.
    return snapshotWith(db, layouts, shape, bytesMax, undefined);
  }
}

const VISIBLE = `SELECT pg_snapshot_xmin(s) AS xmin, pg_snapshot_xmax(s) AS xmax,
  array_to_string(ARRAY(SELECT pg_snapshot_xip(s)), ',') AS xip FROM pg_current_snapshot() AS s`;

function snapshotWith(
  db: AnyDatabase,
  layouts: Layouts,
  shape: AnyShape,
  bytesMax: number,
  condition: Condition | undefined,
): Promise<Snapshot | null> {
  const oid = oidOf(shape.tenantId);
  return db.transaction(ONE_STATE, async (sql) => {
    const [state] = await sql.rows(HEAD);
    const [table] = await sql.rows(`${TABLE_STATE} WHERE c.oid = $1`, [oid]);
    const layout = await layouts(sql, oid, table?.digest ?? null);
    const [visible] = await sql.rows(VISIBLE);
    await sql.rows(declaration(layout, condition), condition?.values);
    const rows: TextRow[] = [];
    for (let bytes = 0, isMore = true; isMore; ) {
      const fetched = await sql.rows(`FETCH ${FETCHED_AT_ONCE} FROM shape_rows`);
      for (const { printed } of fetched) {
        const row = rowOf(layout, printed ?? '()');
        if (shape.condition?.meets(row) === false) continue;
        bytes += printed?.length ?? 0;
        rows.push(row);
      }
      if (bytes > bytesMax) return null;
      isMore = fetched.length === FETCHED_AT_ONCE;
    }
    const { xmin, xmax, xip } = visible ?? {};
    const transactions = { xmin: xmin ?? '0', xmax: xmax ?? '0', xip: xip ? xip.split(',') : [] };
    return { position: BigInt(state?.head ?? 0), rows, transactions };
  });
}

function declaration(
  { schema, table, isPartitioned }: TableDescription,
  condition: Condition | undefined,
): string {
  // Rows of tables that inherit from an ordinary one are not its own, and their changes are not captured.
  const only = isPartitioned ? '' : 'ONLY ';
  const from = `${only}${quoted(schema)}.${quoted(table)} AS r`;
  const where = condition === undefined ? '' : ` WHERE ${condition.sql}`;
  return `DECLARE shape_rows NO SCROLL CURSOR FOR SELECT (r.*)::text AS printed FROM ${from}${where}`;
}

async function readPage(
  sql: Sql,
  layouts: Layouts,
  oid: string,
  after: bigint,
  limit: number,
): Promise<ChangePage> {
  const read = await sql.rows(PAGE, [oid, String(after), limit + 1]);
  const [state] = read;
  const [head, floor] = [BigInt(state?.head ?? 0), BigInt(state?.floor ?? 0)];
  // Of a table that is gone nothing more comes; its epoch has changed, and readers start over.
  const digest = state?.digest ?? null;
  const found = digest === null ? [] : read.filter(({ number }) => number !== null);
  const cut = found[limit];
  const rows =
    cut === undefined
      ? found
      : found.slice(
          0,
          found.findIndex(({ tx }) => tx === cut.tx),
        );
  // One transaction is longer than the limit: it is returned whole.
  if (cut !== undefined && rows.length === 0) return readPage(sql, layouts, oid, after, limit * 4);
  const changes: Change[] = [];
  try {
    for (const row of rows) changes.push(await changeOf(sql, layouts, oid, row, digest));
  } catch (error) {
    // Then the epoch has changed as well, and who asks for these rows starts over.
    if (error instanceof OtherLayout) return { changes: [], head, more: false, floor };
    throw error;
  }
  const end = changes.at(-1)?.position;
  const isCut = cut !== undefined && end !== undefined;
  return { changes, head: isCut ? end : head, more: isCut, floor };
}

async function changeOf(
  sql: Sql,
  layouts: Layouts,
  oid: string,
  row: SqlRow,
  digest: string | null,
): Promise<Change> {
  const relation = String(row.relation);
  // A partition's columns may stand in another order; that it changed shows in its parent as well.
  const layout = await layouts(sql, relation, relation === oid ? digest : null);
  const image = (printed: string | null | undefined) =>
    printed === null || printed === undefined ? null : rowOf(layout, printed);
  return {
    position: BigInt(row.number ?? 0),
    tx: String(row.tx),
    table: oid,
    op: row.op as ChangeOperation,
    old: image(row.old_row),
    new: image(row.new_row),
  };
}

/** Wakes who waits, by looking at the database while somebody does. */
function createWatch(
  { db, timers, log }: { readonly db: AnyDatabase; readonly timers: Timers; readonly log: Log },
  pollMs: number,
) {
  interface Waiter {
    readonly tenantId: string;
    readonly position: bigint;
    readonly wake: () => void;
  }
  const waiters = new Set<Waiter>();
  /** The epochs that were last told, on which those who wait rely. */
  const told = new Map<string, string>();
  let isClosed = false;
  let isPolling = false;
  const poll = async (): Promise<void> => {
    const tenantIds = [...new Set([...waiters].map(({ tenantId }) => tenantId))];
    const { head, epochs } = await readEpochs(db, tenantIds);
    for (const { tenantId, position, wake } of [...waiters]) {
      const isOther = told.get(tenantId) !== epochs.get(tenantId);
      if (head > position || (epochs.has(tenantId) && isOther)) wake();
    }
  };
  const schedule = (): void => {
    if (isPolling || isClosed || waiters.size === 0) return;
    isPolling = true;
    timers.after(pollMs, () => {
      poll()
        .catch((error: unknown) => log.warn({ err: error }, 'changes could not be looked for'))
        .finally(() => {
          isPolling = false;
          schedule();
        });
    });
  };
  return {
    seen: (tenantId: string, epoch: string) => {
      if (told.size >= DESCRIPTIONS_MAX) told.clear();
      told.set(tenantId, epoch);
    },
    waitPast: (tenantId: string, position: bigint, signal: StopSignal): Promise<void> => {
      if (signal.aborted || isClosed) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = (): void => {
          waiters.delete(waiter);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const waiter: Waiter = { tenantId, position, wake };
        waiters.add(waiter);
        signal.addEventListener('abort', wake);
        schedule();
      });
    },
    closed: () => isClosed,
    close: () => {
      isClosed = true;
      for (const { wake } of [...waiters]) wake();
    },
  };
}

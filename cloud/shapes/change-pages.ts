/** Reading kept changes from PostgreSQL: the heads that moved, what came after a position, and forgetting what is old. */
import type { Change, ChangeOperation, ChangePage, TextRow } from '@totem/sync';
import type pg from 'pg';
import { asFault, type SqlRow, type Statement } from '../db/with-tenant.ts';

/** A tenant's head as the tailer knows it. */
export interface Head {
  readonly last: bigint;
  readonly floor: bigint;
  /** Of the tenant and of the cluster: a restore or a failover changes it. */
  readonly epoch: string;
}

/** A different cluster, or the same one on another timeline, has other positions under the same numbers. */
const CLUSTER = `(SELECT system_identifier FROM pg_control_system()) || '.' ||
      (SELECT timeline_id FROM pg_control_checkpoint())`;

export const HEADS: Statement = {
  name: 'heads',
  text: `SELECT tenant_id, last, floor, epoch || '.' || ${CLUSTER} AS epoch
    FROM change_head WHERE tenant_id = ANY($1::uuid[])`,
};

/** What the tenants that moved have changed since each was read. */
export const CHANGES_SINCE: Statement = {
  name: 'changes-since',
  text: `SELECT c.tenant_id, c.number, c.tx, c.table_name, c.op, c.old_row, c.new_row
    FROM unnest($1::uuid[], $2::int8[], $3::int8[]) AS f(tenant_id, after, until)
    JOIN change_log c ON c.tenant_id = f.tenant_id AND c.number > f.after AND c.number <= f.until
    ORDER BY c.tenant_id, c.number`,
};

/** Floor, head and changes from one state of the database: a trim between two reads would leave a hole unseen. */
export const PAGE: Statement = {
  name: 'change-page',
  text: `SELECT h.last, h.floor, c.number, c.tx, c.table_name, c.op, c.old_row, c.new_row
    FROM change_head h LEFT JOIN LATERAL (
      SELECT * FROM change_log l
      WHERE l.tenant_id = h.tenant_id AND l.table_name = $2 AND l.number > $3
      ORDER BY l.number LIMIT $4
    ) c ON true
    WHERE h.tenant_id = $1 ORDER BY c.number`,
};

const REST_OF_TX: Statement = {
  name: 'change-rest-of-tx',
  text: `SELECT number, tx, table_name, op, old_row, new_row FROM change_log
    WHERE tenant_id = $1 AND table_name = $2 AND number > $3 AND tx = $4 ORDER BY number`,
};

/** Says which changes are gone, before they go: no writer waits for a tenant's head while rows are removed. */
const MOVE_FLOORS: Statement = {
  name: 'changes-floors',
  text: `WITH old AS (
      SELECT tenant_id, max(number) AS number FROM change_log WHERE at < $1 GROUP BY tenant_id
    )
    UPDATE change_head h SET floor = old.number FROM old WHERE h.tenant_id = old.tenant_id AND h.floor < old.number`,
};
const REMOVE_OLD: Statement = {
  name: 'changes-remove',
  text: `DELETE FROM change_log WHERE ctid = ANY(ARRAY(
      SELECT c.ctid FROM change_log c JOIN change_head h ON h.tenant_id = c.tenant_id
      WHERE c.at < $1 AND c.number <= h.floor LIMIT $2))`,
};
/** Rows removed by one statement, so that a long pause is made up for within a statement's time. */
const REMOVED_AT_ONCE = 20_000;

/** The heads of tenants; unknown ones are absent. */
export async function readHeads(pool: pg.Pool, tenantIds: readonly string[]): Promise<Map<string, Head>> {
  const rows = await query(pool, HEADS, [tenantIds]);
  return new Map(
    rows.map((row) => [
      String(row.tenant_id),
      { last: BigInt(row.last ?? 0), floor: BigInt(row.floor ?? 0), epoch: String(row.epoch) },
    ]),
  );
}

/** The changes of several tenants, each after its own position and up to its own head. */
export async function readChangesSince(
  pool: pg.Pool,
  spans: readonly { readonly tenantId: string; readonly after: bigint; readonly until: bigint }[],
): Promise<Map<string, Change[]>> {
  const rows = await query(pool, CHANGES_SINCE, [
    spans.map(({ tenantId }) => tenantId),
    spans.map(({ after }) => String(after)),
    spans.map(({ until }) => String(until)),
  ]);
  const found = new Map<string, Change[]>(spans.map(({ tenantId }) => [tenantId, []]));
  for (const row of rows) found.get(String(row.tenant_id))?.push(changeOf(row));
  return found;
}

/** A page of one table's changes, whole transactions only. */
export async function readPage(
  pool: pg.Pool,
  tenantId: string,
  table: string,
  after: bigint,
  limit: number,
): Promise<ChangePage> {
  const rows = await query(pool, PAGE, [tenantId, table, String(after), limit + 1]);
  const head = BigInt(rows[0]?.last ?? 0);
  const floor = BigInt(rows[0]?.floor ?? 0);
  const found = rows.filter(({ number }) => number !== null).map(changeOf);
  if (found.length <= limit) return { changes: found, head, more: false, floor };
  const whole = wholeTransactions(found, limit);
  if (whole.length > 0) return pageOf(whole, floor);
  // One transaction is longer than a page: it is returned whole.
  const last = found.at(-1);
  const rest = await query(pool, REST_OF_TX, [tenantId, table, String(last?.position), last?.tx]);
  return pageOf([...found, ...rest.map(changeOf)], floor);
}

/** Forgets changes from before an instant. @returns how many. */
export async function trimChanges(pool: pg.Pool, before: string): Promise<number> {
  await query(pool, MOVE_FLOORS, [before]);
  for (let removed = 0; ; ) {
    const { rowCount } = await pool.query({ ...REMOVE_OLD, values: [before, REMOVED_AT_ONCE] });
    removed += rowCount ?? 0;
    if ((rowCount ?? 0) < REMOVED_AT_ONCE) return removed;
  }
}

/** The changes before the transaction in which the limit falls; none when it is the first. */
export function wholeTransactions(changes: readonly Change[], limit: number): readonly Change[] {
  const cut = changes[limit];
  if (cut === undefined) return changes;
  let end = limit;
  while (end > 0 && changes[end - 1]?.tx === cut.tx) end -= 1;
  return changes.slice(0, end);
}

function pageOf(changes: readonly Change[], floor: bigint): ChangePage {
  return { changes, head: changes.at(-1)?.position ?? floor, more: true, floor };
}

function changeOf(row: SqlRow): Change {
  const image = (text: string | null | undefined) =>
    text === null || text === undefined ? null : (JSON.parse(text) as TextRow);
  return {
    position: BigInt(row.number ?? 0),
    tx: String(row.tx),
    table: String(row.table_name),
    op: row.op as ChangeOperation,
    old: image(row.old_row),
    new: image(row.new_row),
  };
}

async function query(
  pool: pg.Pool,
  statement: Statement,
  values: readonly unknown[],
): Promise<readonly SqlRow[]> {
  try {
    return (await pool.query<SqlRow>({ ...statement, values: [...values] })).rows;
  } catch (error) {
    throw asFault(error);
  }
}

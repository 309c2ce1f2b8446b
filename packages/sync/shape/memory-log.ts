/**
 * A change log in memory with transactions, retention and epochs: the reference for what the interface means, used by
 * tests and by stores that need no disk. A transaction is one synchronous call, so positions are commit order by nature.
 */
import type { Change, ChangeLog, ChangePage, ShapeDefinition, Snapshot, TextRow } from './change-log.ts';
import { matches } from './filter.ts';
import type { StopSignal } from './ports.ts';

/** One row operation of a transaction. `key` holds the values of the primary key; `set` may move them. */
export type RowOperation =
  | { readonly op: 'insert'; readonly table: string; readonly row: TextRow }
  | { readonly op: 'update'; readonly table: string; readonly key: TextRow; readonly set: TextRow }
  | { readonly op: 'delete'; readonly table: string; readonly key: TextRow };

export interface MemoryChangeLog extends ChangeLog {
  /**
   * Applies all operations as one transaction and returns the new head.
   * @throws RangeError when a row is there already, is missing, or the table is unknown; then nothing was applied.
   */
  write(tenantId: string, operations: readonly RowOperation[]): bigint;
  /** Forgets changes up to `floor`. */
  trim(tenantId: string, floor: bigint): void;
  /** Makes every handle of the tenant invalid. */
  bumpEpoch(tenantId: string): void;
  /** Every row of a table. */
  rows(tenantId: string, table: string): readonly TextRow[];
}

export interface MemoryChangeLogParts {
  /** Primary key columns of each table. */
  readonly tables: Readonly<Record<string, readonly string[]>>;
  /** Changes kept for each tenant; older ones are forgotten at transaction boundaries. */
  readonly changesKeptMax?: number;
}

interface TenantLog {
  epoch: number;
  head: bigint;
  floor: bigint;
  transactions: bigint;
  /** `changes[i]` has position `floor + 1 + i`. */
  changes: Change[];
  readonly tables: Map<string, Map<string, TextRow>>;
  readonly waiting: Set<() => void>;
}

const changesKeptDefault = 100_000;

export function createMemoryChangeLog(parts: MemoryChangeLogParts): MemoryChangeLog {
  const { tables, changesKeptMax = changesKeptDefault } = parts;
  const tenants = new Map<string, TenantLog>();
  const tenantOf = (tenantId: string): TenantLog => {
    const known = tenants.get(tenantId);
    if (known !== undefined) return known;
    const created = newTenantLog();
    tenants.set(tenantId, created);
    return created;
  };
  const trim = (tenant: TenantLog, floor: bigint): void => {
    const reached = floor < tenant.head ? floor : tenant.head;
    if (reached <= tenant.floor) return;
    tenant.changes = tenant.changes.slice(Number(reached - tenant.floor));
    tenant.floor = reached;
  };
  return {
    epoch: async (tenantId) => `${tenantOf(tenantId).epoch}`,
    snapshot: async (shape, bytesMax) => snapshotOf(tenantOf(shape.tenantId), shape, bytesMax),
    changes: async (tenantId, table, after, limit) => pageOf(tenantOf(tenantId), table, after, limit),
    waitPast: (tenantId, position, signal) => waitPast(tenantOf(tenantId), position, signal),
    write: (tenantId, operations) => {
      const tenant = tenantOf(tenantId);
      commit(tenant, applied(tenant, tables, operations));
      const excess = tenant.changes.length - changesKeptMax;
      const cut = excess > 0 ? tenant.changes[excess - 1] : undefined;
      if (cut !== undefined) trim(tenant, endOfTransaction(tenant, cut));
      return tenant.head;
    },
    trim: (tenantId, floor) => {
      const tenant = tenantOf(tenantId);
      trim(tenant, floor);
      wake(tenant);
    },
    bumpEpoch: (tenantId) => {
      const tenant = tenantOf(tenantId);
      tenant.epoch += 1;
      wake(tenant);
    },
    rows: (tenantId, table) => [...(tenantOf(tenantId).tables.get(table)?.values() ?? [])],
  };
}

function newTenantLog(): TenantLog {
  return {
    epoch: 1,
    head: 0n,
    floor: 0n,
    transactions: 0n,
    changes: [],
    tables: new Map(),
    waiting: new Set(),
  };
}

function snapshotOf(tenant: TenantLog, shape: ShapeDefinition, bytesMax: number): Snapshot | null {
  const rows = [...(tenant.tables.get(shape.table)?.values() ?? [])].filter((row) => matches(shape, row));
  const bytes = rows.reduce((sum, row) => sum + textLength(row), 0);
  if (bytes > bytesMax) return null;
  const next = `${tenant.transactions + 1n}`;
  return { position: tenant.head, rows, transactions: { xmin: next, xmax: next, xip: [] } };
}

function textLength(row: TextRow): number {
  return Object.values(row).reduce((sum, text) => sum + (text?.length ?? 0), 0);
}

function pageOf(tenant: TenantLog, table: string, after: bigint, limit: number): ChangePage {
  const { head, floor } = tenant;
  const found: Change[] = [];
  const from = after < floor ? 0 : Number(after - floor);
  for (let index = from; index < tenant.changes.length; index += 1) {
    const change = tenant.changes[index];
    if (change === undefined || change.table !== table) continue;
    const last = found.at(-1);
    if (last !== undefined && found.length >= limit && last.tx !== change.tx) {
      return { changes: found, head: last.position, more: true, floor };
    }
    found.push(change);
  }
  return { changes: found, head, more: false, floor };
}

async function waitPast(tenant: TenantLog, position: bigint, signal: StopSignal): Promise<void> {
  if (tenant.head > position || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      tenant.waiting.delete(done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    tenant.waiting.add(done);
    signal.addEventListener('abort', done);
  });
}

function wake(tenant: TenantLog): void {
  for (const done of [...tenant.waiting]) done();
}

type RowChange = Omit<Change, 'position' | 'tx'>;

/** Applies the operations to the tenant's tables; a failing one takes back what went before it. */
function applied(
  tenant: TenantLog,
  keys: MemoryChangeLogParts['tables'],
  operations: readonly RowOperation[],
): readonly RowChange[] {
  const changes: RowChange[] = [];
  try {
    for (const operation of operations) {
      const { table } = operation;
      const key = keys[table];
      if (key === undefined) throw new RangeError(`no table ${table}`);
      const rows = rowsOf(tenant, table);
      const change = { table, ...changeOf(rows, key, operation) };
      replace(rows, key, change.old, change.new);
      changes.push(change);
    }
  } catch (error) {
    for (const change of changes.toReversed()) {
      replace(rowsOf(tenant, change.table), keys[change.table] ?? [], change.new, change.old);
    }
    throw error;
  }
  return changes;
}

function rowsOf(tenant: TenantLog, table: string): Map<string, TextRow> {
  const rows = tenant.tables.get(table) ?? new Map<string, TextRow>();
  tenant.tables.set(table, rows);
  return rows;
}

function changeOf(
  rows: ReadonlyMap<string, TextRow>,
  key: readonly string[],
  operation: RowOperation,
): Pick<Change, 'op' | 'old' | 'new'> {
  switch (operation.op) {
    case 'insert':
      assertFree(rows, idOf(key, operation.row));
      return { op: 'insert', old: null, new: operation.row };
    case 'update': {
      const old = existing(rows, idOf(key, operation.key));
      const row = { ...old, ...operation.set };
      if (idOf(key, row) !== idOf(key, old)) assertFree(rows, idOf(key, row));
      return { op: 'update', old, new: row };
    }
    case 'delete':
      return { op: 'delete', old: existing(rows, idOf(key, operation.key)), new: null };
    default:
      return operation satisfies never;
  }
}

function replace(
  rows: Map<string, TextRow>,
  key: readonly string[],
  old: TextRow | null,
  row: TextRow | null,
): void {
  if (old !== null) rows.delete(idOf(key, old));
  if (row !== null) rows.set(idOf(key, row), row);
}

function assertFree(rows: ReadonlyMap<string, TextRow>, id: string): void {
  if (rows.has(id)) throw new RangeError(`row ${id} exists`);
}

function existing(rows: ReadonlyMap<string, TextRow>, id: string): TextRow {
  const row = rows.get(id);
  if (row === undefined) throw new RangeError(`no row ${id}`);
  return row;
}

function idOf(key: readonly string[], row: TextRow): string {
  return JSON.stringify(key.map((column) => row[column] ?? null));
}

function commit(tenant: TenantLog, changes: readonly RowChange[]): void {
  if (changes.length === 0) return;
  tenant.transactions += 1n;
  for (const change of changes) {
    tenant.head += 1n;
    tenant.changes.push({ ...change, position: tenant.head, tx: `${tenant.transactions}` });
  }
  wake(tenant);
}

function endOfTransaction(tenant: TenantLog, change: Change): bigint {
  let position = change.position;
  for (let index = Number(position - tenant.floor); tenant.changes[index]?.tx === change.tx; index += 1) {
    position += 1n;
  }
  return position;
}

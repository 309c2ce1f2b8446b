/**
 * Whether rows are what their entries say: every entry that is kept is folded once more, in the order of positions, row by
 * row, and the result is compared with the tables. In one state of the database, with memory that does not grow with it.
 */
import {
  CONFLICTS_ACROSS_ROWS,
  FOLDED_ENTITIES,
  type FoldedEntity,
  factOf,
  type LedgerEntry,
  PAYMENT_CONFLICTS_ACROSS_ROWS,
  type TenantId,
} from '@totem/domain';
import { QUARANTINE_REASONS } from '@totem/sync/push';
import type { Database } from '../db/pool.ts';
import { type ReadHandle, readTenant, type Statement } from '../db/with-tenant.ts';
import { ENTRY_COLUMNS, entryOfRow } from '../ledger/entries.ts';
import { readAllRows } from '../ledger/folded-tables.ts';
import { keyOf, parkedOf } from '../ledger/parked.ts';
import { ledgerTenants } from './read.ts';
import { type AnyRow, differences, type Replayed, replayRow } from './replay-row.ts';

export interface ReplayDifference {
  readonly entity: FoldedEntity;
  readonly id: string;
  readonly detail: string;
}

export interface ReplayReport {
  readonly tenantId: TenantId;
  /** Positions of the oldest entry that is kept; 0 where none is. */
  readonly firstPosition: number;
  readonly entries: number;
  /** Rows that were compared. */
  readonly rows: number;
  /** Rows that began before what is kept, and cannot be told. */
  readonly unkept: number;
  readonly differenceCount: number;
  /** The first of them. */
  readonly differences: readonly ReplayDifference[];
}

/** Entries read at once. A row with more of them is still folded whole. */
const PAGE_ROWS = 2_000;
/** A table that was emptied has as many differences as rows: the first of them say enough. */
const KEPT_MAX = 100;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

const ENTRIES: Statement = {
  name: 'replay-entries',
  text: `SELECT ${ENTRY_COLUMNS.join(', ')}, position FROM audit_log
    WHERE tenant_id = $1 AND entity = $2 AND (entity_id, position) > ($3, $4)
    ORDER BY entity_id, position LIMIT ${PAGE_ROWS}`,
};
const FIRST_POSITION: Statement = {
  name: 'replay-first-position',
  text: 'SELECT position FROM audit_log WHERE tenant_id = $1 ORDER BY position LIMIT 1',
};
const SHOWN: Statement = {
  name: 'replay-shown-conflicts',
  text: `SELECT entity_id, kind FROM conflict WHERE tenant_id = $1 AND entity_id = ANY($2::uuid[]) AND kind = ANY($3::text[])`,
};
const ASIDE: Statement = {
  name: 'replay-aside',
  text: `SELECT EXISTS (SELECT FROM ledger_quarantine WHERE tenant_id = $1 AND origin = $2 AND seq = $3
    AND reason = ANY($4::text[]) AND position(convert_to($5, 'UTF8') IN bytes) > 0) AS kept`,
};
const unexplained = (entity: FoldedEntity): Statement => ({
  name: `replay-unexplained-${entity}`,
  text: `SELECT t.id FROM ${entity} t WHERE t.tenant_id = $1 AND t.id > $2
    AND NOT EXISTS (SELECT FROM audit_log a WHERE a.tenant_id = $1 AND a.entity = '${entity}' AND a.entity_id = t.id)
    ORDER BY t.id LIMIT ${PAGE_ROWS}`,
});
const PARKED_LOST: Statement = {
  name: 'replay-parked-lost',
  text: `SELECT entity, entity_id, entry_id FROM ledger_parked p WHERE tenant_id = $1 AND position >= $2
    AND NOT EXISTS (SELECT FROM audit_log a WHERE a.tenant_id = $1 AND a.entity = p.entity AND a.entity_id = p.entity_id AND a.id = p.entry_id)
    LIMIT ${PAGE_ROWS}`,
};

/** Replays all tenants, or some. */
export async function* replayLedgers(db: Database, only?: readonly TenantId[]): AsyncGenerator<ReplayReport> {
  for (const tenantId of only ?? (await ledgerTenants(db))) yield await replayTenant(db, tenantId);
}

/** Replays one tenant's ledger, in one state of the database. */
export async function replayTenant(db: Database, tenantId: TenantId): Promise<ReplayReport> {
  return readTenant(db, tenantId, async (tx) => {
    const firstPosition = Number((await tx.one(FIRST_POSITION, [tenantId]))?.position ?? 0);
    const tally = createTally(firstPosition <= 1);
    for (const entity of FOLDED_ENTITIES) {
      for await (const groups of groupsOf(tx, entity)) await compareGroups(tx, entity, groups, tally);
      await findUnexplained(tx, entity, tally);
    }
    for (const { entity, entity_id: id, entry_id: entry } of await tx.all(PARKED_LOST, [
      tenantId,
      firstPosition,
    ]))
      tally.differs(entity as FoldedEntity, String(id), `entry ${entry} is parked, and is not in the ledger`);
    return { tenantId, firstPosition, ...tally.report() };
  });
}

type Tally = ReturnType<typeof createTally>;

/** @param isWhole whether the ledger is kept from its beginning. */
function createTally(isWhole: boolean) {
  const kept: ReplayDifference[] = [];
  const counts = { entries: 0, rows: 0, unkept: 0, differenceCount: 0 };
  return {
    isWhole,
    counts,
    differs: (entity: FoldedEntity, id: string, detail: string): void => {
      counts.differenceCount += 1;
      if (kept.length < KEPT_MAX) kept.push({ entity, id, detail });
    },
    report: () => ({ ...counts, differences: kept }),
  };
}

type Groups = ReadonlyMap<string, readonly LedgerEntry[]>;

/** The entries of an entity by row, each row's whole and in order, some rows at a time. */
async function* groupsOf(tx: ReadHandle, entity: FoldedEntity): AsyncGenerator<Groups> {
  let after: readonly [string, number] = [FIRST_ID, 0];
  let open: LedgerEntry[] = [];
  for (;;) {
    const page = await tx.all(ENTRIES, [tx.tenantId, entity, ...after]);
    const last = page.at(-1);
    const entries = [...open, ...page.map(entryOfRow)];
    const isLast = page.length < PAGE_ROWS || last === undefined;
    // The last row of a page may go on in the next.
    const openId = isLast ? undefined : String(last.entity_id);
    open = entries.filter(({ entityId }) => entityId === openId);
    const whole = entries.filter(({ entityId }) => entityId !== openId);
    if (whole.length > 0) yield Map.groupBy(whole, ({ entityId }) => entityId);
    if (isLast) return;
    after = [String(last.entity_id), Number(last.position)];
  }
}

async function compareGroups(
  tx: ReadHandle,
  entity: FoldedEntity,
  groups: Groups,
  tally: Tally,
): Promise<void> {
  const none = { ticket: [], call: [], operator_session: [], payment_session: [], payment_transaction: [] };
  const ids = { ...none, [entity]: [...groups.keys()] };
  const stored: ReadonlyMap<string, AnyRow> = (await readAllRows(tx, ids))[entity];
  const parked = await parkedOf(tx, ids);
  const shown = new Set(
    (
      await tx.all(SHOWN, [
        tx.tenantId,
        ids[entity],
        [...CONFLICTS_ACROSS_ROWS, ...PAYMENT_CONFLICTS_ACROSS_ROWS],
      ])
    ).map((row) => `${row.entity_id} ${row.kind}`),
  );
  for (const [id, entries] of groups) {
    tally.counts.entries += entries.length;
    const replayed = replayRow(entity, entries);
    const row = stored.get(id);
    if (isOlder(row, replayed, entries, tally)) {
      tally.counts.unkept += 1;
      continue;
    }
    tally.counts.rows += row === undefined ? 0 : 1;
    const known = new Set(entries.map((entry) => entry.id));
    // What was parked before the entries that are kept is told by none of them; what is lost since, by `PARKED_LOST`.
    const waiting = (parked.get(keyOf(entity, id)) ?? [])
      .map((entry) => entry.id)
      .filter((entryId) => tally.isWhole || known.has(entryId));
    const expected = replayed.parked.map((entry) => entry.id);
    if (waiting.join() !== expected.join())
      tally.differs(entity, id, `parked are [${waiting}], and should be [${expected}]`);
    if (row === undefined && replayed.row === undefined) continue;
    if (row === undefined) tally.differs(entity, id, 'is in the ledger, and has no row');
    else if (replayed.row === undefined) tally.differs(entity, id, 'has a row that no entry creates');
    else {
      const asides = await asidesOf(tx, id, row, replayed.row);
      const evidence = {
        isShown: (kind: string) => shown.has(`${id} ${kind}`),
        isAside: (origin: string, seq: number) => asides.has(`${origin} ${seq}`),
      };
      for (const { field, stored: has, replayed: should } of differences(row, replayed.row, evidence))
        tally.differs(entity, id, `${field} is ${has}, and should be ${should}`);
    }
  }
}

/**
 * Whether a row began before what is kept: nothing that is kept creates it, or only a second creation does, or it has judged
 * an origin of which nothing is kept.
 */
function isOlder(
  row: AnyRow | undefined,
  replayed: Replayed,
  entries: readonly LedgerEntry[],
  tally: Tally,
): boolean {
  if (tally.isWhole || row === undefined) return false;
  if (replayed.row?.createdAt !== row.createdAt) return true;
  const heard = new Set<string>(entries.flatMap((entry) => [entry.origin, factOf(entry).id]));
  return Object.keys(row.folded).some((origin) => !heard.has(origin));
}

/** The seqs that a row has judged and that are in no entry of it, as far as they were kept aside. */
async function asidesOf(tx: ReadHandle, id: string, row: AnyRow, replayed: AnyRow): Promise<Set<string>> {
  const found = new Set<string>();
  for (const [origin, seq] of Object.entries(row.folded)) {
    if (seq <= (replayed.folded[origin] ?? 0)) continue;
    const aside = await tx.one(ASIDE, [tx.tenantId, origin, seq, [...QUARANTINE_REASONS], id]);
    if (aside?.kept === 't') found.add(`${origin} ${seq}`);
  }
  return found;
}

/** Rows that no entry that is kept speaks of. */
async function findUnexplained(tx: ReadHandle, entity: FoldedEntity, tally: Tally): Promise<void> {
  const statement = unexplained(entity);
  for (let after = FIRST_ID; ; ) {
    const rows = await tx.all(statement, [tx.tenantId, after]);
    for (const { id } of rows)
      if (tally.isWhole) tally.differs(entity, String(id), 'has a row, and no entry');
      else tally.counts.unkept += 1;
    if (rows.length < PAGE_ROWS) return;
    after = String(rows.at(-1)?.id);
  }
}

/** A report as lines: the tenant, and each difference that was kept. */
export function replayLines(report: ReplayReport): string[] {
  const { tenantId, firstPosition, entries, rows, unkept, differenceCount, differences: kept } = report;
  const older = unkept === 0 ? '' : `, ${unkept} rows older than what is kept`;
  const verdict = differenceCount === 0 ? 'equal' : `${differenceCount} DIFFERENCES`;
  const more = differenceCount - kept.length;
  return [
    `tenant ${tenantId}: ${rows} rows from ${entries} entries since position ${firstPosition}${older}: ${verdict}`,
    ...kept.map(({ entity, id, detail }) => `  DIFFERS ${entity} ${id}: ${detail}`),
    ...(more > 0 ? [`  DIFFERS and ${more} more`] : []),
  ];
}

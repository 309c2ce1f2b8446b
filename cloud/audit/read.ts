/** Reading a tenant's ledger for a check: a page at a time in the order of positions, and what stands beside the entries. */
import { type ChainHead, GENESIS_HASH, PLATFORM_TENANT_ID, type TenantId } from '@totem/domain';
import { QUARANTINE_REASONS } from '@totem/sync/push';
import type { Database } from '../db/pool.ts';
import { type ReadHandle, readTenant, type SqlRow, type Statement } from '../db/with-tenant.ts';
import { HASHED_COLUMNS } from './canonical-entry.ts';
import type { ChainWalk, Gap } from './chain-walk.ts';
import { SEAL_COLUMNS, type SignedSeal, sealOfRow } from './statement.ts';

/** Entries in memory at once: two pages. */
const PAGE_ROWS = 4_000;
const ASIDE_ROWS = 500;

const ENTRIES: Statement = {
  name: 'audit-entries',
  text: `SELECT ${HASHED_COLUMNS.join(', ')}, hash, position, received_at FROM audit_log
    WHERE tenant_id = $1 AND position >= $2 AND position <= $3 ORDER BY position LIMIT ${PAGE_ROWS}`,
};
const PRIVATES: Statement = {
  name: 'audit-privates',
  text: `SELECT entry_id, entity, entity_id, salt, data FROM entry_private
    WHERE tenant_id = $1 AND entry_id = ANY($2::uuid[])`,
};
const PRIVATES_COUNT: Statement = {
  name: 'audit-privates-count',
  text: 'SELECT count(*) AS count FROM entry_private WHERE tenant_id = $1',
};
const ASIDE: Statement = {
  name: 'audit-aside',
  text: `SELECT origin, seq, hash, digest, encode(bytes, 'base64') AS bytes FROM ledger_quarantine
    WHERE tenant_id = $1 AND origin = $2 AND seq > $3 AND seq < $4 AND reason = ANY($5::text[])
    ORDER BY seq LIMIT ${ASIDE_ROWS}`,
};
const SEALS: Statement = {
  name: 'audit-seals',
  text: `SELECT ${SEAL_COLUMNS} FROM audit_seal WHERE tenant_id = $1 ORDER BY month`,
};
const SEAL: Statement = {
  name: 'audit-seal',
  text: `SELECT ${SEAL_COLUMNS}, (SELECT p.digest FROM audit_seal p
      WHERE p.tenant_id = $1 AND p.month < $2 ORDER BY p.month DESC LIMIT 1) AS previous_digest
    FROM audit_seal WHERE tenant_id = $1 AND month = $2`,
};
const ORIGINS: Statement = {
  name: 'audit-origins',
  text: `SELECT o.id, o.equipment_id, c.seq, c.hash FROM origin o
    LEFT JOIN ledger_cursor c ON c.tenant_id = o.tenant_id AND c.origin = o.id WHERE o.tenant_id = $1`,
};
const HEAD: Statement = {
  name: 'audit-head',
  text: 'SELECT ledger_position, cloud_origin, cloud_seq, cloud_hash FROM change_head WHERE tenant_id = $1',
};
const IS_KEPT: Statement = {
  name: 'audit-is-kept',
  text: `SELECT EXISTS (SELECT FROM audit_log
    WHERE tenant_id = $1 AND position BETWEEN $2 AND $3 AND received_at < $4) AS kept`,
};
const TENANTS: Statement = { name: 'audit-tenants', text: 'SELECT id FROM tenant ORDER BY id' };

/** Every tenant, the platform's own included: who runs the platform sees tenants as such. */
export async function ledgerTenants(db: Database): Promise<TenantId[]> {
  const rows = await readTenant(db, PLATFORM_TENANT_ID, (tx) => tx.all(TENANTS));
  return rows.map(({ id }) => id as TenantId);
}

/** Calls `take` for every entry after a position, in order, with its personal data; the next page is on its way meanwhile. */
export async function eachEntry(
  tx: ReadHandle,
  range: { readonly after: number; readonly upTo: number },
  take: (row: SqlRow, beside: SqlRow | undefined) => void | Promise<void>,
): Promise<void> {
  const page = (from: number) => tx.all(ENTRIES, [tx.tenantId, from, range.upTo]);
  let rows = await page(range.after + 1);
  // A position that was given twice may lie on both sides of a page's end: each page begins where the one before ended.
  let seen: ReadonlySet<string> = new Set();
  while (rows.length > 0) {
    const last = Number(rows.at(-1)?.position);
    const isWhole = rows.length < PAGE_ROWS;
    const next = isWhole ? undefined : page(last);
    // Its failure is heard when it is awaited.
    next?.catch(() => {});
    const fresh = rows.filter(({ id }) => !seen.has(String(id)));
    if (fresh.length === 0) throw new Error(`position ${last} was given ${PAGE_ROWS} times`);
    const privates = await privatesOf(tx, fresh);
    for (const row of fresh) {
      const pause = take(row, privates.get(String(row.id)));
      if (pause !== undefined) await pause;
    }
    seen = new Set(rows.filter(({ position }) => Number(position) === last).map(({ id }) => String(id)));
    rows = (await next) ?? [];
  }
}

async function privatesOf(tx: ReadHandle, rows: readonly SqlRow[]): Promise<Map<string, SqlRow>> {
  const ids = rows.filter(({ commitment }) => commitment !== null).map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const found = await tx.all(PRIVATES, [tx.tenantId, ids]);
  return new Map(found.map((row) => [String(row.entry_id), row]));
}

/** All rows of personal data, to be compared with those that entries commit to. */
export async function countPrivates(tx: ReadHandle): Promise<number> {
  return Number((await tx.one(PRIVATES_COUNT, [tx.tenantId]))?.count);
}

/** Lets a walk go over what was kept aside in a gap, as far as it links. */
export async function bridgeGap(tx: ReadHandle, walk: ChainWalk, gap: Gap): Promise<void> {
  for (let after = gap.after; ; ) {
    const values = [tx.tenantId, gap.origin, after, gap.before, [...QUARANTINE_REASONS]];
    const rows = await tx.all(ASIDE, values);
    for (const row of rows) walk.bridge(row);
    const last = Number(rows.at(-1)?.seq);
    // Where the chain no longer links, more of the same cannot mend it.
    if (rows.length < ASIDE_ROWS || walk.headOf(gap.origin).seq < last) return;
    after = last;
  }
}

/** The rows of all seals, oldest first. */
export async function sealRows(tx: ReadHandle): Promise<readonly SqlRow[]> {
  return tx.all(SEALS, [tx.tenantId]);
}

/** The seal of one month. */
export async function sealOfMonth(tx: ReadHandle, month: string): Promise<SignedSeal | undefined> {
  const row = await tx.one(SEAL, [tx.tenantId, `${month}-01`]);
  return row && sealOfRow(tx.tenantId, row, row.previous_digest ?? GENESIS_HASH);
}

export interface OpenedOrigin {
  readonly id: string;
  readonly equipmentId: string | null;
  /** Null for the cloud's own, whose end is in the tenant's head. */
  readonly cursor: ChainHead | null;
}

export async function openedOrigins(tx: ReadHandle): Promise<OpenedOrigin[]> {
  const rows = await tx.all(ORIGINS, [tx.tenantId]);
  return rows.map(({ id, equipment_id, seq, hash }) => ({
    id: String(id),
    equipmentId: equipment_id ?? null,
    cursor: (seq ?? null) === null ? null : { seq: Number(seq), hash: String(hash) },
  }));
}

export interface LedgerHead {
  readonly position: number;
  readonly cloudOrigin: string | null;
  readonly cloud: ChainHead;
}

export async function ledgerHead(tx: ReadHandle): Promise<LedgerHead | undefined> {
  const row = await tx.one(HEAD, [tx.tenantId]);
  return (
    row && {
      position: Number(row.ledger_position),
      cloudOrigin: row.cloud_origin ?? null,
      cloud: { seq: Number(row.cloud_seq), hash: String(row.cloud_hash) },
    }
  );
}

/**
 * Whether anything is kept of a sealed month. Entries that were received after it and stand among its positions, because two
 * nodes' clocks differ, go with the next month's partition and say nothing.
 */
export async function isMonthKept(
  tx: ReadHandle,
  seal: { readonly firstPosition: number; readonly lastPosition: number; readonly end: string },
): Promise<boolean> {
  const row = await tx.one(IS_KEPT, [tx.tenantId, seal.firstPosition, seal.lastPosition, seal.end]);
  return row?.kept === 't';
}

/**
 * The ledger of a span as one file. First the export becomes an entry itself; then the entries flow, a page at a time by
 * position, each page in a transaction of its own. A cursor held open would keep a connection and an old state of the
 * database for as long as the slowest reader takes; the ledger only grows, so what was counted is what is read.
 */
import type { QueryOf, Routes } from '@totem/api';
import { canonicalJson, type Principal, type TenantId } from '@totem/domain';
import { and, asc, count, eq, gt, gte, lt, lte, max, min, type SQL } from 'drizzle-orm';
import type { Context } from 'hono';
import { auditLog } from '../db/schema/record.ts';
import { type ReadHandle, readTenant, withTenant } from '../db/with-tenant.ts';
import type { CloudEnv } from '../http/context.ts';
import { CSV_MARK, csvLine } from './csv.ts';
import { record } from './entries.ts';
import { type EntryRow, entryOf } from './entry-row.ts';
import type { RestParts } from './mount.ts';
import { every } from './page.ts';
import { atSitesOf } from './scope.ts';

/** Entries in memory at once, for each reader. */
const PAGE_ENTRIES = 500;

type Query = QueryOf<Routes['exportEntries']>;
type Parts = Pick<RestParts, 'db' | 'env' | 'log'>;

/** What is exported: how many entries, and between which positions. */
interface Span {
  readonly entries: number;
  readonly first: number;
  readonly last: number;
}

/** Answers with the file. The entry about it is committed before the first byte leaves. */
export async function exportEntries(
  c: Context<CloudEnv>,
  parts: Parts,
  principal: Principal,
  query: Query,
): Promise<Response> {
  const { tenantId } = principal;
  const span = await withTenant(parts.db, tenantId, async (tx) => {
    const found = await spanOf(tx, principal, query);
    await record(
      tx,
      { env: parts.env, principal },
      { action: 'DATA_EXPORTED', entity: 'audit_log', entityId: tenantId, data: { ...query, ...found } },
    );
    return found;
  });
  const format = FORMATS[query.format];
  const file = `audit-${query.from.slice(0, 10)}-${query.to.slice(0, 10)}.${query.format}`;
  return c.body(ReadableStream.from(bytesOf(parts, principal, query, span)) as ReadableStream, 200, {
    'content-type': format.contentType,
    'content-disposition': `attachment; filename="${file}"`,
    'totem-entries': String(span.entries),
  });
}

/** How many entries there are, and where. */
export function exportedSpan(tx: ReadHandle, principal: Principal, query: Query) {
  return tx.orm
    .select({ entries: count(), first: min(auditLog.position), last: max(auditLog.position) })
    .from(auditLog)
    .where(within(tx.tenantId, principal, query));
}

/** The next entries of an export. */
export function exportedPage(
  tx: ReadHandle,
  principal: Principal,
  query: Query,
  range: { readonly after: number; readonly last: number },
) {
  return tx.orm
    .select()
    .from(auditLog)
    .where(
      every(
        within(tx.tenantId, principal, query),
        gt(auditLog.position, range.after),
        lte(auditLog.position, range.last),
      ),
    )
    .orderBy(asc(auditLog.position))
    .limit(PAGE_ENTRIES);
}

async function spanOf(tx: ReadHandle, principal: Principal, query: Query): Promise<Span> {
  const [row] = await exportedSpan(tx, principal, query);
  return { entries: row?.entries ?? 0, first: row?.first ?? 0, last: row?.last ?? 0 };
}

function within(tenantId: TenantId, principal: Principal, { from, to }: Query): SQL | undefined {
  return and(
    eq(auditLog.tenantId, tenantId),
    gte(auditLog.receivedAt, from),
    lt(auditLog.receivedAt, to),
    atSitesOf(principal, auditLog.siteId),
  );
}

/** Reads on when the reader has taken what was there, and never sooner. */
async function* bytesOf(
  { db, log }: Parts,
  principal: Principal,
  query: Query,
  { entries, first, last }: Span,
): AsyncGenerator<Uint8Array> {
  const { start, line } = FORMATS[query.format];
  const encoder = new TextEncoder();
  if (start !== '') yield encoder.encode(start);
  let after = first - 1;
  let told = 0;
  try {
    while (told < entries) {
      const range = { after, last };
      const rows = await readTenant(db, principal.tenantId, (tx) =>
        exportedPage(tx, principal, query, range),
      );
      // An answer that ends early must not look like a whole one: the error cuts the connection.
      if (rows.length === 0) throw new Error(`${entries - told} entries of an export are gone`);
      told += rows.length;
      after = rows.at(-1)?.position ?? last;
      yield encoder.encode(rows.map(line).join(''));
    }
  } catch (error) {
    log.error({ err: error, told, entries }, 'an export was cut short');
    throw error;
  }
}

interface Format {
  readonly contentType: string;
  readonly start: string;
  line(row: EntryRow): string;
}

const CSV_COLUMNS = [
  'position',
  'receivedAt',
  'occurredAt',
  'clockSuspect',
  'action',
  'entity',
  'entityId',
  'siteId',
  'userId',
  'commandId',
  'data',
  'commitment',
  'origin',
  'seq',
  'tx',
  'id',
  'prevHash',
  'hash',
] as const satisfies readonly (keyof EntryRow)[];

const FORMATS: Record<Query['format'], Format> = {
  ndjson: {
    contentType: 'application/x-ndjson',
    start: '',
    line: (row) => `${canonicalJson(entryOf(row))}\n`,
  },
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    start: CSV_MARK + csvLine(CSV_COLUMNS),
    line: (row) => csvLine(CSV_COLUMNS.map((column) => cellOf(row[column]))),
  },
};

function cellOf(value: EntryRow[keyof EntryRow]): string {
  if (value === null) return '';
  return typeof value === 'object' ? canonicalJson(value) : String(value);
}

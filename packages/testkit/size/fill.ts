/**
 * Fills a migrated database with many tenants of very different size, as they are in life: the first has the most, the tenth a
 * tenth of that. It works as the owner and within each tenant's fence, so any database will do; the same seed makes the
 * same rows.
 */
import type { TenantId } from '@totem/domain';
import pg from 'pg';
import { HISTORY_DAYS, PREPARE, ROWS, SEEDING } from './rows.ts';

export interface Size {
  readonly tenants: number;
  /** Of all tenants together. */
  readonly tickets: number;
  /** The same number makes the same rows, another one others: also beside them. */
  readonly seed: number;
  /** When the newest ticket was issued. */
  readonly endsAt?: string;
}

export interface Filled {
  readonly rows: number;
  /** Rows by table. */
  readonly tables: ReadonlyMap<string, number>;
  readonly largestTenantId: TenantId;
}

const ENDS_AT = '2026-11-23T18:00:00Z';
/** Two cores make one tenant's rows each. */
const CONNECTIONS = 2;
const SITES_OF_LARGEST = 10;

/** @param url as the owner or a superuser. @param onTenant called after each tenant with its rows. */
export async function fillAtSize(
  url: string,
  size: Size,
  onTenant: (rows: number) => void = () => {},
): Promise<Filled> {
  const names = Array.from({ length: size.tenants }, (_, index) => `t${size.seed}-${index + 1}`);
  const tables = new Map<string, number>();
  let rows = 0;
  let next = 0;
  let largestTenantId: string | undefined;
  const work = async (client: pg.Client) => {
    for (let index = next++; index < names.length; index = next++) {
      const sizes = { tickets: ticketsOf(index, size), sites: sitesOf(index) };
      const tenant = await fillTenant(client, names[index] ?? '', sizes, size.endsAt ?? ENDS_AT, tables);
      rows += tenant.rows;
      if (index === 0) largestTenantId = tenant.id;
      onTenant(tenant.rows);
    }
  };
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => connect(url)));
  try {
    await clients[0]?.query(
      `SELECT ensure_audit_partitions(($1::timestamptz - interval '${HISTORY_DAYS + 1} days')::date, 8)`,
      [size.endsAt ?? ENDS_AT],
    );
    await Promise.all(clients.map(work));
    await clients[0]?.query('ANALYZE');
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
  if (largestTenantId === undefined) throw new RangeError('there must be a tenant');
  return { rows, tables, largestTenantId: largestTenantId as TenantId };
}

/** In shares of 1, 1/2, 1/3 and so on. */
function ticketsOf(index: number, { tenants, tickets }: Size): number {
  const shares = Array.from({ length: tenants }, (_, nth) => 1 / (nth + 1));
  const sum = shares.reduce((total, share) => total + share, 0);
  const rest = shares.slice(1).reduce((total, share) => total + Math.floor((tickets * share) / sum), 0);
  return index === 0 ? tickets - rest : Math.floor((tickets * (shares[index] ?? 0)) / sum);
}

function sitesOf(index: number): number {
  return Math.max(1, Math.floor(SITES_OF_LARGEST / Math.sqrt(index + 1)));
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, options: '-c timezone=UTC' });
  await client.connect();
  for (const sql of PREPARE) await client.query(sql);
  return client;
}

async function fillTenant(
  client: pg.Client,
  name: string,
  { tickets, sites }: { readonly tickets: number; readonly sites: number },
  endsAt: string,
  tables: Map<string, number>,
): Promise<{ id: string; rows: number }> {
  await client.query('BEGIN');
  await client.query('DELETE FROM seeding');
  await client.query(SEEDING, [name, tickets, sites, endsAt]);
  const { rows: found } = await client.query<{ tenant_id: string }>('SELECT tenant_id FROM seeding');
  const id = found[0]?.tenant_id ?? '';
  // Nobody follows a tenant that is being made: its changes need not be told one by one.
  await client.query(`SELECT set_config('app.tenant_id', $1, true), set_config('app.captured', 'on', true)`, [
    id,
  ]);
  let rows = 0;
  for (const sql of ROWS) {
    const { rowCount } = await client.query(sql);
    const table = /^INSERT INTO (\w+)/.exec(sql)?.[1];
    if (table === undefined) continue;
    rows += rowCount ?? 0;
    tables.set(table, (tables.get(table) ?? 0) + (rowCount ?? 0));
  }
  await client.query('COMMIT');
  return { id, rows };
}

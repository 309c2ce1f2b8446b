/**
 * What a device claims about what it does not decide: which services its site has, and what they cost. A price may be an older
 * one, because a totem without its link sells at the version it has; it may not be one that the service never had. What looks
 * wrong is applied all the same, because it has happened, and people are shown it.
 */
import { factOf, type LedgerEntry, type SiteId } from '@totem/domain';
import type { ReadHandle, Statement } from '../db/with-tenant.ts';
import type { FoundConflict } from './conflicts.ts';

const SERVICES: Statement = {
  name: 'claimed-services',
  text: `SELECT id, price_cents, site_ids IS NULL OR site_ids ? $3 AS offered FROM service
    WHERE tenant_id = $1 AND id = ANY($2::uuid[])`,
};
/** What services have cost, as the entries of their configuration say. */
const PRICES: Statement = {
  name: 'claimed-prices',
  text: `SELECT DISTINCT entity_id, price FROM audit_log,
      unnest(ARRAY[data #>> '{before,priceCents}', data #>> '{after,priceCents}']) AS price
    WHERE tenant_id = $1 AND entity = 'service' AND entity_id = ANY($2::uuid[])
      AND action IN ('CONFIG_CREATED', 'CONFIG_CHANGED') AND price IS NOT NULL`,
};

interface Claim {
  readonly entry: LedgerEntry;
  readonly serviceId: string;
  /** Undefined where nothing is sold. */
  readonly priceCents: number | undefined;
}

/** Compares the claims of a batch with what is configured. One conflict for a service or a price, however many tickets. */
export async function claimConflicts(
  tx: ReadHandle,
  siteId: SiteId,
  entries: readonly LedgerEntry[],
): Promise<FoundConflict[]> {
  const claims = entries.flatMap((entry) => claimOf(entry) ?? []);
  if (claims.length === 0) return [];
  const ids = [...new Set(claims.map(({ serviceId }) => serviceId))];
  const services = new Map((await tx.all(SERVICES, [tx.tenantId, ids, siteId])).map((row) => [row.id, row]));
  const isOffered = ({ serviceId }: Claim) => services.get(serviceId)?.offered === 't';
  const costsNow = ({ serviceId, priceCents }: Claim) =>
    priceCents === undefined || Number(services.get(serviceId)?.price_cents) === priceCents;
  const doubted = claims.filter((claim) => isOffered(claim) && !costsNow(claim));
  const past = await pastPrices(tx, doubted);
  return [
    ...grouped(
      'service_unknown',
      claims.filter((claim) => !isOffered(claim)),
    ),
    ...grouped(
      'price_unknown',
      doubted.filter((claim) => !past.has(nameOf(claim))),
    ),
  ];
}

function claimOf(entry: LedgerEntry): Claim | undefined {
  const { action, data } = factOf(entry);
  const { serviceId, toServiceId, priceCents } = data;
  // Both are as their action's schema has let them in.
  if (action === 'TICKET_CREATE')
    return { entry, serviceId: String(serviceId), priceCents: Number(priceCents) };
  if (action === 'TICKET_TRANSFER') return { entry, serviceId: String(toServiceId), priceCents: undefined };
  return undefined;
}

async function pastPrices(tx: ReadHandle, claims: readonly Claim[]): Promise<ReadonlySet<string>> {
  if (claims.length === 0) return new Set();
  const ids = [...new Set(claims.map(({ serviceId }) => serviceId))];
  const rows = await tx.all(PRICES, [tx.tenantId, ids]);
  return new Set(rows.map(({ entity_id: id, price }) => `${id} ${price}`));
}

function nameOf({ serviceId, priceCents }: Claim): string {
  return `${serviceId} ${priceCents}`;
}

function grouped(kind: 'service_unknown' | 'price_unknown', claims: readonly Claim[]): FoundConflict[] {
  const nameIn = kind === 'price_unknown' ? nameOf : ({ serviceId }: Claim) => serviceId;
  return [...Map.groupBy(claims, nameIn).values()].flatMap((alike) => {
    const [first] = alike;
    if (first === undefined) return [];
    const { entry, serviceId, priceCents } = first;
    const price = kind === 'price_unknown' && priceCents !== undefined ? { priceCents } : {};
    const detail = { origin: entry.origin, fromSeq: entry.seq, entries: alike.length, serviceId, ...price };
    return [{ kind, entry, detail }];
  });
}

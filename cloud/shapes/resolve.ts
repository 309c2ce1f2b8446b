/**
 * From a named shape and who is asking to a definition: the server fixes tenant and site from the caller's credentials, and
 * what a caller may not see answers exactly as what does not exist.
 */
import {
  actorOf,
  businessDay,
  columnName,
  daysAround,
  type Env,
  idSchema,
  isShapeName,
  mayAt,
  NAMED_SHAPES,
  type NamedShape,
  type Principal,
  SHAPE_ACTORS,
  type SiteId,
  type SiteRow,
  type TenantId,
  type Timers,
} from '@totem/domain';
import type { Comparison, ShapeDefinition, ShapeResolution, ShapeResolver } from '@totem/sync';
import { siteById } from '../commands/queries.ts';
import type { Database } from '../db/pool.ts';
import { readTenant } from '../db/with-tenant.ts';

/** A copy that begins more days ago than this starts over, so that it does not grow for ever. */
const FROZEN_DAYS_MAX = 2;

const NOT_FOUND: ShapeResolution = {
  kind: 'refused',
  status: 404,
  code: 'not_found',
  message: 'There is no such shape, tenant or site',
};
const FORBIDDEN: ShapeResolution = {
  kind: 'refused',
  status: 403,
  code: 'forbidden',
  message: 'This shape is not for this role',
};

/** A site's zone and its being there are asked again after this time: a thousand screens follow the same few sites. */
const SITE_REMEMBERED_MS = 15_000;
const REMEMBERED_MAX = 20_000;

/** Makes the resolver of one request from who asks and for what. */
export type ShapeResolvers = (principal: Principal, query: URLSearchParams) => ShapeResolver;

export function createShapeResolvers(parts: {
  readonly db: Database;
  readonly env: Env;
  readonly timers: Timers;
}): ShapeResolvers {
  const { env } = parts;
  const siteOf = createSites(parts);
  const definitions = new Map<string, ShapeDefinition>();
  const definition: typeof definitionOf = (name, named, principal, site, day) => {
    const key = [name, site.tenantId, site.id, day].join(' ');
    const known = definitions.get(key) ?? definitionOf(name, named, principal, site, day);
    remember(definitions, key, known);
    return known;
  };
  return (principal, query) => async (frozen) => {
    const name = query.get('shape') ?? '';
    const named = isShapeName(name) ? NAMED_SHAPES[name] : undefined;
    if (!isShapeName(name) || named?.place !== 'everywhere') return NOT_FOUND;
    if (query.get('tenant') !== principal.tenantId) return NOT_FOUND;
    const actor = actorOf(principal);
    if (actor === undefined || !SHAPE_ACTORS[name].includes(actor)) return FORBIDDEN;
    const siteId = idSchema<'site'>().safeParse(query.get('site'));
    if (!siteId.success || !mayAt(principal, siteId.data)) return NOT_FOUND;
    const site = await siteOf(principal.tenantId, siteId.data);
    if (site === undefined) return NOT_FOUND;
    if (named.scope !== 'site_since_day' && named.scope !== 'site_around_day')
      return { kind: 'shape', shape: definition(name, named, principal, site), frozen: {} };
    const today = businessDay(env.now(), site);
    const day = frozen?.day ?? today;
    if (day < daysBefore(today, FROZEN_DAYS_MAX)) return { kind: 'expired' };
    return { kind: 'shape', shape: definition(name, named, principal, site, day), frozen: { day } };
  };
}

function createSites({ db, timers }: { readonly db: Database; readonly timers: Timers }) {
  type Asked = { readonly site: Promise<SiteRow | undefined>; readonly until: number };
  const asked = new Map<string, Asked>();
  return (tenantId: TenantId, siteId: SiteId): Promise<SiteRow | undefined> => {
    const key = `${tenantId} ${siteId}`;
    const now = timers.monotonicMs();
    const known = asked.get(key);
    if (known !== undefined && now < known.until) return known.site;
    const site = readTenant(db, tenantId, (tx) => siteById(tx, siteId));
    remember(asked, key, { site, until: now + SITE_REMEMBERED_MS });
    // What is not there may be made at any moment, and a failure says nothing.
    site.then(
      (found) => found === undefined && asked.delete(key),
      () => asked.delete(key),
    );
    return site;
  };
}

/** Keeps an entry; the oldest makes room. */
function remember<V>(entries: Map<string, V>, key: string, value: V): void {
  if (entries.size >= REMEMBERED_MAX && !entries.has(key)) entries.delete(entries.keys().next().value ?? '');
  entries.set(key, value);
}

function definitionOf(
  name: string,
  { table, scope }: NamedShape,
  { tenantId }: Principal,
  site: SiteRow,
  day?: string,
): ShapeDefinition {
  const primaryKey = table.key.map(columnName);
  const columns = Object.entries(table.columns).map(([field, { type, notNull }]) => {
    const column = columnName(field);
    const pkIndex = primaryKey.indexOf(column);
    return [column, { type, notNull, ...(pkIndex < 0 ? {} : { pkIndex }) }];
  });
  return {
    name,
    table: table.name,
    columns: Object.fromEntries(columns),
    primaryKey,
    tenantId,
    where: conditionsOf(scope, site, day),
  };
}

function conditionsOf(scope: NamedShape['scope'], site: SiteRow, day: string | undefined): Comparison[] {
  switch (scope) {
    case 'tenant':
      return [];
    case 'site_itself':
      return [{ column: 'id', op: 'eq', value: site.id }];
    case 'site':
      return [{ column: 'site_id', op: 'eq', value: site.id }];
    case 'site_since_day':
      return [
        { column: 'site_id', op: 'eq', value: site.id },
        { column: 'business_day', op: 'gte', value: day ?? '' },
      ];
    case 'site_around_day':
      return [
        { column: 'site_id', op: 'eq', value: site.id },
        { column: 'business_day', op: 'in', values: day === undefined ? [] : daysAround(day) },
      ];
    default:
      return scope satisfies never;
  }
}

function daysBefore(day: string, days: number): string {
  return Temporal.PlainDate.from(day).subtract({ days }).toString();
}

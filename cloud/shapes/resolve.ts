/**
 * From a named shape and who is asking to a definition: the server fixes tenant and site from the caller's credentials, and
 * what a caller may not see answers exactly as what does not exist.
 */
import {
  actorOf,
  businessDay,
  columnName,
  type Env,
  idSchema,
  isShapeName,
  mayAt,
  NAMED_SHAPES,
  type NamedShape,
  type Principal,
  SHAPE_ACTORS,
  type SiteRow,
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

/** The resolver of one request's query. */
export function shapeResolver(
  parts: { readonly db: Database; readonly env: Env },
  principal: Principal,
  query: URLSearchParams,
): ShapeResolver {
  const { db, env } = parts;
  return async (frozen) => {
    const name = query.get('shape') ?? '';
    const named = isShapeName(name) ? NAMED_SHAPES[name] : undefined;
    if (!isShapeName(name) || named?.place !== 'everywhere') return NOT_FOUND;
    if (query.get('tenant') !== principal.tenantId) return NOT_FOUND;
    const actor = actorOf(principal);
    if (actor === undefined || !SHAPE_ACTORS[name].includes(actor)) return FORBIDDEN;
    const siteId = idSchema<'site'>().safeParse(query.get('site'));
    if (!siteId.success || !mayAt(principal, siteId.data)) return NOT_FOUND;
    const site = await readTenant(db, principal.tenantId, (tx) => siteById(tx, siteId.data));
    if (site === undefined) return NOT_FOUND;
    if (named.scope !== 'site_since_day')
      return { kind: 'shape', shape: definitionOf(name, named, principal, site), frozen: {} };
    const today = businessDay(env.now(), site);
    const day = frozen?.day ?? today;
    if (day < daysBefore(today, FROZEN_DAYS_MAX)) return { kind: 'expired' };
    return { kind: 'shape', shape: definitionOf(name, named, principal, site, day), frozen: { day } };
  };
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
    default:
      return scope satisfies never;
  }
}

function daysBefore(day: string, days: number): string {
  return Temporal.PlainDate.from(day).subtract({ days }).toString();
}

/** Which of the named shapes the totem's own screen may follow, as definitions for the shape server. */
import {
  businessDay,
  columnName,
  daysAround,
  isShapeName,
  NAMED_SHAPES,
  type NamedShape,
  SHAPE_ACTORS,
  siteTable,
  type Table,
} from '@totem/domain';
import type { ColumnType, Comparison, ShapeDefinition, ShapeResolution, ShapeResolver } from '@totem/sync';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import { rowByKey } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

const refused = (status: number, code: string, message: string): ShapeResolution => ({
  kind: 'refused',
  status,
  code,
  message,
});

/** Resolves a request by its query; the caller may name tenant and site, and only its own. */
export function resolveLocalShape(
  parts: { readonly store: Store; readonly clock: Clock; readonly device: Device },
  query: URLSearchParams,
): ShapeResolver {
  const { store, clock, device } = parts;
  return (frozen) => {
    const name = query.get('shape') ?? '';
    if (!isShapeName(name)) return refused(404, 'not_found', 'There is no such shape');
    if (!SHAPE_ACTORS[name].includes('totem')) return refused(403, 'forbidden', 'Not for a totem');
    if (query.get('tenant') !== device.tenantId || query.get('site') !== device.siteId)
      return refused(403, 'forbidden', 'Not this totem’s tenant and site');
    const shape = NAMED_SHAPES[name];
    if (shape.scope !== 'site_since_day' && shape.scope !== 'site_around_day')
      return { kind: 'shape', shape: definition(name, shape, device), frozen: {} };
    const site = store.read((db) => rowByKey(db, siteTable, device.tenantId, device.siteId));
    const today = site === undefined ? undefined : businessDay(clock.env.now(), site);
    // Before the first sync there is no zone, no ticket and no day: everything that comes is of interest.
    const day = frozen?.day ?? today ?? '';
    // A copy that began on an earlier day carries what is over: it starts again with today.
    if (frozen !== null && today !== undefined && day < today) return { kind: 'expired' };
    return { kind: 'shape', shape: definition(name, shape, device, daysOf(shape, day)), frozen: { day } };
  };
}

function daysOf({ scope }: NamedShape, day: string): Comparison[] {
  if (scope === 'site_since_day') return [{ column: 'business_day', op: 'gte', value: day }];
  return day === '' ? [] : [{ column: 'business_day', op: 'in', values: daysAround(day) }];
}

function definition(
  name: string,
  shape: NamedShape,
  device: Device,
  more: readonly Comparison[] = [],
): ShapeDefinition {
  const { table } = shape;
  return {
    name,
    table: table.name,
    columns: columnsOf(table),
    primaryKey: table.key.map(columnName),
    tenantId: device.tenantId,
    where: [...scopeOf(shape, device), ...more],
  };
}

function scopeOf({ scope }: NamedShape, { siteId }: Device): Comparison[] {
  switch (scope) {
    case 'site_itself':
      return [{ column: 'id', op: 'eq', value: siteId }];
    case 'tenant':
      return [];
    case 'site':
    case 'site_since_day':
    case 'site_around_day':
      return [{ column: 'site_id', op: 'eq', value: siteId }];
    default:
      return scope satisfies never;
  }
}

function columnsOf(table: Table): Record<string, ColumnType> {
  const key = table.key.map(columnName);
  return Object.fromEntries(
    Object.entries(table.columns).map(([field, { type, notNull }]) => {
      const name = columnName(field);
      const place = key.indexOf(name);
      return [name, { type, notNull, ...(place < 0 ? {} : { pkIndex: place }) }];
    }),
  );
}

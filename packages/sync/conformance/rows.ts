/** Builders of rows and operations for the suite. */
import type { TextRow } from '../shape/change-log.ts';
import type { RowOperation } from '../shape/memory-log.ts';
import type { Probe } from './tables.ts';

export const tenantA = 'tenant-a';
export const tenantB = 'tenant-b';

/** Items of one site. */
export const northItems: Probe = {
  tenant: tenantA,
  table: 'item',
  where: [{ column: 'site', op: 'eq', value: 'north' }],
};

export function itemRow(id: string, overrides: TextRow = {}): TextRow {
  return {
    id,
    site: 'north',
    day: '2026-11-23',
    rank: '1',
    big: null,
    ok: null,
    tags: null,
    data: null,
    note: null,
    secret: 'never served',
    ...overrides,
  };
}

export function insertItem(id: string, overrides: TextRow = {}): RowOperation {
  return { op: 'insert', table: 'item', row: itemRow(id, overrides) };
}

export function updateItem(id: string, set: TextRow): RowOperation {
  return { op: 'update', table: 'item', key: { id }, set };
}

export function deleteItem(id: string): RowOperation {
  return { op: 'delete', table: 'item', key: { id } };
}

export function insertPair(left: string, right: number, note: string | null = null): RowOperation {
  return { op: 'insert', table: 'pair', row: { left, right: `${right}`, note } };
}

/** `count` inserts with ids `<prefix>0`, `<prefix>1`, ... */
export function insertItems(prefix: string, count: number): readonly RowOperation[] {
  return Array.from({ length: count }, (_, index) => insertItem(`${prefix}${index}`));
}

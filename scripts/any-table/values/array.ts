/** Arrays as the server prints them (its manual, section 8.15.6): braces, quotes where needed, and bounds that do not begin at 1. */
import { ConditionFault } from './fault.ts';

/** An array of values or of arrays. */
export interface SqlArray<V> {
  /** Lower bounds where they are not 1, as printed: two arrays are equal only with the same ones. */
  readonly bounds: string;
  readonly items: readonly Item<V>[];
}

export type Item<V> = V | null | { readonly nested: readonly Item<V>[] };

/** Reads an array; `read` reads one element. */
export function arrayOf<V>(text: string, read: (element: string) => V): SqlArray<V> {
  const start = text.indexOf('{');
  const reader = { text, place: start };
  const items = itemsAt(reader, read);
  return { bounds: text.slice(0, start), items };
}

/** All elements, whatever the dimensions. */
export function flat<V>(items: readonly Item<V>[]): readonly (V | null)[] {
  return items.flatMap((item) => (isNested(item) ? flat(item.nested) : [item]));
}

/** Lengths from the outermost dimension; none for an empty array. */
export function dimensions<V>(items: readonly Item<V>[]): readonly number[] {
  if (items.length === 0) return [];
  const first = items[0];
  return first !== undefined && isNested(first)
    ? [items.length, ...dimensions(first.nested)]
    : [items.length];
}

/** Equal in dimensions, bounds and elements; nulls equal each other here. */
export function equalArrays<V>(
  left: SqlArray<V>,
  right: SqlArray<V>,
  same: (a: V, b: V) => boolean,
): boolean {
  if (left.bounds !== right.bounds) return false;
  if (dimensions(left.items).join() !== dimensions(right.items).join()) return false;
  const others = flat(right.items);
  return flat(left.items).every((value, index) => {
    const other = others[index] ?? null;
    return value === null || other === null ? value === other : same(value, other);
  });
}

/** One after the other; only of one dimension, which is what conditions are about. */
export function joinArrays<V>(left: SqlArray<V>, right: SqlArray<V>): SqlArray<V> {
  if (right.items.length === 0) return left;
  if (left.items.length === 0) return right;
  if (dimensions(left.items).length > 1 || dimensions(right.items).length > 1) {
    throw new ConditionFault('arrays of several dimensions are not joined');
  }
  return { bounds: left.bounds, items: [...left.items, ...right.items] };
}

function isNested<V>(item: Item<V>): item is { readonly nested: readonly Item<V>[] } {
  return typeof item === 'object' && item !== null && 'nested' in item;
}

interface Reader {
  readonly text: string;
  place: number;
}

function itemsAt<V>(reader: Reader, read: (element: string) => V): readonly Item<V>[] {
  const items: Item<V>[] = [];
  reader.place += 1;
  for (;;) {
    const next = reader.text[reader.place];
    if (next === undefined) throw new ConditionFault('an array without an end');
    if (next === '}') {
      reader.place += 1;
      return items;
    }
    if (next === ',') reader.place += 1;
    else if (next === '{') items.push({ nested: itemsAt(reader, read) });
    else items.push(elementAt(reader, read));
  }
}

const PLAIN = /[^,{}]+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/sy;

function elementAt<V>(reader: Reader, read: (element: string) => V): V | null {
  const isQuoted = reader.text[reader.place] === '"';
  const pattern = isQuoted ? QUOTED : PLAIN;
  pattern.lastIndex = reader.place;
  const found = pattern.exec(reader.text);
  if (found === null) throw new ConditionFault('an array that is not understood');
  reader.place += found[0].length;
  if (isQuoted) return read((found[1] ?? '').replace(/\\(.)/gs, '$1'));
  return found[0] === 'NULL' ? null : read(found[0]);
}

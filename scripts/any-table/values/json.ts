/**
 * JSON by its text: what `->` and `->>` give is a piece of it, exactly as the server prints it, because its printed form is
 * made of the printed forms of its parts. Numbers are compared as the exact decimals that they are.
 */
import { compareDecimals, type Decimal, decimalOf } from './decimal.ts';

export type Json =
  | { readonly kind: 'null' | 'true' | 'false'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string; readonly value: Decimal }
  | { readonly kind: 'string'; readonly text: string; readonly value: string }
  | { readonly kind: 'array'; readonly text: string; readonly items: readonly Json[] }
  | { readonly kind: 'object'; readonly text: string; readonly members: ReadonlyMap<string, Json> };

interface Reader {
  readonly text: string;
  place: number;
}

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Reads what the server has found to be JSON. */
export function jsonOf(text: string): Json {
  return valueAt({ text, place: 0 });
}

/** `->`: by key of an object, or by place of an array, from its end if negative. */
export function member(json: Json, key: string | bigint): Json | null {
  if (typeof key === 'string') return json.kind === 'object' ? (json.members.get(key) ?? null) : null;
  return json.kind === 'array' ? (json.items.at(Number(key)) ?? null) : null;
}

/** The same of a `jsonb`, which keeps a bare value as an array of one. */
export function binaryMember(json: Json, key: string | bigint): Json | null {
  const isBare = json.kind !== 'array' && json.kind !== 'object';
  return isBare && (key === 0n || key === -1n) ? json : member(json, key);
}

/** `->>`: a string without its quotes, else the JSON; null for JSON's null. */
export function asText(json: Json | null): string | null {
  if (json === null || json.kind === 'null') return null;
  return json.kind === 'string' ? json.value : json.text;
}

/** `@>` (manual, section 8.14.3): by structure, whatever the order and number of elements. An array contains a bare value at the top. */
export function contains(json: Json, part: Json, isTop = true): boolean {
  if (json.kind === 'object' && part.kind === 'object') {
    return [...part.members].every(([key, value]) => {
      const held = json.members.get(key);
      return held !== undefined && contains(held, value, false);
    });
  }
  if (json.kind === 'array' && part.kind === 'array') {
    return part.items.every((value) => json.items.some((held) => contains(held, value, false)));
  }
  if (isTop && json.kind === 'array' && part.kind !== 'object')
    return json.items.some((held) => equalJson(held, part));
  return json.kind !== 'object' && json.kind !== 'array' && equalJson(json, part);
}

/** `?`: a key of an object, or a string in an array, or the string itself. */
export function hasKey(json: Json, key: string): boolean {
  if (json.kind === 'object') return json.members.has(key);
  if (json.kind === 'array') return json.items.some((item) => item.kind === 'string' && item.value === key);
  return json.kind === 'string' && json.value === key;
}

export function equalJson(left: Json, right: Json): boolean {
  if (left.kind === 'number' && right.kind === 'number')
    return compareDecimals(left.value, right.value) === 0;
  if (left.kind === 'string' && right.kind === 'string') return left.value === right.value;
  if (left.kind === 'array' && right.kind === 'array') {
    const { items } = right;
    return left.items.length === items.length && left.items.every((item, at) => isSame(item, items[at]));
  }
  if (left.kind === 'object' && right.kind === 'object') {
    const { members } = right;
    return (
      left.members.size === members.size &&
      [...left.members].every(([key, item]) => isSame(item, members.get(key)))
    );
  }
  return left.kind === right.kind;
}

function isSame(left: Json, right: Json | undefined): boolean {
  return right !== undefined && equalJson(left, right);
}

function valueAt(reader: Reader): Json {
  skipSpace(reader);
  const start = reader.place;
  switch (reader.text[start]) {
    case '{': {
      const members = membersAt(reader);
      return { kind: 'object', text: reader.text.slice(start, reader.place), members };
    }
    case '[': {
      const items = itemsAt(reader);
      return { kind: 'array', text: reader.text.slice(start, reader.place), items };
    }
    case '"': {
      const text = match(reader, STRING);
      return { kind: 'string', text, value: JSON.parse(text) as string };
    }
    case 't':
      return word(reader, 'true');
    case 'f':
      return word(reader, 'false');
    case 'n':
      return word(reader, 'null');
    default: {
      const text = match(reader, NUMBER);
      return { kind: 'number', text, value: numberOf(text) };
    }
  }
}

function membersAt(reader: Reader): ReadonlyMap<string, Json> {
  const members = new Map<string, Json>();
  for (const _ of partsUntil(reader, '}')) {
    const key = JSON.parse(match(reader, STRING)) as string;
    skipSpace(reader);
    reader.place += 1;
    members.set(key, valueAt(reader));
  }
  return members;
}

function itemsAt(reader: Reader): readonly Json[] {
  const items: Json[] = [];
  for (const _ of partsUntil(reader, ']')) items.push(valueAt(reader));
  return items;
}

/** Stops before each part of an array or object, and after its end. */
function* partsUntil(reader: Reader, end: string): Generator<void> {
  reader.place += 1;
  skipSpace(reader);
  while (reader.text[reader.place] !== end) {
    yield;
    skipSpace(reader);
    if (reader.text[reader.place] === ',') reader.place += 1;
    skipSpace(reader);
  }
  reader.place += 1;
}

function word(reader: Reader, kind: 'true' | 'false' | 'null'): Json {
  reader.place += kind.length;
  return { kind, text: kind };
}

function match(reader: Reader, pattern: RegExp): string {
  pattern.lastIndex = reader.place;
  const text = pattern.exec(reader.text)?.[0];
  if (text === undefined) throw new SyntaxError(`no JSON at ${reader.place}`);
  reader.place += text.length;
  return text;
}

function skipSpace(reader: Reader): void {
  SPACE.lastIndex = reader.place;
  reader.place += SPACE.exec(reader.text)?.[0].length ?? 0;
}

/** JSON's numbers may have an exponent, which the server's decimals have not. */
function numberOf(text: string): Decimal {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const value = decimalOf(mantissa);
  if ('special' in value) return value;
  const scale = value.scale - Number(exponent);
  return scale >= 0 ? { ...value, scale } : { digits: value.digits * 10n ** BigInt(-scale), scale: 0 };
}

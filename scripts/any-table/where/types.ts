/** The types that conditions know, how their values are read from the server's text, and in which order they stand. */
import { arrayOf, equalArrays, type SqlArray } from '../values/array.ts';
import { compareDecimals, type Decimal, decimalOf } from '../values/decimal.ts';
import { equalJson, type Json, jsonOf } from '../values/json.ts';
import { compareText } from '../values/text.ts';
import { dayOf, type Interval, instantOf, intervalLength, intervalOf, timeOf } from '../values/time.ts';

/** `enum` is any of them; `opaque` is a type whose values can only be null or not, and be cast to text. */
export type Scalar =
  | (
      | 'bool'
      | 'int2'
      | 'int4'
      | 'int8'
      | 'numeric'
      | 'float4'
      | 'float8'
      | 'text'
      | 'bpchar'
      | 'uuid'
      | 'bytea'
    )
  | ('date' | 'time' | 'timestamp' | 'timestamptz' | 'interval' | 'json' | 'jsonb' | 'enum' | 'opaque');

export interface SqlType {
  readonly kind: Scalar;
  /** As it is written in SQL, without the brackets of an array. */
  readonly name: string;
  readonly isArray: boolean;
}

export type Value = boolean | bigint | number | string | Decimal | Interval | Json | SqlArray<Value>;

/** How values of a kind are read, and their order if they have one. */
export interface Codec {
  readonly read: (text: string) => Value;
  readonly compare?: (left: never, right: never) => number;
  /** For kinds that are equal or not without an order. */
  readonly same?: (left: never, right: never) => boolean;
}

const big = (left: bigint, right: bigint): number => (left < right ? -1 : left > right ? 1 : 0);
const integer: Codec = { read: BigInt, compare: big };
const float: Codec = { read: Number, compare: compareFloats };
const exact: Codec = { read: String, compare: compareText };

const CODECS: Readonly<Record<Scalar, Codec>> = {
  bool: {
    read: (text) => text === 't' || text === 'true',
    compare: (left: boolean, right: boolean) => Number(left) - Number(right),
  },
  int2: integer,
  int4: integer,
  int8: integer,
  numeric: { read: decimalOf, compare: compareDecimals },
  float4: float,
  float8: float,
  text: exact,
  // Blanks at the end are no part of the value.
  bpchar: { read: (text) => text.replace(/ +$/, ''), compare: compareText },
  uuid: exact,
  bytea: exact,
  date: { read: dayOf, compare: (left: number, right: number) => (left < right ? -1 : left > right ? 1 : 0) },
  time: { read: timeOf, compare: big },
  timestamp: { read: instantOf, compare: big },
  timestamptz: { read: instantOf, compare: big },
  interval: {
    read: intervalOf,
    compare: (left: Interval, right: Interval) => big(intervalLength(left), intervalLength(right)),
  },
  json: { read: jsonOf },
  jsonb: { read: jsonOf, same: equalJson },
  // Their order is that of their declaration, which conditions do not know.
  enum: { read: String, same: (left: string, right: string) => left === right },
  opaque: { read: String },
};

/** NaN is equal to itself and greater than all else, unlike in JavaScript. */
function compareFloats(left: number, right: number): number {
  if (Number.isNaN(left) || Number.isNaN(right))
    return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
  return left < right ? -1 : left > right ? 1 : 0;
}

export function scalar(kind: Exclude<Scalar, 'enum' | 'opaque'>): SqlType {
  return { kind, name: kind, isArray: false };
}

export function arrayType(element: SqlType): SqlType {
  return { ...element, isArray: true };
}

export function elementType(array: SqlType): SqlType {
  return { ...array, isArray: false };
}

/** As written in a cast. */
export function sqlName({ name, isArray }: SqlType): string {
  return isArray ? `${name}[]` : name;
}

export function sameType(left: SqlType, right: SqlType): boolean {
  return left.kind === right.kind && left.name === right.name && left.isArray === right.isArray;
}

export function readValue(type: SqlType, text: string): Value {
  const { read } = CODECS[type.kind];
  return type.isArray ? arrayOf(text, read) : read(text);
}

/** The order of two values, or undefined for a type without one. */
export function orderOf(type: SqlType): ((left: Value, right: Value) => number) | undefined {
  return type.isArray
    ? undefined
    : (CODECS[type.kind].compare as ((left: Value, right: Value) => number) | undefined);
}

/** Whether two values are equal, or undefined for a type that has no equality. */
export function equalityOf(type: SqlType): ((left: Value, right: Value) => boolean) | undefined {
  const { compare, same } = CODECS[type.kind] as unknown as {
    readonly compare?: (left: Value, right: Value) => number;
    readonly same?: (left: Value, right: Value) => boolean;
  };
  const equal = same ?? (compare && ((left: Value, right: Value) => compare(left, right) === 0));
  if (!type.isArray || equal === undefined) return equal;
  return (left, right) => equalArrays(left as SqlArray<Value>, right as SqlArray<Value>, equal);
}

const INTEGERS: readonly Scalar[] = ['int2', 'int4', 'int8'];
const NUMBERS: readonly Scalar[] = [...INTEGERS, 'numeric', 'float4', 'float8'];
const MOMENTS: readonly Scalar[] = ['date', 'timestamp', 'timestamptz'];

export function isInteger({ kind, isArray }: SqlType): boolean {
  return !isArray && INTEGERS.includes(kind);
}

export function isNumber({ kind, isArray }: SqlType): boolean {
  return !isArray && NUMBERS.includes(kind);
}

/** The type in which the server compares or computes two types; undefined when it does not. */
export function commonType(left: SqlType, right: SqlType): SqlType | undefined {
  if (sameType(left, right)) return left;
  if (left.isArray !== right.isArray) return undefined;
  if (left.isArray) {
    const element = commonType(elementType(left), elementType(right));
    return element === undefined || !sameType(element, elementType(left)) ? undefined : left;
  }
  if (isNumber(left) && isNumber(right)) {
    const [low, high] = [left.kind, right.kind].sort((a, b) => NUMBERS.indexOf(a) - NUMBERS.indexOf(b));
    // A float4 meets another kind of number as a float8.
    return high === 'float4' || low === 'float4' ? scalar('float8') : scalar(high as 'int8');
  }
  const isText = (type: SqlType) => type.kind === 'text' || type.kind === 'bpchar';
  if (isText(left) && isText(right)) return scalar('text');
  if (MOMENTS.includes(left.kind) && MOMENTS.includes(right.kind)) {
    return MOMENTS.indexOf(left.kind) > MOMENTS.indexOf(right.kind) ? left : right;
  }
  return undefined;
}

/**
 * What operators there are: for each, the types it takes, its SQL and its computation, side by side, so that a condition
 * means the same in a snapshot, where the server computes it, and in the log, where this process does.
 */
import { dimensions, flat, joinArrays, type SqlArray } from '../values/array.ts';
import {
  addDecimals,
  type Decimal,
  divideDecimals,
  multiplyDecimals,
  negateDecimal,
  remainderOfDecimals,
} from '../values/decimal.ts';
import { ConditionFault } from '../values/fault.ts';
import { asText, binaryMember, contains, hasKey, type Json, member } from '../values/json.ts';
import { type CaseFolding, isLike, lower, upper } from '../values/text.ts';
import {
  addIntervals,
  addToDay,
  addToInstant,
  addToTime,
  betweenInstants,
  dayAtTime,
  dayToInstant,
  type Interval,
  negateInterval,
} from '../values/time.ts';
import {
  commonType,
  elementType,
  equalityOf,
  isInteger,
  isNumber,
  orderOf,
  type SqlType,
  scalar,
  type Value,
} from './types.ts';

/** An operator or function applied to operands of known types. None of them is ever computed with a null: the result is then null. */
export interface Operation {
  readonly operands: readonly SqlType[];
  readonly result: SqlType;
  readonly sql: (...operands: readonly string[]) => string;
  readonly compute: (operands: readonly Value[]) => Value | null;
}

const bool = scalar('bool');
const text = scalar('text');
const int4 = scalar('int4');
const float8 = scalar('float8');
const date = scalar('date');
const time = scalar('time');
const timestamp = scalar('timestamp');
const interval = scalar('interval');

/** The one place where a value's type is taken from its declaration: the binder has matched the operands to it. */
function operation<Operands extends readonly unknown[]>(
  operands: readonly SqlType[],
  result: SqlType,
  sql: Operation['sql'],
  compute: (...operands: Operands) => Value | null,
): Operation {
  return { operands, result, sql, compute: (values) => compute(...(values as unknown as Operands)) };
}

const infix =
  (operator: string): Operation['sql'] =>
  (left, right) =>
    `(${left} ${operator} ${right})`;

/** The operation of a binary operator on two types, after which operands are cast to its own; undefined if there is none. */
export function binaryOperation(operator: string, left: SqlType, right: SqlType): Operation | undefined {
  return (
    comparison(operator, left, right) ??
    arithmetic(operator, left, right) ??
    timeArithmetic(operator, left, right) ??
    textOperation(operator, left, right) ??
    arrayOperation(operator, left, right) ??
    jsonOperation(operator, left, right)
  );
}

const COMPARED: Readonly<Record<string, (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function comparison(operator: string, left: SqlType, right: SqlType): Operation | undefined {
  const type = commonType(left, right);
  if (type === undefined) return undefined;
  const operands = [type, type];
  const equal = equalityOf(type);
  if (operator === '=' && equal !== undefined) return operation(operands, bool, infix('='), equal);
  if (operator === '<>' && equal !== undefined) {
    return operation(operands, bool, infix('<>'), (a: Value, b: Value) => !equal(a, b));
  }
  const order = orderOf(type);
  const holds = COMPARED[operator];
  if (order === undefined || holds === undefined) return undefined;
  // Only the C collation is the same on every machine, and in this process.
  const isText = type.kind === 'text' || type.kind === 'bpchar';
  const sql: Operation['sql'] = isText
    ? (a, b) => `((${a} COLLATE "C") ${operator} (${b} COLLATE "C"))`
    : infix(operator);
  return operation(operands, bool, sql, (a: Value, b: Value) => holds(order(a, b)));
}

const INTEGER_MAX: Readonly<Record<string, bigint>> = {
  int2: 2n ** 15n - 1n,
  int4: 2n ** 31n - 1n,
  int8: 2n ** 63n - 1n,
};

/** @throws ConditionFault when the value does not fit the type. */
export function inRange(value: bigint, { kind }: SqlType): bigint {
  const max = INTEGER_MAX[kind] ?? 0n;
  if (value > max || value < -max - 1n) throw new ConditionFault(`${kind} out of range`);
  return value;
}

type OfIntegers = (left: bigint, right: bigint) => bigint;
const ofIntegers: Readonly<Record<string, OfIntegers>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / nonZero(b),
  '%': (a, b) => a % nonZero(b),
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '#': (a, b) => a ^ b,
};
const ofDecimals: Readonly<Record<string, (left: Decimal, right: Decimal) => Decimal>> = {
  '+': addDecimals,
  '-': (a, b) => addDecimals(a, negateDecimal(b)),
  '*': multiplyDecimals,
  '/': divideDecimals,
  '%': remainderOfDecimals,
};
const ofFloats: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => {
    if (b === 0 && !Number.isNaN(a)) throw new ConditionFault('division by zero');
    return a / b;
  },
};

function arithmetic(operator: string, left: SqlType, right: SqlType): Operation | undefined {
  if (!isNumber(left) || !isNumber(right)) return undefined;
  if (operator === '^') return power(left, right);
  const type = commonType(left, right);
  if (type === undefined) return undefined;
  const operands = [type, type];
  if (isInteger(type)) {
    const compute = ofIntegers[operator];
    return (
      compute &&
      operation(operands, type, infix(operator), (a: bigint, b: bigint) => inRange(compute(a, b), type))
    );
  }
  if (type.kind === 'numeric') {
    const compute = ofDecimals[operator];
    return compute && operation(operands, type, infix(operator), compute);
  }
  const compute = ofFloats[operator];
  return (
    compute &&
    operation(operands, type, infix(operator), (a: number, b: number) =>
      floatResult(compute(a, b), [a, b], type),
    )
  );
}

function power(left: SqlType, right: SqlType): Operation | undefined {
  // With a numeric the server computes exactly, which is not served.
  if (left.kind === 'numeric' || right.kind === 'numeric') return undefined;
  return operation([float8, float8], float8, infix('^'), (a: number, b: number) => {
    if ((a === 0 && b < 0) || (a < 0 && Number.isFinite(b) && !Number.isInteger(b))) {
      throw new ConditionFault('no such power');
    }
    return floatResult(a === 1 || b === 0 ? 1 : a ** b, [a, b], float8);
  });
}

/** @throws ConditionFault for an infinite result of finite operands, as the server does. */
function floatResult(value: number, operands: readonly number[], { kind }: SqlType): number {
  const result = kind === 'float4' ? Math.fround(value) : value;
  if (!Number.isFinite(result) && operands.every(Number.isFinite))
    throw new ConditionFault('value out of range');
  return result;
}

function nonZero(value: bigint): bigint {
  if (value === 0n) throw new ConditionFault('division by zero');
  return value;
}

/** The operation of a prefix operator. */
export function unaryOperation(operator: string, type: SqlType): Operation | undefined {
  if (!isNumber(type)) {
    const isNegatedInterval = operator === '-' && type.kind === 'interval' && !type.isArray;
    return isNegatedInterval ? operation([interval], interval, (a) => `(- ${a})`, negateInterval) : undefined;
  }
  const sql = (a: string): string => `(${operator} ${a})`;
  if (operator === '+') return operation([type], type, sql, (a: Value) => a);
  if (operator === '|/') {
    return operation(
      [float8],
      float8,
      (a) => `(|/ ${a})`,
      (a: number) => {
        if (a < 0) throw new ConditionFault('no root of a negative number');
        return Math.sqrt(a);
      },
    );
  }
  if (operator === '~') return isInteger(type) ? operation([type], type, sql, (a: bigint) => ~a) : undefined;
  const isMinus = operator === '-';
  if (isInteger(type)) {
    return operation([type], type, sql, (a: bigint) => inRange(isMinus || a < 0n ? -a : a, type));
  }
  if (type.kind === 'numeric') {
    return operation([type], type, sql, (a: Decimal) => (isMinus || isNegative(a) ? negateDecimal(a) : a));
  }
  return operation([type], type, sql, (a: number) => (isMinus ? -a : Math.abs(a)));
}

function isNegative(value: Decimal): boolean {
  return 'special' in value ? value.special === '-Infinity' : value.digits < 0n;
}

/** Left, operator, right, result, computation. */
type TimeRule = readonly [SqlType, string, SqlType, SqlType, (left: never, right: never) => Value];

const moments = (kind: 'timestamp' | 'timestamptz'): readonly TimeRule[] => {
  const type = scalar(kind);
  return [
    [type, '+', interval, type, addToInstant],
    [interval, '+', type, type, (a: Interval, b: bigint) => addToInstant(b, a)],
    [type, '-', interval, type, (a: bigint, b: Interval) => addToInstant(a, negateInterval(b))],
    [type, '-', type, interval, betweenInstants],
  ];
};

const TIME_RULES: readonly TimeRule[] = [
  [date, '+', int4, date, addToDay],
  [int4, '+', date, date, (a: bigint, b: number) => addToDay(b, a)],
  [date, '-', int4, date, (a: number, b: bigint) => addToDay(a, -b)],
  [date, '-', date, int4, daysBetween],
  [date, '+', time, timestamp, dayAtTime],
  [time, '+', date, timestamp, (a: bigint, b: number) => dayAtTime(b, a)],
  [date, '+', interval, timestamp, (a: number, b: Interval) => addToInstant(dayToInstant(a), b)],
  [interval, '+', date, timestamp, (a: Interval, b: number) => addToInstant(dayToInstant(b), a)],
  [
    date,
    '-',
    interval,
    timestamp,
    (a: number, b: Interval) => addToInstant(dayToInstant(a), negateInterval(b)),
  ],
  ...moments('timestamp'),
  ...moments('timestamptz'),
  [interval, '+', interval, interval, addIntervals],
  [interval, '-', interval, interval, (a: Interval, b: Interval) => addIntervals(a, negateInterval(b))],
  [time, '+', interval, time, addToTime],
  [interval, '+', time, time, (a: Interval, b: bigint) => addToTime(b, a)],
  [time, '-', interval, time, (a: bigint, b: Interval) => addToTime(a, negateInterval(b))],
  [time, '-', time, interval, (a: bigint, b: bigint) => ({ months: 0, days: 0, micros: a - b })],
];

function daysBetween(left: number, right: number): bigint {
  if (!Number.isFinite(left) || !Number.isFinite(right))
    throw new ConditionFault('cannot subtract infinite dates');
  return BigInt(left - right);
}

function timeArithmetic(operator: string, left: SqlType, right: SqlType): Operation | undefined {
  const fits = (declared: SqlType, given: SqlType): boolean =>
    !given.isArray && (declared.kind === given.kind || (declared.kind === 'int4' && given.kind === 'int2'));
  const rule = TIME_RULES.find(([a, name, b]) => name === operator && fits(a, left) && fits(b, right));
  if (rule === undefined) return undefined;
  const [a, , b, result, compute] = rule;
  return operation([a, b], result, infix(operator), compute as (left: Value, right: Value) => Value);
}

function textOperation(operator: string, left: SqlType, right: SqlType): Operation | undefined {
  const isText = (type: SqlType) => !type.isArray && type.kind === 'text';
  if (operator !== '||' || !isText(left) || !isText(right)) return undefined;
  return operation([text, text], text, infix('||'), (a: string, b: string) => a + b);
}

/** LIKE and ILIKE. */
export function likeOperation(ignoresCase: boolean, folding: CaseFolding): Operation {
  if (!ignoresCase) return operation([text, text], bool, infix('LIKE'), isLike);
  return operation([text, text], bool, infix('ILIKE'), (value: string, pattern: string) =>
    isLike(lower(value, folding), lower(pattern, folding)),
  );
}

/** Functions by name. */
export function functionOperation(
  name: string,
  types: readonly SqlType[],
  folding: CaseFolding,
): Operation | undefined {
  const [first] = types;
  if (types.length !== 1 || first === undefined) return undefined;
  const called: Operation['sql'] = (operand) => `${name}(${operand})`;
  if (name === 'lower' && !first.isArray)
    return operation([text], text, called, (a: string) => lower(a, folding));
  if (name === 'upper' && !first.isArray)
    return operation([text], text, called, (a: string) => upper(a, folding));
  if (name === 'abs') {
    const absolute = unaryOperation('@', first);
    return absolute && { ...absolute, sql: called };
  }
  if (name === 'array_ndims' && first.isArray) {
    return operation(
      [first],
      int4,
      called,
      ({ items }: SqlArray<Value>) => BigInt(dimensions(items).length) || null,
    );
  }
  return undefined;
}

function arrayOperation(operator: string, left: SqlType, right: SqlType): Operation | undefined {
  if (operator === '||') return joining(left, right);
  if (!left.isArray || commonType(left, right) === undefined) return undefined;
  const equal = equalityOf(elementType(left));
  if (equal === undefined) return undefined;
  const holds = (all: SqlArray<Value>, some: SqlArray<Value>): boolean => {
    const held = flat(all.items);
    return flat(some.items).every(
      (value) => value !== null && held.some((other) => other !== null && equal(other, value)),
    );
  };
  const operands = [left, left];
  if (operator === '@>') return operation(operands, bool, infix('@>'), holds);
  if (operator === '<@') {
    return operation(operands, bool, infix('<@'), (a: SqlArray<Value>, b: SqlArray<Value>) => holds(b, a));
  }
  if (operator !== '&&') return undefined;
  return operation(operands, bool, infix('&&'), (a: SqlArray<Value>, b: SqlArray<Value>) => {
    const others = flat(b.items);
    return flat(a.items).some(
      (value) => value !== null && others.some((other) => other !== null && equal(value, other)),
    );
  });
}

function joining(left: SqlType, right: SqlType): Operation | undefined {
  if (left.isArray && right.isArray) {
    if (commonType(left, right) === undefined) return undefined;
    return operation([left, left], left, infix('||'), (a: SqlArray<Value>, b: SqlArray<Value>) =>
      joinArrays(a, b),
    );
  }
  const one = (value: Value): SqlArray<Value> => ({ bounds: '', items: [value] });
  if (left.isArray && commonType(elementType(left), right) !== undefined) {
    const operands = [left, elementType(left)];
    return operation(operands, left, infix('||'), (a: SqlArray<Value>, b: Value) => joinArrays(a, one(b)));
  }
  if (right.isArray && commonType(elementType(right), left) !== undefined) {
    const operands = [elementType(right), right];
    return operation(operands, right, infix('||'), (a: Value, b: SqlArray<Value>) => joinArrays(one(a), b));
  }
  return undefined;
}

function jsonOperation(operator: string, left: SqlType, right: SqlType): Operation | undefined {
  const isJson = !left.isArray && (left.kind === 'json' || left.kind === 'jsonb');
  if (!isJson || right.isArray) return undefined;
  if (operator === '->' || operator === '->>') {
    if (right.kind !== 'text' && !isInteger(right)) return undefined;
    const operands = [left, right.kind === 'text' ? text : int4];
    const part = left.kind === 'jsonb' ? binaryMember : member;
    return operator === '->'
      ? operation(operands, left, infix('->'), part)
      : operation(operands, text, infix('->>'), (a: Json, b: string | bigint) => asText(part(a, b)));
  }
  if (left.kind !== 'jsonb') return undefined;
  if (operator === '?' && right.kind === 'text') return operation([left, text], bool, infix('?'), hasKey);
  if (right.kind !== 'jsonb') return undefined;
  if (operator === '@>')
    return operation([left, left], bool, infix('@>'), (a: Json, b: Json) => contains(a, b));
  if (operator === '<@')
    return operation([left, left], bool, infix('<@'), (a: Json, b: Json) => contains(b, a));
  return undefined;
}

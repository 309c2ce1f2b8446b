/**
 * A caller's condition, ready for use in both places: as SQL whose every name comes from the catalogue and whose every value
 * is bound, and as a computation over rows in text form. Neither contains a letter of what the caller wrote.
 */
import type { RowCondition, TextRow } from '@totem/sync';
import { flat, type SqlArray } from '../values/array.ts';
import { type Decimal, decimalOf, decimalText, decimalToNumber, roundedInteger } from '../values/decimal.ts';
import { ConditionFault } from '../values/fault.ts';
import { dayToInstant, instantToDay } from '../values/time.ts';
import { type BoundCondition, bindCondition, type Constant, type Scope, type Term } from './bind.ts';
import { inRange } from './operators.ts';
import { parseCondition } from './syntax.ts';
import { isInteger, readValue, type SqlType, sqlName, type Value } from './types.ts';

/** A condition over one table. */
export interface Condition extends RowCondition {
  /** With `$1` and so on for `values`; columns are those of the alias `r`. */
  readonly sql: string;
  readonly values: readonly string[];
  /** Three-valued: null is unknown. @throws ConditionFault for what the server would raise. */
  evaluate(row: TextRow): boolean | null;
}

/** Reads constants as the server does, and gives the text in which it prints them. @throws ConditionError when one is none of its type. */
export type ReadConstants = (constants: readonly Constant[]) => Promise<readonly string[]>;

/** @throws ConditionError with a text for the person who wrote it. */
export async function compileCondition(
  text: string,
  scope: Scope,
  readConstants: ReadConstants,
): Promise<Condition> {
  const bound = bindCondition(parseCondition(text), scope);
  const values = await readConstants(bound.constants);
  const sql = sqlOf(bound.term, bound);
  const evaluate = evaluatorOf(
    bound.term,
    bound.constants.map(({ type }, index) => readValue(type, values[index] ?? '')),
  );
  return {
    text: JSON.stringify([sql, values]),
    sql,
    values,
    evaluate: (row) => evaluate(row) as boolean | null,
    meets: (row) => {
      try {
        return evaluate(row) === true;
      } catch (error) {
        if (error instanceof ConditionFault) return false;
        throw error;
      }
    },
  };
}

function sqlOf(term: Term, bound: BoundCondition): string {
  const inner = (operand: Term) => sqlOf(operand, bound);
  switch (term.kind) {
    case 'constant':
      return `$${term.constant + 1}::${sqlName(term.type)}`;
    case 'null':
      return `NULL::${sqlName(term.type)}`;
    case 'column':
      // A varchar, a domain or another of their kind behaves as its base from here on.
      return `(r.${quoted(term.name)})${term.type.kind === 'opaque' ? '' : `::${sqlName(term.type)}`}`;
    case 'columnText':
      return `(r.${quoted(term.name)})::text`;
    case 'operation':
      return term.operation.sql(...term.operands.map(inner));
    case 'cast':
      return `(${inner(term.operand)})::${sqlName(term.type)}`;
    case 'logic':
      return `(${term.operands.map(inner).join(term.operator === 'and' ? ' AND ' : ' OR ')})`;
    case 'not':
      return `(NOT ${inner(term.operand)})`;
    case 'is':
      return `((${inner(term.operand)}) IS ${term.what.toUpperCase()})`;
    case 'distinct':
      return `((${inner(term.left)}) IS DISTINCT FROM (${inner(term.right)}))`;
    case 'array':
      return `ARRAY[${term.elements.map(inner).join(', ')}]::${sqlName(term.type)}`;
    case 'quantified': {
      const { operator, left } = term;
      // As for two operands, text has an order only under the C collation.
      const isText = left.type.kind === 'text' || left.type.kind === 'bpchar';
      const collation = isText && operator !== '=' && operator !== '<>' ? ' COLLATE "C"' : '';
      return `((${inner(left)}${collation}) ${operator} ${term.all ? 'ALL' : 'ANY'} (${inner(term.array)}))`;
    }
    default:
      return term satisfies never;
  }
}

type Evaluator = (row: TextRow) => Value | null;

function evaluatorOf(term: Term, constants: readonly Value[]): Evaluator {
  const inner = (operand: Term) => evaluatorOf(operand, constants);
  switch (term.kind) {
    case 'constant': {
      const value = constants[term.constant] ?? null;
      return () => value;
    }
    case 'null':
      return () => null;
    case 'column': {
      const { name, type } = term;
      return (row) => {
        const text = row[name] ?? null;
        return text === null ? null : readValue(type, text);
      };
    }
    case 'columnText':
      return columnText(term.name, term.of);
    case 'operation': {
      const { compute } = term.operation;
      const operands = term.operands.map(inner);
      return (row) => computed(compute, operands, row);
    }
    case 'cast': {
      const operand = inner(term.operand);
      const convert = conversion(term.operand.type, term.type);
      return (row) => {
        const value = operand(row);
        return value === null ? null : convert(value);
      };
    }
    case 'logic':
      return logic(term.operator === 'or', term.operands.map(inner));
    case 'not': {
      const operand = inner(term.operand);
      return (row) => {
        const value = operand(row);
        return value === null ? null : value === false;
      };
    }
    case 'is':
      return test(term.what, inner(term.operand));
    case 'distinct':
      return distinct(inner(term.left), inner(term.right), inner(term.equals));
    case 'array': {
      const elements = term.elements.map(inner);
      return (row): SqlArray<Value> => ({ bounds: '', items: elements.map((element) => element(row)) });
    }
    case 'quantified':
      return quantified(term, inner(term.left), inner(term.array));
    default:
      return term satisfies never;
  }
}

function computed(
  compute: (operands: readonly Value[]) => Value | null,
  operands: readonly Evaluator[],
  row: TextRow,
): Value | null {
  // All of them, also after a null: a later one may fail.
  const values = operands.map((operand) => operand(row));
  return values.every(isPresent) ? compute(values) : null;
}

function isPresent(value: Value | null): value is Value {
  return value !== null;
}

function columnText(name: string, type: SqlType): Evaluator {
  return (row) => {
    const text = row[name] ?? null;
    if (text === null || type.isArray) return text;
    if (type.kind === 'bool') return text === 't' || text === 'true' ? 'true' : 'false';
    return type.kind === 'bpchar' ? text.replace(/ +$/, '') : text;
  };
}

/** AND and OR: the absorbing value wins, also over what is unknown. */
function logic(absorbing: boolean, operands: readonly Evaluator[]): Evaluator {
  return (row) => {
    let result: boolean | null = !absorbing;
    for (const operand of operands) {
      const value = operand(row);
      if (value === absorbing) return absorbing;
      if (value === null) result = null;
    }
    return result;
  };
}

function test(what: 'null' | 'true' | 'false' | 'unknown', operand: Evaluator): Evaluator {
  const expected = what === 'true' ? true : what === 'false' ? false : null;
  return (row) => operand(row) === expected;
}

function distinct(left: Evaluator, right: Evaluator, equals: Evaluator): Evaluator {
  return (row) => {
    const [a, b] = [left(row), right(row)];
    return a === null || b === null ? a !== b : equals(row) === false;
  };
}

/** ANY is an OR over the elements and ALL an AND. */
function quantified(
  { operation, all }: Extract<Term, { kind: 'quantified' }>,
  left: Evaluator,
  array: Evaluator,
): Evaluator {
  return (row) => {
    const elements = array(row);
    if (elements === null) return null;
    const values = flat((elements as SqlArray<Value>).items);
    const value = left(row);
    const compare =
      (element: Value | null): Evaluator =>
      () =>
        value === null || element === null ? null : operation.compute([value, element]);
    return logic(!all, values.map(compare))(row);
  };
}

/** From a value of one type to that of another; the binder has allowed the pair. */
function conversion(from: SqlType, to: SqlType): (value: Value) => Value {
  if (from.isArray || from.kind === to.kind) return (value) => value;
  switch (to.kind) {
    case 'text':
      return textConversion(from);
    case 'int2':
    case 'int4':
    case 'int8':
      return (value) => inRange(toInteger(from, value), to);
    case 'numeric':
      return isInteger(from)
        ? (value) => ({ digits: value as bigint, scale: 0 })
        : (value) => fromFloat(value as number, from.kind === 'float4');
    case 'float4':
      return (value) => Math.fround(toFloat(value));
    case 'float8':
      return toFloat;
    case 'bool':
      return (value) => value !== 0n;
    case 'date':
      return (value) => instantToDay(value as bigint);
    case 'timestamp':
    case 'timestamptz':
      return from.kind === 'date' ? (value) => dayToInstant(value as number) : (value) => value;
    default:
      return (value) => value;
  }
}

function textConversion({ kind }: SqlType): (value: Value) => Value {
  if (kind === 'numeric') return (value) => decimalText(value as Decimal);
  return (value) => String(value);
}

function toInteger({ kind }: SqlType, value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (kind === 'numeric') return roundedInteger(value as Decimal);
  const number = value as number;
  if (!Number.isFinite(number)) throw new ConditionFault('cannot convert to an integer');
  return BigInt(halfEven(number));
}

/** As the C library's rint: halves to the even neighbour. */
function halfEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

function toFloat(value: Value): number {
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' ? Number(value) : decimalToNumber(value as Decimal);
}

/** The server goes by way of 15 significant digits, 6 of a float4. */
function fromFloat(value: number, isSingle: boolean): Decimal {
  if (!Number.isFinite(value)) return decimalOf(String(value));
  const [mantissa = '', exponent = '0'] = value.toPrecision(isSingle ? 6 : 15).split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  const parsed = decimalOf(short);
  if ('special' in parsed) return parsed;
  const scale = parsed.scale - Number(exponent);
  return scale >= 0 ? { ...parsed, scale } : { digits: parsed.digits * 10n ** BigInt(-scale), scale: 0 };
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

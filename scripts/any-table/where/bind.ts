/**
 * Gives a condition its meaning over the columns of one table: every part gets a type, and a text without one takes it from
 * where it stands, as the server does it (its manual, chapter 10).
 */
import type { CaseFolding } from '../values/text.ts';
import {
  binaryOperation,
  functionOperation,
  likeOperation,
  type Operation,
  unaryOperation,
} from './operators.ts';
import type { Syntax, TypeSyntax } from './syntax.ts';
import { ConditionError, conditionError } from './tokens.ts';
import {
  arrayType,
  commonType,
  elementType,
  isNumber,
  type SqlType,
  sameType,
  scalar,
  sqlName,
} from './types.ts';

/** A part of a condition, with its type. */
export type Term = { readonly type: SqlType } /** `constant` is the place in the list of constants. */ & (
  | { readonly kind: 'constant'; readonly constant: number }
  | { readonly kind: 'null' }
  | { readonly kind: 'column'; readonly name: string }
  /** A column's own text, as `column::text`. */
  | { readonly kind: 'columnText'; readonly name: string; readonly of: SqlType }
  | { readonly kind: 'operation'; readonly operation: Operation; readonly operands: readonly Term[] }
  | { readonly kind: 'cast'; readonly operand: Term }
  | { readonly kind: 'logic'; readonly operator: 'and' | 'or'; readonly operands: readonly Term[] }
  | { readonly kind: 'not'; readonly operand: Term }
  | { readonly kind: 'is'; readonly operand: Term; readonly what: 'null' | 'true' | 'false' | 'unknown' }
  | { readonly kind: 'distinct'; readonly equals: Term; readonly left: Term; readonly right: Term }
  | { readonly kind: 'array'; readonly elements: readonly Term[] }
  | {
      readonly kind: 'quantified';
      readonly operator: string;
      readonly operation: Operation;
      readonly left: Term;
      readonly array: Term;
      readonly all: boolean;
    }
);

/** A constant as it was written, and the type that it is to have. The server reads it, so that all its forms are understood. */
export interface Constant {
  readonly text: string;
  /** With modifiers: `numeric(10,2)`. */
  readonly sqlType: string;
  readonly type: SqlType;
}

/** What a condition may speak of. */
export interface Scope {
  readonly schema: string;
  readonly table: string;
  readonly columns: ReadonlyMap<string, SqlType>;
  readonly parameters: ReadonlyMap<number, string>;
  readonly folding: CaseFolding;
}

export interface BoundCondition {
  readonly term: Term;
  readonly constants: readonly Constant[];
}

/** A term, or a text whose type is not known yet. */
type Loose = Term | { readonly kind: 'unknown'; readonly text: string | null };

interface Binder {
  readonly scope: Scope;
  readonly constants: Constant[];
  readonly used: Set<number>;
}

const bool = scalar('bool');
const text = scalar('text');
const int4 = scalar('int4');
const interval = scalar('interval');

/** @throws ConditionError naming the place and what is wrong there. */
export function bindCondition(syntax: Syntax, scope: Scope): BoundCondition {
  const binder: Binder = { scope, constants: [], used: new Set() };
  const term = asBool(binder, bind(binder, syntax), syntax.at);
  for (const number of scope.parameters.keys()) {
    if (!binder.used.has(number))
      throw new ConditionError(`At location 0: parameter value for $${number} was not used`);
  }
  return { term, constants: binder.constants };
}

function bind(binder: Binder, syntax: Syntax): Loose {
  const { at } = syntax;
  switch (syntax.kind) {
    case 'string':
      return { kind: 'unknown', text: syntax.text };
    case 'parameter':
      return parameter(binder, syntax.number, at);
    case 'number':
      return constant(binder, syntax.text, numberType(syntax.text));
    case 'keyword':
      return syntax.word === 'null' ? { kind: 'unknown', text: null } : constant(binder, syntax.word, bool);
    case 'column':
      return column(binder.scope, syntax.path, at);
    case 'unary':
      return unary(binder, syntax.operator, bind(binder, syntax.operand), at);
    case 'binary':
      return binary(binder, syntax.operator, bind(binder, syntax.left), bind(binder, syntax.right), at);
    case 'logic': {
      const operands = syntax.operands.map((operand) => asBool(binder, bind(binder, operand), operand.at));
      return { kind: 'logic', operator: syntax.operator, operands, type: bool };
    }
    case 'not':
      return { kind: 'not', operand: asBool(binder, bind(binder, syntax.operand), at), type: bool };
    case 'is':
      return test(binder, syntax.what, bind(binder, syntax.operand), at);
    case 'distinct':
      return distinct(binder, bind(binder, syntax.left), bind(binder, syntax.right), at);
    case 'in':
      return membership(binder, syntax.operand, syntax.list, at);
    case 'between':
      return between(binder, syntax, at);
    case 'like':
      return like(binder, bind(binder, syntax.operand), bind(binder, syntax.pattern), syntax.ignoresCase, at);
    case 'quantified':
      return quantified(binder, syntax);
    case 'cast':
      return cast(binder, bind(binder, syntax.operand), syntax.type);
    case 'array':
      return array(binder, syntax.elements, at);
    case 'call':
      return call(
        binder,
        syntax.name,
        syntax.operands.map((operand) => bind(binder, operand)),
        at,
      );
    default:
      return syntax satisfies never;
  }
}

function column({ schema, table, columns }: Scope, path: readonly string[], at: number): Term {
  const name = path.at(-1) ?? '';
  const qualifier = path.slice(0, -1).join('.');
  const type = columns.get(name);
  const isOurs = qualifier === '' || qualifier === table || qualifier === `${schema}.${table}`;
  if (type === undefined || !isOurs) throw conditionError(`unknown reference ${path.join('.')}`, at);
  return { kind: 'column', name, type };
}

function parameter(binder: Binder, number: number, at: number): Loose {
  const given = binder.scope.parameters.get(number);
  if (given === undefined) throw conditionError(`parameter $${number} was not provided`, at);
  binder.used.add(number);
  return { kind: 'unknown', text: given };
}

function constant(binder: Binder, written: string, type: SqlType, sqlType: string = sqlName(type)): Term {
  return { kind: 'constant', constant: binder.constants.push({ text: written, type, sqlType }) - 1, type };
}

const INT4_MAX = 2n ** 31n - 1n;
const INT8_MAX = 2n ** 63n - 1n;

function numberType(written: string): SqlType {
  if (!/^\d+$/.test(written)) return scalar('numeric');
  const value = BigInt(written);
  return scalar(value <= INT4_MAX ? 'int4' : value <= INT8_MAX ? 'int8' : 'numeric');
}

/** Texts that mean another moment whenever they are read: a shape must mean the same for ever. */
const CHANGING = /^\s*(now|today|tomorrow|yesterday|allballs)\b/i;
const CHANGING_KINDS: readonly string[] = ['date', 'time', 'timestamp', 'timestamptz'];

/** A text of no type yet takes the type that is wanted. */
function settle(binder: Binder, loose: Loose, type: SqlType, at: number): Term {
  if (loose.kind !== 'unknown') return loose;
  if (loose.text === null) return { kind: 'null', type };
  if (type.kind === 'opaque') throw conditionError(`no constants of type ${type.name} are supported`, at);
  if (CHANGING_KINDS.includes(type.kind) && CHANGING.test(loose.text)) {
    throw conditionError(`'${loose.text}' is not a constant`, at);
  }
  return constant(binder, loose.text, type);
}

/** The term as another type that the server would take it for by itself. */
function coerce(term: Term, type: SqlType): Term {
  return sameType(term.type, type) ? term : { kind: 'cast', operand: term, type };
}

function asBool(binder: Binder, loose: Loose, at: number): Term {
  const term = settle(binder, loose, bool, at);
  if (term.type.kind !== 'bool' || term.type.isArray) {
    throw conditionError(`argument must be of type bool, not ${sqlName(term.type)}`, at);
  }
  return term;
}

function unary(binder: Binder, operator: string, operand: Loose, at: number): Term {
  const term = settle(binder, operand, scalar('float8'), at);
  const operation = unaryOperation(operator, term.type);
  if (operation === undefined)
    throw conditionError(`operator does not exist: ${operator} ${sqlName(term.type)}`, at);
  return applied(operation, [term]);
}

function binary(binder: Binder, operator: string, left: Loose, right: Loose, at: number): Term {
  const { leftTerm, rightTerm, operation } = matched(binder, operator, left, right, at);
  return applied(operation, [leftTerm, rightTerm]);
}

/** Finds the operation, after texts without a type have taken one: that of the other side, if there is no better rule. */
function matched(binder: Binder, operator: string, left: Loose, right: Loose, at: number) {
  const leftTerm = settle(binder, left, wanted(operator, right, 'left'), at);
  const rightTerm = settle(binder, right, wanted(operator, leftTerm, 'right'), at);
  const operation = binaryOperation(operator, leftTerm.type, rightTerm.type);
  if (operation === undefined) {
    const types = `${sqlName(leftTerm.type)} ${operator} ${sqlName(rightTerm.type)}`;
    throw conditionError(`operator does not exist: ${types}`, at);
  }
  return { leftTerm, rightTerm, operation };
}

const MOMENTS: readonly string[] = ['timestamp', 'timestamptz', 'time'];

function wanted(operator: string, other: Loose, side: 'left' | 'right'): SqlType {
  if (other.kind === 'unknown') return text;
  const { type } = other;
  if (['->', '->>', '?'].includes(operator) && side === 'right') return text;
  // A text beside a moment that is added to is a span of time; what is subtracted from a date is a date.
  if (['+', '-'].includes(operator) && MOMENTS.includes(type.kind) && !type.isArray) {
    return operator === '-' && side === 'right' && type.kind !== 'time' ? type : interval;
  }
  return type;
}

function applied(operation: Operation, operands: readonly Term[]): Term {
  const typed = operands.map((operand, index) => coerce(operand, operation.operands[index] ?? operand.type));
  return { kind: 'operation', operation, operands: typed, type: operation.result };
}

function test(binder: Binder, what: 'null' | 'true' | 'false' | 'unknown', operand: Loose, at: number): Term {
  const term = what === 'null' ? settle(binder, operand, text, at) : asBool(binder, operand, at);
  return { kind: 'is', what, operand: term, type: bool };
}

function distinct(binder: Binder, left: Loose, right: Loose, at: number): Term {
  const equals = binary(binder, '=', left, right, at);
  const [first, second] = equals.kind === 'operation' ? equals.operands : [];
  if (first === undefined || second === undefined) throw conditionError('no operands', at);
  return { kind: 'distinct', equals, left: first, right: second, type: bool };
}

function membership(binder: Binder, operand: Syntax, list: readonly Syntax[], at: number): Term {
  const operands = list.map((item) => binary(binder, '=', bind(binder, operand), bind(binder, item), at));
  return { kind: 'logic', operator: 'or', operands, type: bool };
}

function between(binder: Binder, syntax: Extract<Syntax, { kind: 'between' }>, at: number): Term {
  const within = (low: Syntax, high: Syntax): Term => ({
    kind: 'logic',
    operator: 'and',
    operands: [
      binary(binder, '>=', bind(binder, syntax.operand), bind(binder, low), at),
      binary(binder, '<=', bind(binder, syntax.operand), bind(binder, high), at),
    ],
    type: bool,
  });
  const straight = within(syntax.low, syntax.high);
  if (!syntax.symmetric) return straight;
  return { kind: 'logic', operator: 'or', operands: [straight, within(syntax.high, syntax.low)], type: bool };
}

function like(binder: Binder, operand: Loose, pattern: Loose, ignoresCase: boolean, at: number): Term {
  const terms = [settle(binder, operand, text, at), settle(binder, pattern, text, at)];
  const other = terms.find(({ type }) => type.kind !== 'text' || type.isArray);
  if (other !== undefined)
    throw conditionError(`operator does not exist: ${sqlName(other.type)} ~~ text`, at);
  return applied(likeOperation(ignoresCase, binder.scope.folding), terms);
}

function quantified(binder: Binder, syntax: Extract<Syntax, { kind: 'quantified' }>): Term {
  const { operator, all, at } = syntax;
  const left = bind(binder, syntax.left);
  const loose = bind(binder, syntax.array);
  const list = settle(binder, loose, arrayType(left.kind === 'unknown' ? text : left.type), at);
  if (!list.type.isArray) throw conditionError('op ANY/ALL (array) requires array on right side', at);
  const element = elementType(list.type);
  const term = settle(binder, left, element, at);
  const operation = binaryOperation(operator, term.type, element);
  const [leftType, elementOperand] = operation?.operands ?? [];
  if (
    operation === undefined ||
    leftType === undefined ||
    elementOperand === undefined ||
    operation.result.kind !== 'bool'
  ) {
    throw conditionError(
      `operator does not exist: ${sqlName(term.type)} ${operator} ${sqlName(element)}`,
      at,
    );
  }
  return {
    kind: 'quantified',
    ...{ operator, operation, all, type: bool },
    left: coerce(term, leftType),
    array: coerce(list, arrayType(elementOperand)),
  };
}

function array(binder: Binder, elements: readonly Syntax[], at: number): Term {
  const loose = elements.map((element) => bind(binder, element));
  let type: SqlType | undefined;
  for (const element of loose) {
    if (element.kind === 'unknown') continue;
    type = type === undefined ? element.type : commonType(type, element.type);
    if (type === undefined) throw conditionError('ARRAY types cannot be matched', at);
  }
  const settled = type ?? text;
  if (settled.isArray) throw conditionError('arrays of arrays are not supported', at);
  const terms = loose.map((element) => coerce(settle(binder, element, settled, at), settled));
  return { kind: 'array', elements: terms, type: arrayType(settled) };
}

function call(binder: Binder, name: string, operands: readonly Loose[], at: number): Term {
  const terms = operands.map((operand) => settle(binder, operand, text, at));
  const isCase = name === 'lower' || name === 'upper';
  const fits = !isCase || terms.every(({ type }) => ['text', 'bpchar'].includes(type.kind));
  const types = terms.map(({ type }) => type);
  const operation = fits ? functionOperation(name, types, binder.scope.folding) : undefined;
  if (operation === undefined) {
    throw conditionError(`unknown or unsupported function ${name}(${types.map(sqlName).join(', ')})`, at);
  }
  return applied(operation, terms);
}

/** Names of types beside those that are their own. */
const TYPE_NAMES: Readonly<Record<string, Parameters<typeof scalar>[0]>> = {
  ...{
    int: 'int4',
    integer: 'int4',
    smallint: 'int2',
    bigint: 'int8',
    decimal: 'numeric',
    real: 'float4',
    float: 'float8',
  },
  ...{ boolean: 'bool', varchar: 'text', char: 'bpchar', character: 'bpchar' },
  ...{
    bool: 'bool',
    int2: 'int2',
    int4: 'int4',
    int8: 'int8',
    numeric: 'numeric',
    float4: 'float4',
    float8: 'float8',
  },
  ...{ text: 'text', bpchar: 'bpchar', uuid: 'uuid', bytea: 'bytea', date: 'date', time: 'time' },
  ...{
    timestamp: 'timestamp',
    timestamptz: 'timestamptz',
    interval: 'interval',
    json: 'json',
    jsonb: 'jsonb',
  },
};

function typeOf({ columns, schema }: Scope, { path, isArray, at }: TypeSyntax): SqlType {
  const [first = '', second] = path;
  const name = first === 'pg_catalog' && second !== undefined ? second : first;
  const known = Object.hasOwn(TYPE_NAMES, name) ? TYPE_NAMES[name] : undefined;
  if (known !== undefined) return { ...scalar(known), isArray };
  // The only other types that can be meant are the enumerations of the table's own columns.
  const quoted = (parts: readonly string[]) =>
    parts.map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
  const names = [quoted(path), quoted([schema, ...path])];
  for (const type of columns.values()) {
    if (type.kind === 'enum' && names.some((each) => type.name === each || type.name.endsWith(`.${each}`))) {
      return { ...type, isArray };
    }
  }
  throw conditionError(`unknown type ${path.join('.')}`, at);
}

function cast(binder: Binder, operand: Loose, written: TypeSyntax): Term {
  const type = typeOf(binder.scope, written);
  const { modifiers, at } = written;
  if (operand.kind === 'unknown') {
    const settled = settle(binder, operand, type, at);
    if (settled.kind !== 'constant' || modifiers.length === 0) return settled;
    const base = written.path.at(-1) === 'varchar' ? 'varchar' : type.name;
    const sqlType = `${base}(${modifiers.join(',')})${type.isArray ? '[]' : ''}`;
    binder.constants[settled.constant] = { text: operand.text ?? '', type, sqlType };
    return settled;
  }
  if (modifiers.length > 0) throw conditionError('a cast with a length is only supported for constants', at);
  if (sameType(operand.type, type)) return operand;
  if (type.kind === 'text' && !type.isArray && operand.kind === 'column') {
    return { kind: 'columnText', name: operand.name, of: operand.type, type };
  }
  if (!isCastable(operand.type, type)) {
    throw conditionError(`cast from ${sqlName(operand.type)} to ${sqlName(type)} is not supported`, at);
  }
  return { kind: 'cast', operand, type };
}

/** Casts of what is computed. */
function isCastable(from: SqlType, to: SqlType): boolean {
  if (from.isArray || to.isArray) return false;
  if (isNumber(from) && isNumber(to)) return true;
  if (to.kind === 'text')
    return ['int2', 'int4', 'int8', 'numeric', 'bool', 'uuid', 'bpchar', 'enum'].includes(from.kind);
  if (from.kind === 'bool') return sameType(to, int4);
  if (to.kind === 'bool') return sameType(from, int4);
  const moments = ['date', 'timestamp', 'timestamptz'];
  return moments.includes(from.kind) && moments.includes(to.kind);
}

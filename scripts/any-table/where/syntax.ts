/**
 * The grammar of a condition: what Electric's `where` has of PostgreSQL's expressions (its manual, section 4.2), with the
 * same precedence. The result says what was written; what it means is for `bind.ts`.
 */
import { type Cursor, createCursor } from './cursor.ts';
import { ConditionError, conditionError, type Token, tokensOf } from './tokens.ts';

export type Syntax = { readonly at: number } & (
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'parameter'; readonly number: number }
  | { readonly kind: 'keyword'; readonly word: 'true' | 'false' | 'null' }
  /** `column`, `table.column` or `schema.table.column`. */
  | { readonly kind: 'column'; readonly path: readonly string[] }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Syntax }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Syntax; readonly right: Syntax }
  | { readonly kind: 'logic'; readonly operator: 'and' | 'or'; readonly operands: readonly Syntax[] }
  | { readonly kind: 'not'; readonly operand: Syntax }
  | { readonly kind: 'is'; readonly operand: Syntax; readonly what: 'null' | 'true' | 'false' | 'unknown' }
  | { readonly kind: 'distinct'; readonly left: Syntax; readonly right: Syntax }
  | { readonly kind: 'in'; readonly operand: Syntax; readonly list: readonly Syntax[] }
  | {
      readonly kind: 'between';
      readonly operand: Syntax;
      readonly low: Syntax;
      readonly high: Syntax;
      readonly symmetric: boolean;
    }
  | {
      readonly kind: 'like';
      readonly operand: Syntax;
      readonly pattern: Syntax;
      readonly ignoresCase: boolean;
    }
  | {
      readonly kind: 'quantified';
      readonly operator: string;
      readonly left: Syntax;
      readonly array: Syntax;
      readonly all: boolean;
    }
  | { readonly kind: 'cast'; readonly operand: Syntax; readonly type: TypeSyntax }
  | { readonly kind: 'array'; readonly elements: readonly Syntax[] }
  | { readonly kind: 'call'; readonly name: string; readonly operands: readonly Syntax[] }
);

/** A type as it was written. */
export interface TypeSyntax {
  readonly path: readonly string[];
  readonly modifiers: readonly number[];
  readonly isArray: boolean;
  readonly at: number;
}

const CHARS_MAX = 20_000;

const COMPARISONS: readonly string[] = ['=', '<>', '<', '>', '<=', '>='];
/** Binary operators from the loosest to the tightest, below comparisons and the words; `other` is every one not named here. */
const LEVELS: readonly (readonly string[] | 'other')[] = ['other', ['+', '-'], ['*', '/', '%'], ['^']];
const NAMED: readonly string[] = [...COMPARISONS, '+', '-', '*', '/', '%', '^'];
/** Types that are written before a string: `date '2026-11-23'`. */
const LITERAL_TYPES: readonly string[] = [
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'interval',
  'uuid',
  'numeric',
  'text',
  'bool',
  'jsonb',
  'json',
];
const RESERVED: readonly string[] = [
  'and',
  'or',
  'not',
  'is',
  'in',
  'between',
  'like',
  'ilike',
  'any',
  'all',
  'some',
  'array',
  'cast',
  'case',
  'select',
  'from',
  'where',
  'null',
  'true',
  'false',
  'distinct',
  'exists',
  'collate',
  'symmetric',
];

/** @throws ConditionError at the first thing that is not served. */
export function parseCondition(text: string): Syntax {
  if (text.length > CHARS_MAX) throw new ConditionError(`longer than ${CHARS_MAX} characters`);
  const cursor = createCursor(tokensOf(text));
  const condition = expression(cursor);
  if (cursor.peek().kind !== 'end') cursor.fail();
  return condition;
}

function expression(c: Cursor): Syntax {
  c.enter();
  const { at } = c.peek();
  const operands = [conjunction(c)];
  while (c.accept('or')) operands.push(conjunction(c));
  c.leave();
  return only(operands) ?? { kind: 'logic', operator: 'or', operands, at };
}

function conjunction(c: Cursor): Syntax {
  const { at } = c.peek();
  const operands = [negation(c)];
  while (c.accept('and')) operands.push(negation(c));
  return only(operands) ?? { kind: 'logic', operator: 'and', operands, at };
}

function negation(c: Cursor): Syntax {
  const { at } = c.peek();
  let count = 0;
  while (c.accept('not')) count += 1;
  const operand = test(c);
  // Two negations are none, also of what is unknown.
  return count % 2 === 1 ? { kind: 'not', operand, at } : operand;
}

/** IS and its kin bind looser than comparisons. */
function test(c: Cursor): Syntax {
  let operand = comparison(c);
  for (;;) {
    const { at } = c.peek();
    if (c.accept('isnull')) operand = { kind: 'is', operand, what: 'null', at };
    else if (c.accept('notnull')) operand = negated({ kind: 'is', operand, what: 'null', at });
    else if (c.accept('is')) operand = testOf(c, operand, at);
    else return operand;
  }
}

function testOf(c: Cursor, operand: Syntax, at: number): Syntax {
  const isNot = c.accept('not');
  const tested = ((): Syntax => {
    if (c.accept('distinct')) {
      c.expect('from');
      return { kind: 'distinct', left: operand, right: comparison(c), at };
    }
    for (const what of ['null', 'true', 'false', 'unknown'] as const) {
      if (c.accept(what)) return { kind: 'is', operand, what, at };
    }
    return c.fail();
  })();
  return isNot ? negated(tested) : tested;
}

function comparison(c: Cursor): Syntax {
  const left = membership(c);
  const token = c.peek();
  if (token.kind !== 'operator' || !COMPARISONS.includes(token.text)) return left;
  c.skip(1);
  const compared = quantifiedOr(c, left, token, () => membership(c));
  const next = c.peek();
  // Comparisons do not chain: `a < b < c` is no condition.
  if (next.kind === 'operator' && COMPARISONS.includes(next.text)) c.fail(next);
  return compared;
}

function quantifiedOr(c: Cursor, left: Syntax, { text: operator, at }: Token, operand: () => Syntax): Syntax {
  const isAny = c.isWord('any') || c.isWord('some');
  if ((isAny || c.isWord('all')) && c.isMark('(', 1)) {
    c.skip(2);
    const array = expression(c);
    c.expect(')');
    return { kind: 'quantified', operator, left, array, all: !isAny, at };
  }
  return { kind: 'binary', operator, left, right: operand(), at };
}

/** BETWEEN, IN and LIKE. */
function membership(c: Cursor): Syntax {
  let operand = operation(c, 0);
  for (;;) {
    const { at } = c.peek();
    const isNot = c.isWord('not') && ['between', 'in', 'like', 'ilike'].some((word) => c.isWord(word, 1));
    if (isNot) c.skip(1);
    const found = membershipOf(c, operand, at);
    if (found === undefined) return operand;
    operand = isNot ? negated(found) : found;
  }
}

function membershipOf(c: Cursor, operand: Syntax, at: number): Syntax | undefined {
  if (c.accept('between')) {
    const symmetric = c.accept('symmetric');
    if (!symmetric) c.accept('asymmetric');
    const low = operation(c, 0);
    c.expect('and');
    return { kind: 'between', operand, low, high: operation(c, 0), symmetric, at };
  }
  if (c.accept('in')) {
    c.expect('(');
    if (c.isWord('select')) throw conditionError('subqueries are not supported', at);
    const list = listed(c, ')');
    if (list.length === 0) c.fail(c.peek(-1));
    return { kind: 'in', operand, list, at };
  }
  const ignoresCase = c.isWord('ilike');
  if (!c.accept('like') && !c.accept('ilike')) return undefined;
  const pattern = operation(c, 0);
  if (c.isWord('escape')) throw conditionError('ESCAPE is not supported', at);
  return { kind: 'like', operand, pattern, ignoresCase, at };
}

/** Binary operators of a level, from the left. */
function operation(c: Cursor, level: number): Syntax {
  const operators = LEVELS[level];
  if (operators === undefined) return sign(c);
  let left = operation(c, level + 1);
  for (;;) {
    const token = c.peek();
    const isHere =
      token.kind === 'operator' &&
      (operators === 'other' ? !NAMED.includes(token.text) : operators.includes(token.text));
    if (!isHere) return left;
    c.skip(1);
    left = quantifiedOr(c, left, token, () => operation(c, level + 1));
  }
}

function sign(c: Cursor): Syntax {
  const token = c.peek();
  if (token.kind !== 'operator') return postfix(c);
  if (!['+', '-', '@', '~', '|/'].includes(token.text)) return c.fail(token);
  c.skip(1);
  c.enter();
  const operand = sign(c);
  c.leave();
  return { kind: 'unary', operator: token.text, operand, at: token.at };
}

function postfix(c: Cursor): Syntax {
  let operand = primary(c);
  while (c.isMark('::') || c.isMark('[')) {
    const { at, text } = c.take();
    if (text === '[') throw conditionError('subscripts are not supported', at);
    operand = { kind: 'cast', operand, type: typeName(c), at };
  }
  return operand;
}

function primary(c: Cursor): Syntax {
  const token = c.take();
  const { at } = token;
  switch (token.kind) {
    case 'string':
      return { kind: 'string', text: token.text, at };
    case 'number':
      return { kind: 'number', text: token.text, at };
    case 'parameter':
      return { kind: 'parameter', number: Number(token.text.slice(1)), at };
    case 'name':
      return named(c, token);
    case 'word':
      return worded(c, token);
    case 'mark': {
      if (token.text !== '(') return c.fail(token);
      if (c.isWord('select')) throw conditionError('subqueries are not supported', at);
      const inner = expression(c);
      c.expect(')');
      return inner;
    }
    default:
      return c.fail(token);
  }
}

function worded(c: Cursor, token: Token): Syntax {
  const { text, at } = token;
  if (text === 'true' || text === 'false' || text === 'null') return { kind: 'keyword', word: text, at };
  if (text === 'array' && c.accept('[')) return { kind: 'array', elements: listed(c, ']'), at };
  if (text === 'cast') {
    c.expect('(');
    const operand = expression(c);
    if (!c.accept('as')) c.fail();
    const type = typeName(c);
    c.expect(')');
    return { kind: 'cast', operand, type, at };
  }
  if (RESERVED.includes(text)) return c.fail(token);
  const string = c.peek();
  if (LITERAL_TYPES.includes(text) && string.kind === 'string') {
    c.skip(1);
    const type = { path: [text], modifiers: [], isArray: false, at };
    return { kind: 'cast', operand: { kind: 'string', text: string.text, at: string.at }, type, at };
  }
  if (c.isMark('(')) {
    c.skip(1);
    return { kind: 'call', name: text, operands: listed(c, ')'), at };
  }
  return named(c, token);
}

function named(c: Cursor, first: Token): Syntax {
  return { kind: 'column', path: pathFrom(c, first), at: first.at };
}

function pathFrom(c: Cursor, first: Token): string[] {
  const path = [first.text];
  while (c.accept('.')) {
    const next = c.take();
    if (next.kind !== 'word' && next.kind !== 'name') c.fail(next);
    path.push(next.text);
  }
  return path;
}

function typeName(c: Cursor): TypeSyntax {
  const first = c.take();
  if (first.kind !== 'word' && first.kind !== 'name') c.fail(first);
  let path = pathFrom(c, first);
  if (path[0] === 'double' && c.accept('precision')) path = ['float8'];
  if (path[0] === 'character' && c.accept('varying')) path = ['varchar'];
  const modifiers: number[] = [];
  if (c.accept('(')) {
    do {
      const modifier = c.take();
      if (modifier.kind !== 'number') c.fail(modifier);
      modifiers.push(Number(modifier.text));
    } while (c.accept(','));
    c.expect(')');
  }
  const isZoned = c.isWord('with') && c.isWord('time', 1) && c.isWord('zone', 2);
  const isUnzoned = c.isWord('without') && c.isWord('time', 1) && c.isWord('zone', 2);
  if (isZoned || isUnzoned) c.skip(3);
  if (isZoned) path = [`${path[0]}tz`];
  let isArray = false;
  while (c.accept('[')) {
    isArray = true;
    if (c.peek().kind === 'number') c.skip(1);
    c.expect(']');
  }
  return { path, modifiers, isArray, at: first.at };
}

/** Expressions between commas, up to a mark. */
function listed(c: Cursor, end: string): Syntax[] {
  const list: Syntax[] = [];
  if (c.accept(end)) return list;
  do list.push(expression(c));
  while (c.accept(','));
  c.expect(end);
  return list;
}

function only(list: readonly Syntax[]): Syntax | undefined {
  return list.length === 1 ? list[0] : undefined;
}

function negated(operand: Syntax): Syntax {
  return { kind: 'not', operand, at: operand.at };
}

/** A place among the words of a condition, and what the grammar asks of it. */
import { conditionError, syntaxError, type Token } from './tokens.ts';

export interface Cursor {
  /** The word at the place, or some further; the end is at the end and beyond. */
  peek(ahead?: number): Token;
  take(): Token;
  skip(count: number): void;
  isWord(word: string, ahead?: number): boolean;
  isMark(mark: string, ahead?: number): boolean;
  /** Goes on if the keyword or mark is here. */
  accept(what: string): boolean;
  /** Goes on past the keyword or mark. @throws ConditionError when something else is here. */
  expect(what: string): void;
  /** One level deeper. @throws ConditionError when that is too deep. */
  enter(): void;
  leave(): void;
  /** @throws ConditionError at the token, or at the place. */
  fail(token?: Token): never;
}

const DEPTH_MAX = 100;

export function createCursor(tokens: readonly Token[]): Cursor {
  let place = 0;
  let depth = 0;
  const last = tokens.at(-1) ?? { kind: 'end', text: '', at: 0 };
  const peek = (ahead = 0): Token => tokens[place + ahead] ?? last;
  const is = (kind: Token['kind'], text: string, ahead = 0): boolean => {
    const token = peek(ahead);
    return token.kind === kind && token.text === text;
  };
  const fail = (token: Token = peek()): never => {
    throw syntaxError(token.text, token.at);
  };
  const accept = (what: string): boolean => {
    const isHere = is('word', what) || is('mark', what);
    if (isHere) place += 1;
    return isHere;
  };
  return {
    peek,
    take: () => {
      const token = peek();
      place += 1;
      return token;
    },
    skip: (count) => {
      place += count;
    },
    isWord: (word, ahead) => is('word', word, ahead),
    isMark: (mark, ahead) => is('mark', mark, ahead),
    accept,
    expect: (what) => {
      if (!accept(what)) fail();
    },
    enter: () => {
      depth += 1;
      if (depth > DEPTH_MAX) throw conditionError(`nested deeper than ${DEPTH_MAX}`, peek().at);
    },
    leave: () => {
      depth -= 1;
    },
    fail,
  };
}

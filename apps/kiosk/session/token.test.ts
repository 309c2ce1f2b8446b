/** The token survives a reload, and a new one wins. */
import { expect, it } from 'vitest';
import { takeToken, tokenIn } from './token.ts';

function tab() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}

it.each([
  ['#token=abc', 'abc'],
  ['#lang=en&token=a%2Bb', 'a+b'],
  ['#token=', undefined],
  ['#token=%20', undefined],
  ['', undefined],
])('the fragment %j has the token %j', (fragment, token) => {
  expect(tokenIn(fragment)).toBe(token);
});

it('a token of the address is kept for a reload without one, until a new one comes', () => {
  const storage = tab();
  expect(takeToken('', storage)).toBeNull();
  expect(takeToken('#token=first', storage)).toBe('first');
  expect(takeToken('', storage)).toBe('first');
  expect(takeToken('#token=second', storage)).toBe('second');
  expect(takeToken('', storage)).toBe('second');
});

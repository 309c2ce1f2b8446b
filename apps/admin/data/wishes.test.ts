/** One key for one wish, however often it is pressed, until its answer has come. */
import { expect, it } from 'vitest';
import { createWishes } from './wishes.ts';

function counted() {
  let made = 0;
  return createWishes(() => {
    made += 1;
    return `key ${made}`;
  });
}
const WISH = { amountCents: 1_000, reason: 'Engano', means: 'counter' };

it('two presses of the same wish send one key, whatever order its members have', () => {
  const wishes = counted();
  const key = wishes.keyOf(WISH);
  expect(wishes.keyOf({ ...WISH })).toBe(key);
  expect(wishes.keyOf({ means: 'counter', reason: 'Engano', amountCents: 1_000 })).toBe(key);
});

it.each([{ amountCents: 1_001 }, { reason: 'Outro' }, { means: undefined }])(
  'another wish has another key: %j',
  (over) => {
    const wishes = counted();
    const key = wishes.keyOf(WISH);
    expect(wishes.keyOf({ ...WISH, ...over })).not.toBe(key);
    // And the first keeps its own.
    expect(wishes.keyOf(WISH)).toBe(key);
  },
);

it('once granted, the same words are a new wish', () => {
  const wishes = counted();
  const key = wishes.keyOf(WISH);
  wishes.granted({ ...WISH });
  expect(wishes.keyOf(WISH)).not.toBe(key);
});

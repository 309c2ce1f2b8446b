/** The event counter, which wraps past 0, and what may be put in so that the rest can be paid. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escrowIn, eventsIn, newSince } from './events.ts';
import { payableWith } from './pieces.ts';
import { coinCents, noteCents } from './values.ts';

const buffer = (counter: number, ...pairs: readonly number[]) =>
  eventsIn('notes', Uint8Array.of(counter, ...pairs, ...new Array(10 - pairs.length).fill(0)));

describe('I-CSH-2: the event counter', () => {
  it.each([
    [0, 0, 0, false, false],
    [0, 1, 1, false, false],
    [254, 255, 1, false, false],
    [255, 1, 1, false, false],
    [254, 1, 2, false, false],
    [7, 12, 5, false, false],
    [7, 13, 5, false, true],
    [200, 0, 0, true, false],
    [1, 0, 0, true, false],
    [200, 2, 5, false, true],
  ])('from %i to %i: %i are new, reset %s, gap %s', (last, counter, count, isReset, isGap) => {
    const found = newSince(last, buffer(counter, 3, 0, 3, 1, 0, 4, 2, 0, 2, 1));
    expect(found).toMatchObject({ isReset, isGap });
    expect(found.fresh).toHaveLength(count);
  });

  it('counts every step of any walk once, as long as no more than five are taken unread', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 200 }), (steps) => {
        let counter = 0;
        let last = 0;
        let counted = 0;
        for (const step of steps) {
          for (let taken = 0; taken < step; taken += 1) counter = counter === 255 ? 1 : counter + 1;
          counted += newSince(last, buffer(counter, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0)).fresh.length;
          last = counter;
        }
        expect(counted).toBe(steps.reduce((sum, step) => sum + step, 0));
      }),
    );
  });

  it('tells what happened in the order in which it did', () => {
    const { fresh } = newSince(1, buffer(3, 3, 0, 3, 1));
    expect(fresh).toEqual([
      { kind: 'escrow', type: 3 },
      { kind: 'credit', type: 3 },
    ]);
  });

  it.each([
    ['in escrow', [3, 1], 3],
    ['in escrow, and the stacker was looked at since', [0, 10, 3, 1], 3],
    ['stacked', [3, 0, 3, 1], undefined],
    ['returned', [0, 1, 3, 1], undefined],
    ['never there', [], undefined],
    ['of which later refusals have pushed the event out', [0, 4, 0, 4, 0, 4, 0, 4, 0, 4], 3],
  ])('a note %s', (_, pairs, type) =>
    expect(escrowIn(buffer(9, ...pairs), pairs.length === 10 ? 3 : undefined)).toBe(type),
  );
});

describe('I-CSH-3: a piece is let in while the rest can still be paid', () => {
  it.each([
    [600, [200, 500], [200]],
    [700, [200, 500], [200, 500]],
    [300, [200, 500], []],
    [1_000, [200, 500, 1_000, 2_000], [200, 500, 1_000]],
    [0, [200], []],
    [-100, [200], []],
  ])('of %i cents with %j: %j', (missing, values, allowed) => {
    expect(payableWith(Math.max(0, missing), values).allowed(missing)).toEqual(allowed);
  });

  it('and whatever is put in of that, in any order, the sum comes out', () => {
    const values = [5, 10, 25, 50, 100, 200, 500, 1_000, 2_000];
    fc.assert(
      fc.property(
        fc.subarray(values, { minLength: 1 }),
        fc.integer({ min: 1, max: 20_000 }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 8 }),
        (some, amount, choices) => {
          const payable = payableWith(amount, some);
          fc.pre(payable.isPossible);
          let missing = amount;
          for (let turn = 0; missing > 0; turn += 1) {
            const allowed = payable.allowed(missing);
            expect(allowed).not.toEqual([]);
            missing -= allowed[(choices[turn % choices.length] ?? 0) % allowed.length] ?? 0;
          }
          expect(missing).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });
});

it.each([
  ['BR100A', 100],
  ['BR005B', 5],
  ['EU100A', 0],
  ['BR1K0A', 0],
  ['......', 0],
])('a coin %s is worth %i cents', (id, worth) => expect(coinCents(id, 'BR')).toBe(worth));

it.each([
  ['BR0010A', 100, 2, 1_000],
  ['BR0200A', 100, 2, 20_000],
  ['BR0010A', 1, 0, 1_000],
  ['US0010A', 100, 2, 0],
  ['.......', 100, 2, 0],
])('a note %s scaled by %i with %i decimals is worth %i cents', (id, factor, decimals, worth) =>
  expect(noteCents(id, 'BR', { factor, decimals })).toBe(worth),
);

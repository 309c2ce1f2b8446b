/** The expected wait: known cases, and what it must never do. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedWaitMinutes, type WaitView } from './expected-wait.ts';

const view = (over: Partial<WaitView> = {}): WaitView => ({
  peopleAhead: 4,
  openCounters: 1,
  durationMinutes: 10,
  servedMs: [],
  ...over,
});
const minutes = (count: number) => count * 60_000;

describe('the expected wait', () => {
  it.each<[string, Partial<WaitView>, number | null]>([
    ['by the catalogue, before anybody was served', {}, 40],
    ['shared by the counters that are open', { openCounters: 2 }, 20],
    ['rounded up, so that nobody is promised too much', { openCounters: 3 }, 14],
    ['nothing when nobody is ahead', { peopleAhead: 0 }, 0],
    ['not said where nobody calls', { openCounters: 0 }, null],
    ['drawn to what it really took', { servedMs: Array(5).fill(minutes(4)) }, 28],
    ['not by services that took no time', { servedMs: [0, 0, 0] }, 40],
  ])('is %s', (_fact, over, expected) => {
    expect(expectedWaitMinutes(view(over))).toBe(expected);
  });

  it('never falls when one more is ahead, and never rises when one more counter opens', () => {
    const views = fc.record({
      peopleAhead: fc.nat(500),
      openCounters: fc.integer({ min: 1, max: 40 }),
      durationMinutes: fc.integer({ min: 1, max: 240 }),
      servedMs: fc.array(fc.nat(7_200_000), { maxLength: 20 }),
    });
    fc.assert(
      fc.property(views, (one) => {
        const now = expectedWaitMinutes(one) ?? Number.NaN;
        const longer = expectedWaitMinutes({ ...one, peopleAhead: one.peopleAhead + 1 }) ?? Number.NaN;
        const opener = expectedWaitMinutes({ ...one, openCounters: one.openCounters + 1 }) ?? Number.NaN;
        expect(now).toBeGreaterThanOrEqual(0);
        expect(longer).toBeGreaterThanOrEqual(now);
        expect(opener).toBeLessThanOrEqual(now);
      }),
    );
  });
});

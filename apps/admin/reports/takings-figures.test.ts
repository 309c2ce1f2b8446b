/** Takings are brought together without losing a cent, whichever way they are looked at. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byCurrency, sumOf, type TakingsLine, takingsBy, takingsByDay } from './takings-figures.ts';

const SPAN = { from: '2026-11-01', to: '2026-11-03' };
const line = fc.record({
  businessDay: fc.constantFrom('2026-11-01', '2026-11-02', '2026-11-03'),
  method: fc.constantFrom('pix', 'card', 'cash'),
  adapter: fc.constantFrom('pix', 'counter'),
  equipmentId: fc.constantFrom(null, 'totem-1', 'totem-2'),
  operatorId: fc.constantFrom(null, 'ana', 'rui'),
  currency: fc.constantFrom('BRL', 'UYU'),
  payments: fc.integer({ min: 1, max: 50 }),
  paidCents: fc.integer({ min: 1, max: 100_000 }),
  refundedCents: fc.integer({ min: 0, max: 1_000 }),
}) as unknown as fc.Arbitrary<TakingsLine>;

describe('takings', () => {
  it('add up to the same by day, by method, by totem and by operator, in each currency', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        for (const [currency, some] of byCurrency(lines)) {
          expect(some.every((one) => one.currency === currency)).toBe(true);
          const ways = [
            takingsByDay(SPAN, some),
            takingsBy(some, ({ method, adapter }) => `${method} ${adapter}`),
            takingsBy(some, ({ equipmentId }) => equipmentId ?? 'none'),
            takingsBy(some, ({ operatorId }) => operatorId ?? 'none'),
          ];
          const whole = sumOf(some);
          for (const way of ways) {
            for (const name of ['payments', 'paidCents', 'refundedCents', 'netCents'] as const)
              expect(way.reduce((all, one) => all + one[name], 0)).toBe(whole[name]);
          }
        }
        expect(byCurrency(lines).flatMap(([, some]) => some)).toHaveLength(lines.length);
      }),
    );
  });

  it('of a day without any are nothing, and are shown', () => {
    expect(takingsByDay(SPAN, [])).toEqual(
      ['2026-11-01', '2026-11-02', '2026-11-03'].map((day) => ({
        day,
        payments: 0,
        paidCents: 0,
        refundedCents: 0,
        netCents: 0,
      })),
    );
  });
});

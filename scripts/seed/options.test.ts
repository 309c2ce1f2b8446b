/** What is asked of `npm run seed` is a size that it can make. */
import { expect, test } from 'vitest';
import { parseSize } from './options.ts';

test('nothing said is a small size', () => {
  expect(parseSize({})).toEqual({ tenants: 20, tickets: 20_000, seed: 1 });
});

test('numbers are taken', () => {
  expect(parseSize({ tenants: '500', tickets: '1000000', seed: '7' })).toEqual({
    tenants: 500,
    tickets: 1_000_000,
    seed: 7,
  });
});

test.each([
  { tenants: '0' },
  { tickets: 'many' },
  { seed: '1.5' },
  { tenants: '500', tickets: '499' },
  { tickets: '10000001' },
])('%o is refused', (given) => {
  expect(() => parseSize(given)).toThrow(RangeError);
});

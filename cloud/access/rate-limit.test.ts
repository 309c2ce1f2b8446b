/** Buckets of tries, on virtual time. */
import { ProblemError } from '@totem/domain';
import { virtualWorld } from '@totem/testkit/virtual';
import { expect, test } from 'vitest';
import { createRateLimit } from './rate-limit.ts';

const refusedFor = (take: () => void): number | undefined => {
  try {
    take();
    return undefined;
  } catch (error) {
    return error instanceof ProblemError ? error.retryAfter : Number.NaN;
  }
};

test('a caller has its tries in a burst, then one whenever the time for one has passed', () => {
  const { timers, advance } = virtualWorld();
  const limit = createRateLimit(timers, 3);
  const take = () => refusedFor(() => limit.take('ana'));
  expect([take(), take(), take(), take()]).toEqual([undefined, undefined, undefined, 20]);
  advance(19_000);
  expect(take()).toBe(1);
  advance(20_000);
  expect([take(), take()]).toEqual([undefined, 1]);
});

test("one caller does not use up another's tries", () => {
  const limit = createRateLimit(virtualWorld().timers, 1);
  limit.take('ana');
  expect(refusedFor(() => limit.take('bia'))).toBeUndefined();
  expect(refusedFor(() => limit.take('ana'))).toBe(60);
});

test('idle tries add up to no more than a burst', () => {
  const { timers, advance } = virtualWorld();
  const limit = createRateLimit(timers, 2);
  limit.take('ana');
  advance(3_600_000);
  limit.take('ana');
  limit.take('ana');
  expect(refusedFor(() => limit.take('ana'))).toBe(30);
});

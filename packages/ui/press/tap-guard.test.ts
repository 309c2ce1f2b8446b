/** One tap, one choice. */
import { virtualWorld } from '@totem/testkit/virtual';
import { expect, it } from 'vitest';
import { createTapGuard, DEAF_MS } from './tap-guard.ts';

it('a second tap within a tremble is not heard, a later one is', () => {
  const world = virtualWorld();
  const guard = createTapGuard(world.timers.monotonicMs);
  expect(guard.accepts()).toBe(true);
  world.advance(DEAF_MS - 1);
  expect(guard.accepts()).toBe(false);
  world.advance(1);
  expect(guard.accepts()).toBe(true);
});

/** Calling by itself: only for whoever wants it, only after a service, and with time to stop it. */
import { expect, it } from 'vitest';
import { AUTO_CALL_SECONDS, type AutoCallNow, secondsToCall } from './auto-call.ts';

const now: AutoCallNow = { isOn: true, isFree: true, hasNext: true, nowMs: 10_000 };

it.each<[string, Partial<AutoCallNow>, number | undefined, number | undefined]>([
  ['counts down from the end of a service', {}, 10_000, AUTO_CALL_SECONDS],
  ['says the seconds that are left', { nowMs: 12_500 }, 10_000, AUTO_CALL_SECONDS - 2],
  ['is due when they are over', { nowMs: 100_000 }, 10_000, 0],
  ['calls nobody when it is off', { isOn: false }, 10_000, undefined],
  ['calls nobody for who is not free', { isFree: false }, 10_000, undefined],
  ['calls nobody where nobody waits', { hasNext: false }, 10_000, undefined],
  ['calls nobody on a page that was just opened', {}, undefined, undefined],
])('%s', (_, over, since, expected) => {
  expect(secondsToCall({ ...now, ...over }, since)).toBe(expected);
});

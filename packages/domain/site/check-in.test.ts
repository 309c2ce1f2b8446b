/** Checking in: from some time before the slot, and on its business day. */
import { buildSite } from '@totem/testkit/builders';
import { virtualWorld } from '@totem/testkit/virtual';
import { expect, it } from 'vitest';
import { CHECK_IN_BEFORE_MINUTES, whyNoCheckIn } from './check-in.ts';
import { QUEUE_RULES_DEFAULT } from './queue-rules.ts';

const site = buildSite(virtualWorld().env, { timezone: 'America/Sao_Paulo' });
const slot = '2026-11-23T13:00:00.000Z';
const at = (minutes: number) => Date.parse(slot) + minutes * 60_000;

it.each([
  [-CHECK_IN_BEFORE_MINUTES - 1, { code: 'check_in_too_early', minutes: 1 }],
  [-CHECK_IN_BEFORE_MINUTES, undefined],
  [0, undefined],
  [600, undefined],
  // Midnight in São Paulo is 14 hours after ten in the morning.
  [14 * 60 - 1, undefined],
  [14 * 60, { code: 'check_in_too_late' }],
])('%i minutes after the booked time', (minutes, expected) => {
  expect(whyNoCheckIn(site, slot, at(minutes))).toEqual(expected);
});

it('begins earlier where the window of the policy does', () => {
  const appointments = { beforeMinutes: 240, afterMinutes: 0, tier: 1, weight: 1 };
  const early = {
    ...site,
    queueRules: { ...QUEUE_RULES_DEFAULT, policy: { name: 'strict' as const, appointments } },
  };
  expect(whyNoCheckIn(early, slot, at(-240))).toBeUndefined();
});

/** Countdowns end when the rule says so, and never later because a clock is wrong. */
import { QUEUE_RULES_DEFAULT } from '@totem/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noShowWait, recallWaitSeconds } from './waits.ts';

const CALLED_MS = Date.parse('2026-11-23T12:00:00.000Z');
const called = (calls: number) => ({ calledAt: new Date(CALLED_MS).toISOString(), calls });

describe('waits at the desk', () => {
  it('count down from the call to nothing', () => {
    const at = (ms: number) => ({ nowMs: CALLED_MS + ms, seenAtMs: CALLED_MS });
    expect(recallWaitSeconds(called(1), QUEUE_RULES_DEFAULT, at(0))).toBe(3);
    expect(recallWaitSeconds(called(1), QUEUE_RULES_DEFAULT, at(2_001))).toBe(1);
    expect(recallWaitSeconds(called(1), QUEUE_RULES_DEFAULT, at(3_000))).toBe(0);
    expect(noShowWait(called(1), QUEUE_RULES_DEFAULT, at(4_000))).toEqual({ calls: 1, seconds: 6 });
    expect(noShowWait(called(2), QUEUE_RULES_DEFAULT, at(10_000))).toEqual({ calls: 0, seconds: 0 });
  });

  it('a clock that is wrong by any amount never makes them longer than the rule', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(60_000), (skewMs, passedMs) => {
        const seenAtMs = CALLED_MS + skewMs;
        const clocks = { nowMs: seenAtMs + passedMs, seenAtMs };
        const { seconds } = noShowWait(called(1), QUEUE_RULES_DEFAULT, clocks);
        const { noShowMinSeconds } = QUEUE_RULES_DEFAULT;
        expect(seconds).toBeLessThanOrEqual(Math.max(0, Math.ceil(noShowMinSeconds - passedMs / 1_000)));
        expect(seconds).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

/** The announcer on timers as they are: late, early, and never asked for twice. */
import type { CallId, CounterId, TicketId, Timers } from '@totem/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALL_SHOW_MS, type Call } from './announcer.ts';
import { createAnnouncerLoop } from './announcer-loop.ts';

const calls = (count: number): Call[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `call-${index + 1}` as CallId,
    ticketId: `ticket-${index + 1}` as TicketId,
    code: `A${index + 1}`,
    businessDay: '2026-11-23',
    counterId: 'counter' as CounterId,
    counterNumber: 1,
    number: index + 1,
    priority: 0,
    calledAt: '2026-11-23T12:00:00.000Z',
  }));

/** Timers whose alarms ring off by some milliseconds, negative for early. */
function timersOff(offMs: () => number) {
  let nowMs = 0;
  const alarms = new Set<{ readonly atMs: number; readonly run: () => void }>();
  const timers: Timers = {
    monotonicMs: () => nowMs,
    after: (delayMs, run) => {
      const alarm = { atMs: nowMs + Math.max(0, delayMs + offMs()), run };
      alarms.add(alarm);
      return () => alarms.delete(alarm);
    },
  };
  const pass = (ms: number): void => {
    const endMs = nowMs + ms;
    for (;;) {
      const [next] = [...alarms].sort((a, b) => a.atMs - b.atMs);
      if (next === undefined || next.atMs > endMs) break;
      alarms.delete(next);
      nowMs = Math.max(nowMs, next.atMs);
      next.run();
    }
    nowMs = endMs;
  };
  return { timers, pass, waiting: () => alarms.size };
}

describe('the announcer in time', () => {
  it('loses no turn to a timer that rings early or late', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -8, max: 40, noNaN: true }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 20 }),
        (offs, count) => {
          let asked = 0;
          const clock = timersOff(() => offs[asked++ % offs.length] ?? 0);
          const heard: string[] = [];
          const loop = createAnnouncerLoop(clock.timers, (call) => heard.push(call.id));
          loop.sync([], true);
          loop.sync(calls(count), true);
          clock.pass(count * (CALL_SHOW_MS + 100));
          expect(heard).toEqual(calls(count).map((call) => call.id));
          expect(clock.waiting()).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('tells each change once, and nothing after it was stopped', () => {
    const clock = timersOff(() => 0);
    let changes = 0;
    const loop = createAnnouncerLoop(clock.timers, () => {});
    loop.subscribe(() => {
      changes += 1;
    });
    loop.sync([], true);
    loop.sync(calls(2), true);
    loop.sync(calls(2), true);
    expect(changes).toBe(2);
    loop.stop();
    clock.pass(60_000);
    expect(changes).toBe(2);
  });
});

/** The announcer against random histories: nothing is skipped, nothing is announced twice, in order, for its time. */
import type { CallId, CounterId, TicketId } from '@totem/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ANNOUNCER_START,
  type Announcer,
  type AnnouncerEvent,
  announcerReducer,
  CALL_SHOW_BURST_MS,
  CALL_SHOW_MS,
  type Call,
  currentCall,
  HICCUP_MS,
  LATE_CALL_MS,
  nextChangeMs,
  QUIET_CLEAR_MS,
  recentCalls,
} from './announcer.ts';

const START_MS = Date.parse('2026-11-23T12:00:00.000Z');

function call(number: number, over: Partial<Call> = {}): Call {
  return {
    id: `call-${String(number).padStart(4, '0')}` as CallId,
    ticketId: `ticket-${number}` as TicketId,
    code: `A${String(number).padStart(3, '0')}`,
    businessDay: '2026-11-23',
    counterId: 'counter' as CounterId,
    counterNumber: 1,
    number,
    priority: 0,
    calledAt: new Date(START_MS + number * 1_000).toISOString(),
    ...over,
  };
}

const callsUpTo = (count: number, from = 1): Call[] =>
  Array.from({ length: count }, (_, index) => call(from + index));

/** A screen in front of the reducer: keeps what was announced, and when. */
function screen() {
  let state: Announcer = ANNOUNCER_START;
  let nowMs = 1_000;
  const announced: { id: string; atMs: number }[] = [];
  const send = (event: AnnouncerEvent): void => {
    const before = state;
    state = announcerReducer(state, event);
    const current = currentCall(state);
    const isNew = state.announcedAtMs !== null && state.announcedAtMs !== before.announcedAtMs;
    if (isNew && current !== undefined) announced.push({ id: current.id, atMs: nowMs });
  };
  return {
    announced,
    ids: () => announced.map((one) => one.id),
    state: () => state,
    sync: (calls: readonly Call[], live = true) => send({ type: 'synced', calls, live, nowMs }),
    /** Lets time pass as the screen's timer does: from one change to the next. */
    pass(ms: number): void {
      const end = nowMs + ms;
      for (;;) {
        const next = nextChangeMs(state, nowMs);
        if (next === null || nowMs + next > end) break;
        nowMs += next;
        const before = state;
        send({ type: 'elapsed', nowMs });
        if (state === before) break;
      }
      nowMs = end;
      send({ type: 'elapsed', nowMs });
    },
  };
}

describe('the announcer', () => {
  it('announces every call once and in order, however the log arrives while it is live', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ add: fc.nat(8), passMs: fc.nat(9_000) }),
        fc.record({ add: fc.constant(0), passMs: fc.nat(30_000) }),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(steps, fc.nat(6), (history, before) => {
        const tv = screen();
        let count = before;
        tv.sync(callsUpTo(count));
        for (const { add, passMs } of history) {
          count += add;
          tv.sync(callsUpTo(count));
          tv.pass(passMs);
        }
        tv.pass(count * CALL_SHOW_MS);
        expect(tv.ids()).toEqual(
          callsUpTo(count)
            .slice(before)
            .map((one) => one.id),
        );
        for (const [index, one] of tv.announced.entries()) {
          const next = tv.announced[index + 1];
          if (next !== undefined) expect(next.atMs - one.atMs).toBeGreaterThanOrEqual(CALL_SHOW_BURST_MS);
        }
      }),
    );
  });

  it('announces exactly the calls that came while live or in a hiccup; the others are shown without a sound', () => {
    const step = fc.record({
      add: fc.nat(5),
      live: fc.boolean(),
      passMs: fc.oneof(fc.nat(20_000), fc.nat(HICCUP_MS)),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (history) => {
        const tv = screen();
        const expected: string[] = [];
        let count = 0;
        let wasLive = false;
        let awayMs = Number.POSITIVE_INFINITY;
        for (const { add, live, passMs } of history) {
          const added = callsUpTo(add, count + 1);
          count += add;
          if (live && (wasLive || awayMs <= HICCUP_MS)) expected.push(...added.map((one) => one.id));
          if (wasLive) awayMs = 0;
          wasLive = live;
          tv.sync(callsUpTo(count), live);
          tv.pass(passMs);
          awayMs += passMs;
        }
        tv.pass(count * CALL_SHOW_MS + 1);
        expect(tv.ids()).toEqual(expected);
        expect(tv.state().queue).toEqual([]);
        expect(currentCall(tv.state())?.number).toBe(count === 0 ? undefined : count);
      }),
    );
  });

  it('shows a burst of 20 completely and in order', () => {
    const tv = screen();
    tv.sync([]);
    tv.sync(callsUpTo(20).toReversed());
    tv.pass(20 * CALL_SHOW_MS);
    expect(tv.ids()).toEqual(callsUpTo(20).map((one) => one.id));
  });

  it('keeps a lone call for its full time before the next', () => {
    const tv = screen();
    tv.sync([]);
    tv.sync(callsUpTo(1));
    tv.sync(callsUpTo(2));
    tv.pass(CALL_SHOW_MS - 1);
    expect(tv.ids()).toHaveLength(1);
    tv.pass(1);
    expect(tv.ids()).toHaveLength(2);
  });

  it('is silent about everything that was there when it was opened', () => {
    const tv = screen();
    tv.sync([], false);
    tv.sync(callsUpTo(4));
    tv.pass(60_000);
    expect(tv.ids()).toEqual([]);
    expect(currentCall(tv.state())?.code).toBe('A004');
    expect(recentCalls(tv.state(), 5).map((one) => one.code)).toEqual(['A003', 'A002', 'A001']);
  });

  it('does not announce again when the rows vanish and come back', () => {
    const tv = screen();
    tv.sync([]);
    tv.sync(callsUpTo(3));
    tv.pass(60_000);
    tv.sync([], false);
    tv.sync([]);
    tv.sync(callsUpTo(3));
    tv.pass(60_000);
    expect(tv.ids()).toEqual(callsUpTo(3).map((one) => one.id));
  });

  it('announces a recall of the same ticket, and lists the ticket once', () => {
    const tv = screen();
    const first = call(1);
    const other = call(2);
    const again = call(3, { ticketId: first.ticketId, code: first.code });
    tv.sync([]);
    for (const rows of [[first], [first, other], [first, other, again]]) {
      tv.sync(rows);
      tv.pass(CALL_SHOW_MS);
    }
    expect(tv.ids()).toEqual([first.id, other.id, again.id]);
    expect(recentCalls(tv.state(), 5).map((one) => one.id)).toEqual([other.id]);
  });

  it('files a call that arrives long after later ones under the last calls, without announcing it', () => {
    const tv = screen();
    const old = call(1);
    const later = call(900, { calledAt: new Date(START_MS + 1_000 + LATE_CALL_MS + 1).toISOString() });
    tv.sync([]);
    tv.sync([later]);
    tv.pass(CALL_SHOW_MS);
    tv.sync([old, later]);
    tv.pass(CALL_SHOW_MS);
    expect(tv.ids()).toEqual([later.id]);
    expect(currentCall(tv.state())?.id).toBe(later.id);
    expect(recentCalls(tv.state(), 5).map((one) => one.id)).toEqual([old.id]);
  });

  it('starts a new day with an empty list, and forgets the last call when the room has been quiet for long', () => {
    const tv = screen();
    tv.sync(callsUpTo(3), false);
    tv.sync(callsUpTo(3));
    const morning = call(1, {
      id: 'next' as CallId,
      ticketId: 'next' as TicketId,
      businessDay: '2026-11-24',
    });
    tv.sync([...callsUpTo(3), { ...morning, calledAt: '2026-11-24T12:00:00.000Z' }]);
    expect(tv.ids()).toEqual(['next']);
    expect(recentCalls(tv.state(), 5)).toEqual([]);
    tv.pass(QUIET_CLEAR_MS);
    expect(currentCall(tv.state())).toBeUndefined();
  });
});

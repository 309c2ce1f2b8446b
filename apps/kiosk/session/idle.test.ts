/** A session ends by itself, never without asking where a choice would be lost, and never later than it must. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CHOOSING,
  DONE,
  EXTENSIONS_MAX,
  type IdleEvent,
  type IdleState,
  idleAfter,
  idleAtStart,
  idleLeftMs,
} from './idle.ts';

const passed = (at: number, limits = CHOOSING): IdleEvent => ({ kind: 'passed', at, limits });
const touched = (at: number): IdleEvent => ({ kind: 'touched', at });
const run = (...events: IdleEvent[]): IdleState => events.reduce(idleAfter, idleAtStart(0));

describe('while choosing', () => {
  it('asks after 45 s without a touch, counted from the last one', () => {
    expect(run(passed(44_999)).phase).toBe('active');
    expect(run(passed(45_000)).phase).toBe('asking');
    expect(run(touched(30_000), passed(74_999)).phase).toBe('active');
    expect(run(touched(30_000), passed(75_000)).phase).toBe('asking');
  });

  it('ends 20 s after it asked', () => {
    expect(run(passed(45_000), passed(64_999)).phase).toBe('asking');
    expect(run(passed(45_000), passed(65_000)).phase).toBe('over');
  });

  it('goes on when somebody answers, ten times, and then no more', () => {
    let state = idleAtStart(0);
    let now = 0;
    for (let times = 0; times < EXTENSIONS_MAX; times += 1) {
      now += CHOOSING.quietMs;
      state = idleAfter(state, passed(now));
      expect(state.phase).toBe('asking');
      state = idleAfter(state, touched(now));
      expect(state).toEqual({ phase: 'active', since: now, extensions: times + 1 });
    }
    now += CHOOSING.quietMs;
    state = idleAfter(state, passed(now));
    state = idleAfter(state, touched(now));
    expect(state.phase).toBe('asking');
    expect(idleAfter(state, passed(now + CHOOSING.warningMs)).phase).toBe('over');
  });
});

it('after the ticket it ends after 20 s without asking', () => {
  expect(run(passed(19_999, DONE)).phase).toBe('active');
  expect(run(passed(20_000, DONE)).phase).toBe('over');
});

it('what is over stays over', () => {
  const over = run(passed(20_000, DONE));
  expect(idleAfter(over, touched(20_001))).toBe(over);
  expect(idleLeftMs(over, DONE, 20_001)).toBe(0);
});

it('without a touch, waiting exactly as long as is left always changes the phase, and less never does', () => {
  const steps = fc.array(fc.record({ by: fc.integer({ min: 1, max: 60_000 }), isTouch: fc.boolean() }), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(steps, (given) => {
      let now = 0;
      let state = idleAtStart(0);
      for (const { by, isTouch } of given) {
        now += by;
        state = idleAfter(state, isTouch ? touched(now) : passed(now));
        const left = idleLeftMs(state, CHOOSING, now);
        if (state.phase === 'over') return;
        if (left > 0) {
          expect(idleAfter(state, passed(now + left - 1)).phase).toBe(state.phase);
          expect(idleAfter(state, passed(now + left)).phase).not.toBe(state.phase);
        }
      }
    }),
  );
});

/** Nothing is called live that is not, and the age is never forgotten. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DoorError } from '../door/door-error.ts';
import { LINK_AT_START, type LinkEvent, type LinkState, linkAfter, worstOf } from './link-state.ts';

const whole = (at: number): LinkEvent => ({ kind: 'up_to_date', at });
const failed = (code: 'unreachable' | 'forbidden'): LinkEvent => ({
  kind: 'failed',
  error: new DoorError(code),
});
const run = (...events: LinkEvent[]): LinkState => events.reduce(linkAfter, LINK_AT_START);

describe('a link', () => {
  it('that fails before its first rows is an error, and after them stale from then on', () => {
    expect(run(failed('unreachable'))).toMatchObject({ status: 'error', asOf: null });
    expect(run(whole(7), failed('unreachable'))).toMatchObject({ status: 'stale', asOf: 7 });
  });

  it('is live again when it is whole again, and the error is gone', () => {
    expect(run(whole(7), failed('unreachable'), whole(9))).toEqual({ status: 'live', asOf: 9, error: null });
  });

  it('that fails twice in the same way is not shown twice', () => {
    const once = run(whole(7), failed('unreachable'));
    expect(linkAfter(once, failed('unreachable'))).toBe(once);
    expect(linkAfter(once, failed('forbidden')).error?.code).toBe('forbidden');
  });

  it('is live exactly when its last event was whole', () => {
    const event = fc.oneof(fc.nat().map(whole), fc.constantFrom(failed('unreachable'), failed('forbidden')));
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const state = run(...events);
        expect(state.status === 'live').toBe(events.at(-1)?.kind === 'up_to_date');
        expect(state.asOf).toBe(events.findLast((each) => each.kind === 'up_to_date')?.at ?? null);
      }),
    );
  });
});

it('several links are as bad as the worst of them and as old as the oldest', () => {
  const live = run(whole(9));
  const stale = run(whole(5), failed('unreachable'));
  expect(worstOf([live, stale])).toMatchObject({ status: 'stale', asOf: 5 });
  expect(worstOf([stale, LINK_AT_START]).status).toBe('stale');
  expect(worstOf([live, LINK_AT_START])).toMatchObject({ status: 'loading', asOf: 9 });
  expect(worstOf([live, run(failed('forbidden'))])).toMatchObject({
    status: 'error',
    error: { code: 'forbidden' },
  });
});

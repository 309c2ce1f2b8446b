/** "Why this one?" says what decided, whatever decided. */
import { type CallWhy, compareQueued, inOrder, whyOf } from '@totem/domain';
import { anyOrder, anyTicket } from '@totem/domain/conformance';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WHY_LINES, whyLines } from './why.ts';

const codeOf = () => 'B002';
const timeOf = () => '10:00';
const why = (over: Partial<CallWhy>): CallWhy => ({
  policy: 'strict',
  policyVersion: 1,
  candidates: 2,
  runnerUp: 'b',
  inputs: { tier: 0, waitedSeconds: 600 },
  runnerUpInputs: { tier: 0, waitedSeconds: 300 },
  ...over,
});
const keysOf = (one: CallWhy) => whyLines(one, codeOf, timeOf).map(({ key }) => key);

describe('why this one', () => {
  it.each<[string, Partial<CallWhy>, string[]]>([
    ['was chosen by hand', { policy: 'by_hand', runnerUp: null }, ['byHand']],
    ['was alone', { runnerUp: null, candidates: 1 }, ['only']],
    ['has priority', { inputs: { tier: 2, waitedSeconds: 10 } }, ['tier']],
    ['came earlier', {}, ['earlier']],
    [
      'came first, whatever the tiers',
      { policy: 'arrival', runnerUpInputs: { tier: 3, waitedSeconds: 1 } },
      ['earlier'],
    ],
    ['weighs more', { policy: 'aging' }, ['weighed']],
    [
      'had its turn',
      { policy: 'ratio', turn: 'normal', runnerUpInputs: { tier: 2, waitedSeconds: 900 } },
      ['turn_normal'],
    ],
    [
      'is booked',
      { inputs: { tier: 2, waitedSeconds: 10, appointmentAt: '2026-11-23T13:00:00.000Z' } },
      ['appointment', 'tier'],
    ],
  ])('of one that %s', (_, over, keys) => {
    expect(keysOf(why(over))).toEqual(keys);
  });

  it('is never empty, nor false: by whatever order two were chosen', () => {
    const order = anyOrder('strict', 'ratio', 'aging', 'arrival');
    fc.assert(
      fc.property(anyTicket, anyTicket, order, (a, b, site) => {
        if (a.id === b.id || a.waitingSince === null || b.waitingSince === null) return;
        const book = { site, services: {} };
        const [next, other] = inOrder([a, b], book);
        if (next === undefined || other === undefined) return;
        const lines = keysOf(whyOf(next, other, 2, book));
        for (const key of lines) expect(WHY_LINES).toContain(key);
        if (lines.includes('tier')) expect(compareQueued(next, other, site)).toBeLessThan(0);
        // A tie down to the id, or a booked time that stands before a longer wait, has the rule alone to name.
        if (a.appointmentAt === null && b.appointmentAt === null && next.waitingSince !== other.waitingSince)
          expect(lines.length).toBeGreaterThan(0);
      }),
    );
  });
});

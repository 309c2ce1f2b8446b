/** What expires, and when: over the site's hours in its zone, and never what may still be called or paid. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantText } from '../env.ts';
import type { SiteRow } from '../rows/tables.ts';
import { testDesk } from '../testing/desk.ts';
import { type Expiring, expiryOf } from './expire.ts';
import { COMMANDS, TICKET_STATES } from './machine.ts';

const MINUTE_MS = 60_000;
const desk = testDesk();
const site: SiteRow = {
  ...desk.site,
  openingHours: {
    '1': [
      ['08:00', '12:00'],
      ['14:00', '18:00'],
    ],
  },
};
/** A Monday in São Paulo. */
const at = (clock: string) => Date.parse(`2026-11-23T${clock}:00.000-03:00`);
const issued = { ...desk.issued(), issuedAt: instantText(at('09:00')), stageSince: instantText(at('09:00')) };
const ask = (
  nowMs: number,
  over: Partial<Expiring['ticket']> = {},
  more: Partial<Expiring> = {},
  place: SiteRow = site,
) =>
  expiryOf(nowMs, place, {
    ticket: { ...issued, ...over },
    receivedAt: undefined,
    isBeingPaid: false,
    ...more,
  });

describe('a ticket', () => {
  it.each([
    ['in the pause at noon', '13:59', undefined],
    ['when the site closes', '18:00', undefined],
    ['just before the rules say', '18:59', undefined],
    ['when the rules say', '19:00', 'closed'],
  ] as const)('that waits, %s (%s): %s', (_, clock, cause) => {
    expect(ask(at(clock))).toBe(cause);
  });

  it.each([
    ['just before', '09:29', undefined],
    ['in time', '09:30', 'unpaid'],
  ] as const)('that is not paid, %s (%s): %s', (_, clock, cause) => {
    expect(ask(at(clock), { state: 'created' })).toBe(cause);
  });

  it('that an admin has put back to be paid has its time once more', () => {
    const back = { state: 'created', stageSince: instantText(at('12:00')) } as const;
    expect(ask(at('12:29'), back)).toBeUndefined();
    expect(ask(at('12:30'), back)).toBe('unpaid');
  });

  it('that a doubtful clock has issued goes by when it was received', () => {
    const old = { businessDay: '2026-11-20', issuedAt: '2026-11-20T12:00:00.000Z' };
    expect(ask(at('10:00'), old)).toBe('closed');
    const receivedAt = instantText(at('09:50'));
    expect(ask(at('10:00'), old, { receivedAt })).toBeUndefined();
    expect(ask(at('19:00'), old, { receivedAt })).toBe('closed');
    expect(ask(at('10:19'), { ...old, state: 'created' }, { receivedAt })).toBeUndefined();
    expect(ask(at('10:20'), { ...old, state: 'created' }, { receivedAt })).toBe('unpaid');
  });

  it("goes by its site's rules, also those of a site that was configured before there were any", () => {
    const { queueRules } = site;
    const late = { ...site, queueRules: { ...queueRules, closingMinutes: 0, unpaidMinutesMax: 5 } };
    expect(ask(at('18:00'), {}, {}, late)).toBe('closed');
    expect(ask(at('09:05'), { state: 'created' }, {}, late)).toBe('unpaid');
    const {
      closingMinutes: _,
      unpaidMinutesMax: __,
      transferPlace: ___,
      ...before
    } = queueRules as Required<typeof queueRules>;
    expect(ask(at('18:59'), {}, {}, { ...site, queueRules: before })).toBeUndefined();
  });

  it('I-TKT-8: does not expire before its place has closed, nor while it is being paid, nor when the machine says no', () => {
    const moment = fc.integer({ min: at('09:00'), max: at('09:00') + 5 * 86_400_000 });
    fc.assert(
      fc.property(moment, fc.constantFrom(...TICKET_STATES), fc.boolean(), (nowMs, state, isBeingPaid) => {
        const cause = ask(nowMs, { state }, { isBeingPaid });
        if (cause === undefined) return;
        expect(COMMANDS.TICKET_EXPIRE[state]).toHaveProperty('to');
        expect(isBeingPaid).toBe(false);
        if (cause === 'closed') expect(nowMs).toBeGreaterThanOrEqual(at('18:00'));
        else expect(nowMs).toBeGreaterThanOrEqual(at('09:00') + 30 * MINUTE_MS);
      }),
    );
  });
});

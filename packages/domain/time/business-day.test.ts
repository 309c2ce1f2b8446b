/** Days and opening hours in the site's zone. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { businessDay, closingOf, isOpen, type OpeningHours, weekHourOf } from './business-day.ts';

const at = (iso: string) => Temporal.Instant.from(iso).epochMilliseconds;
const SAO_PAULO = { timezone: 'America/Sao_Paulo', rolloverHour: 0 };

describe('the hour of the week', () => {
  it.each([
    ['2026-11-24T02:59:59.999Z', 'America/Sao_Paulo', 1, 23],
    ['2026-11-24T03:00:00.000Z', 'America/Sao_Paulo', 2, 0],
    ['2026-11-24T03:29:00.000Z', 'Asia/Kolkata', 2, 8],
    ['2026-11-24T03:30:00.000Z', 'Asia/Kolkata', 2, 9],
    ['2026-11-22T18:29:59.999Z', 'Asia/Kolkata', 7, 23],
  ])('of %s in %s is weekday %i, hour %i', (iso, timezone, weekday, hour) => {
    expect(weekHourOf(at(iso), timezone)).toEqual({ weekday, hour });
  });
});

describe('the business day', () => {
  it.each([
    ['2026-11-24T02:59:59.999Z', 'America/Sao_Paulo', 0, '2026-11-23'],
    ['2026-11-24T03:00:00.000Z', 'America/Sao_Paulo', 0, '2026-11-24'],
    ['2026-11-24T03:30:00.000Z', 'America/Rio_Branco', 0, '2026-11-23'],
    ['2026-11-24T03:30:00.000Z', 'America/Noronha', 0, '2026-11-24'],
    ['2026-11-24T06:59:00.000Z', 'America/Sao_Paulo', 4, '2026-11-23'],
    ['2026-11-24T07:00:00.000Z', 'America/Sao_Paulo', 4, '2026-11-24'],
    // A day without its midnight, and a day with its last hour twice.
    ['2018-11-04T03:00:00.000Z', 'America/Sao_Paulo', 0, '2018-11-04'],
    ['2019-02-17T02:30:00.000Z', 'America/Sao_Paulo', 0, '2019-02-16'],
    ['2019-02-17T03:00:00.000Z', 'America/Sao_Paulo', 0, '2019-02-17'],
  ])('of %s in %s with rollover at %i is %s', (iso, timezone, rolloverHour, day) => {
    expect(businessDay(at(iso), { timezone, rolloverHour })).toBe(day);
  });

  it('I-TIM-1: it never goes back, whatever the clock does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 4_000_000_000_000 })),
        fc.nat(23),
        (instants, rolloverHour) => {
          let last: string | undefined;
          for (const instant of instants) {
            const day = businessDay(instant, { ...SAO_PAULO, rolloverHour }, last);
            expect(last === undefined || day >= last).toBe(true);
            last = day;
          }
        },
      ),
    );
  });
});

describe('opening hours', () => {
  const hours: OpeningHours = {
    '1': [
      ['08:00', '12:00'],
      ['13:00', '24:00'],
    ],
  };
  it.each([
    ['2026-11-23T11:00:00Z', true],
    ['2026-11-23T10:59:59Z', false],
    ['2026-11-23T15:00:00Z', false],
    ['2026-11-24T02:59:00Z', true],
    ['2026-11-24T12:00:00Z', false],
  ])('at %s: %s', (iso, open) => {
    expect(isOpen(hours, at(iso), SAO_PAULO.timezone)).toBe(open);
  });

  it('a place without hours is always open', () => {
    expect(isOpen(null, 0, SAO_PAULO.timezone)).toBe(true);
  });
});

describe('when a place has closed for a day', () => {
  const calendar = { timezone: 'America/Sao_Paulo', rolloverHour: 0 };
  const night = { timezone: 'America/Sao_Paulo', rolloverHour: 4 };
  const local = (text: string) => Date.parse(`${text}:00.000-03:00`);

  it.each([
    ['with the day, always open', null, calendar, '2026-11-24T00:00'],
    ['with the day, without hours on it', { '2': [['08:00', '18:00']] }, calendar, '2026-11-24T00:00'],
    [
      'after its last hours',
      {
        '1': [
          ['14:00', '18:00'],
          ['08:00', '12:00'],
        ],
      },
      calendar,
      '2026-11-23T18:00',
    ],
    ['at midnight', { '1': [['08:00', '24:00']] }, calendar, '2026-11-24T00:00'],
    [
      'in the night that belongs to it',
      { '1': [['18:00', '24:00']], '2': [['00:00', '02:00']] },
      night,
      '2026-11-24T02:00',
    ],
    [
      'before the next day begins',
      { '1': [['18:00', '24:00']], '2': [['00:00', '06:00']] },
      night,
      '2026-11-24T04:00',
    ],
  ] as const)('%s', (_, hours, place, closing) => {
    expect(closingOf(hours as never, '2026-11-23', place)).toBe(local(closing));
  });

  it('on the day of 25 hours, an hour later by the clock of the world', () => {
    const place = { timezone: 'America/New_York', rolloverHour: 0 };
    expect(closingOf({ '7': [['08:00', '18:00']] }, '2026-11-01', place)).toBe(
      Date.parse('2026-11-01T18:00:00-05:00'),
    );
    expect(closingOf(null, '2026-11-01', place) - Date.parse('2026-11-01T00:00:00-04:00')).toBe(
      25 * 3_600_000,
    );
  });
});

/** The agenda is of the site's own day, is found by name or code, and nobody is checked in whom nobody meant. */
import { describe, expect, it } from 'vitest';
import { type Booking, bookedHere, meant, readAgenda, searched } from './agenda.ts';

const booking = (id: string, name: string | null, state: Booking['state'] = 'booked'): Booking =>
  ({ id, code: `K7${id}`, state, person: name === null ? null : { name } }) as unknown as Booking;
const ANA = booking('AAA', 'Ana Conceição');
const RUI = booking('BBB', 'Rui Antunes');
const NOBODY = booking('CCC', null);
const DAY = [ANA, RUI, NOBODY];

describe('the agenda', () => {
  it.each([
    ['', DAY],
    ['conceicao', [ANA]],
    [' AN ', [ANA, RUI]],
    ['k7c', [NOBODY]],
    ['zé', []],
  ])('searched for "%s" finds who is meant', (typed, found) => {
    expect(searched(DAY, typed)).toEqual(found);
  });

  it('means who was picked, or the only one left who can still come', () => {
    expect(meant(DAY, undefined)).toBeUndefined();
    expect(meant(DAY, 'BBB')).toBe(RUI);
    expect(meant([ANA], undefined)).toBe(ANA);
    expect(meant([ANA, booking('DDD', 'Ana', 'checked_in')], undefined)).toBe(ANA);
    // Whom the search no longer shows is not meant any more.
    expect(meant([ANA, NOBODY], 'BBB')).toBeUndefined();
    expect(meant([booking('DDD', 'Ana', 'canceled')], 'DDD')).toBeUndefined();
  });

  it('is known without names at the site, for its own day, by time', () => {
    const row = (id: string, slot: string) => ({ ...booking(id, null), slot }) as never;
    const rows = [
      row('C', '2026-11-24T02:00:00.000Z'),
      row('A', '2026-11-23T12:00:00.000Z'),
      row('B', '2026-11-24T03:00:00.000Z'),
    ];
    const nowMs = Date.parse('2026-11-24T02:30:00.000Z');
    const known = bookedHere(rows, { timezone: 'America/Sao_Paulo', nowMs });
    expect(known.map(({ id, person }) => [id, person])).toEqual([
      ['A', null],
      ['C', null],
    ]);
  });

  it('is read for the day of the site, page by page', async () => {
    const asked: URLSearchParams[] = [];
    const pages = [
      { items: [ANA], next: 'more' },
      { items: [RUI], next: null },
    ];
    const door = {
      question: (path: string) => {
        asked.push(new URLSearchParams(path.split('?')[1]));
        return Promise.resolve(pages.shift());
      },
    };
    // Still the day before in São Paulo.
    const nowMs = Date.parse('2026-11-24T02:30:00.000Z');
    expect(await readAgenda(door, { siteId: 's', timezone: 'America/Sao_Paulo', nowMs })).toEqual([ANA, RUI]);
    expect(asked.map((query) => [query.get('from'), query.get('to'), query.get('cursor')])).toEqual([
      ['2026-11-23T03:00:00.000Z', '2026-11-24T03:00:00.000Z', null],
      ['2026-11-23T03:00:00.000Z', '2026-11-24T03:00:00.000Z', 'more'],
    ]);
  });
});

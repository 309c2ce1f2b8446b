/** People ahead, by SQL and by the pure order. */
import { newId, peopleAhead, rowFromSql, type TicketRow, ticketTable } from '@totem/domain';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { upsertRow } from '../store/rows.ts';
import { issueOne, openTotem, stockUp, type TestPlace, testPlace } from '../testing/totem.ts';
import { countAhead } from './ahead.ts';

const places: TestPlace[] = [];
afterEach(() => {
  for (const place of places.splice(0)) place.remove();
});

const change = fc.record({
  priority: fc.nat(3),
  second: fc.nat(5),
  isTimeless: fc.integer({ min: 0, max: 5 }).map((one) => one === 0),
  state: fc.constantFrom('waiting', 'waiting', 'waiting', 'called', 'canceled'),
  held: fc.boolean(),
  elsewhere: fc.boolean(),
});

describe('people ahead', () => {
  it('are counted in SQL as the pure order counts them', () => {
    const place = testPlace();
    places.push(place);
    const parts = openTotem(place);
    stockUp(parts, place.catalogue);
    const { id } = issueOne(parts, place);
    const raw = parts.store.read((db) => db.one('SELECT * FROM ticket WHERE id = ?', id));
    if (raw === undefined) throw new Error('no ticket');
    const { env } = place.world;
    const otherService = newId<'service'>(env);
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 25 }), (changes) => {
        const tickets = changes.map(
          ({ priority, second, isTimeless, state, held, elsewhere }): TicketRow => ({
            ...rowFromSql(ticketTable, raw),
            id: newId<'ticket'>(env),
            code: newId(env),
            priority,
            state: state as TicketRow['state'],
            waitingSince: isTimeless ? null : `2026-11-23T15:00:0${second}.000Z`,
            heldReason: held && second === 0 ? 'documents' : null,
            ...(elsewhere && second === 1 ? { serviceId: otherService } : {}),
          }),
        );
        parts.store.write((db) => {
          db.run('DELETE FROM ticket');
          for (const ticket of tickets) upsertRow(db, ticketTable, ticket);
        });
        for (const ticket of tickets) {
          expect(parts.store.read((db) => countAhead(db, ticket, 0))).toBe(peopleAhead(tickets, ticket));
        }
      }),
      { numRuns: 60 },
    );
    parts.store.close();
  });
});

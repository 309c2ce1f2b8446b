/** Folding entries into rows, for any order of receipt. */
import { histories, received } from '@totem/testkit/histories';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnName, rowFromSql } from '../rows/table.ts';
import type { TicketRow } from '../rows/tables.ts';
import { ticketTable } from '../rows/tables.ts';
import type { LedgerEntry } from './entry.ts';
import { apply, fold } from './fold.ts';
import { contains } from './outcome.ts';

const RUNS = 1_000;

/** What a replica shows: the server's row, then its own entries that the row does not contain. */
function shown(server: TicketRow | undefined, own: readonly LedgerEntry[]): TicketRow | undefined {
  return fold(
    'ticket',
    server,
    [],
    own.filter((entry) => !contains(server, entry)),
  ).row;
}

describe('folding', () => {
  it('I-LED-1: whatever arrives, in whatever order, has an outcome and loses nothing', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const arrivals = received(history);
        const result = fold('ticket', undefined, [], arrivals);
        expect([...result.outcomes.keys()].sort()).toEqual(arrivals.map((entry) => entry.id).sort());
        for (const entry of arrivals) {
          const parked = result.parked.some((other) => other.id === entry.id);
          expect(parked || contains(result.row, entry)).toBe(true);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('I-LED-2: receiving anything again changes nothing', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const arrivals = received(history);
        const once = fold('ticket', undefined, [], arrivals);
        const again = fold('ticket', once.row, once.parked, arrivals);
        expect(again.row).toEqual(once.row);
        expect(again.parked.map((entry) => entry.id)).toEqual(once.parked.map((entry) => entry.id));
      }),
      { numRuns: RUNS },
    );
  });

  it('I-LED-3: the server row plus the own pending entries is what the cloud ends with when nothing else arrives', () => {
    let compared = 0;
    fc.assert(
      fc.property(histories, fc.nat(40), fc.nat(1), (history, cutAt, replica) => {
        const arrivals = received(history);
        const cut = Math.min(cutAt, arrivals.length);
        const atCut = fold('ticket', undefined, [], arrivals.slice(0, cut));
        const own = history.writers[replica === 0 ? 0 : 1];
        const pending = own.filter((entry) => !arrivals.slice(0, cut).includes(entry));
        const end = fold('ticket', atCut.row, atCut.parked, pending);
        // Entries parked at the cloud by another writer are in no row yet, so no replica can know of them.
        const hidden = atCut.parked.some((entry) => !own.includes(entry));
        if (hidden) return;
        compared += 1;
        expect(shown(atCut.row, own)).toEqual(end.row);
      }),
      { numRuns: RUNS },
    );
    expect(compared).toBeGreaterThan(RUNS / 2);
  });

  it('I-LED-4: the result depends on the order of receipt alone, not on how it was cut into batches', () => {
    fc.assert(
      fc.property(histories, fc.array(fc.nat(6), { maxLength: 20 }), (history, sizes) => {
        const arrivals = received(history);
        const whole = fold('ticket', undefined, [], arrivals);
        let rest = arrivals;
        let state: { row: TicketRow | undefined; parked: LedgerEntry[] } = { row: undefined, parked: [] };
        for (const size of [...sizes, arrivals.length]) {
          state = fold('ticket', state.row, state.parked, rest.slice(0, size));
          rest = rest.slice(size);
        }
        expect(state.row).toEqual(whole.row);
      }),
      { numRuns: RUNS },
    );
  });

  it('a row survives the way through columns and back', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { row } = fold('ticket', undefined, [], received(history));
        if (row === undefined) return;
        const raw = Object.fromEntries(
          Object.entries(row).map(([field, value]) => [columnName(field), value]),
        );
        expect(rowFromSql(ticketTable, raw)).toEqual(row);
      }),
      { numRuns: 200 },
    );
  });

  it('an entry of another entity is judged, not thrown', () => {
    fc.assert(
      fc.property(histories, (history) => {
        for (const entry of received(history)) {
          expect(apply('call', undefined, entry).outcome.kind).toBe('parked');
          expect(apply('operator_session', undefined, entry).outcome.kind).toBe('parked');
        }
      }),
      { numRuns: 50 },
    );
  });
});

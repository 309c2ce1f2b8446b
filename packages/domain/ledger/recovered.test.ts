/** What a damaged disk gave back: applied once whichever copy comes first, and only when it is whole. */
import { buildOrigin } from '@totem/testkit/builders';
import { histories, received } from '@totem/testkit/histories';
import { virtualWorld } from '@totem/testkit/virtual';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TicketRow } from '../rows/tables.ts';
import { entryMakesSense } from './data.ts';
import { type LedgerEntry, ledgerEntrySchema } from './entry.ts';
import { fold } from './fold.ts';
import { factOf, recoveryOf } from './recovered.ts';

/** The entries as the next chains of their writers carry them. */
function carried(entries: readonly LedgerEntry[]): LedgerEntry[] {
  const { env } = virtualWorld({ seed: 99 });
  const next = new Map<string, ReturnType<typeof buildOrigin>>();
  return entries.flatMap((entry) => {
    const origin = next.get(entry.origin) ?? buildOrigin(env, entry.tenantId);
    next.set(entry.origin, origin);
    return origin.write([recoveryOf(entry, null)]).map((one) => one.entry);
  });
}

/** What one writer says of a row before it creates it is passed over when the creation has come, recovered or not. */
const inOrder = histories.filter(({ writers }) =>
  writers.every((own) => own.findLastIndex(({ action }) => action === 'TICKET_CREATE') <= 0),
);
const said = (row: TicketRow | undefined) => row && { ...row, folded: null };
const end = (entries: readonly LedgerEntry[]) => fold('ticket', undefined, [], entries);

describe('a recovered fact', () => {
  it('I-LED-8: changes nothing where its entry has arrived, and the entry nothing where it has', () => {
    fc.assert(
      fc.property(inOrder, (history) => {
        const originals = received(history);
        const copies = carried(originals);
        const once = end(originals).row;
        expect(said(end(copies).row)).toEqual(said(once));
        expect(said(end([...originals, ...copies]).row)).toEqual(said(once));
        expect(said(end([...copies, ...originals]).row)).toEqual(said(once));
        // Copied once more by the disk after that.
        expect(said(end([...copies, ...carried(copies)]).row)).toEqual(said(once));
      }),
      { numRuns: 300 },
    );
  });

  it('I-LED-8: what was lost of a chain is still applied when it arrives after what was recovered', () => {
    fc.assert(
      fc.property(inOrder, fc.infiniteStream(fc.boolean()), (history, choices) => {
        const own = history.writers[0];
        const isLost = own.map(({ action }) => choices.next().value && action !== 'TICKET_CREATE');
        const copies = carried(own.filter((_, index) => isLost[index] !== true));
        const { row, outcomes } = end([...copies, ...own]);
        if (row === undefined) return;
        for (const [index, entry] of own.entries())
          expect(outcomes.get(entry.id)?.kind === 'repeated').toBe(isLost[index] !== true);
      }),
      { numRuns: 200 },
    );
  });

  it('I-LED-8: passes the door whole, and not when anything of it was changed', () => {
    fc.assert(
      fc.property(histories, (history) => {
        for (const entry of carried(received(history))) {
          expect(ledgerEntrySchema.safeParse(entry).success).toBe(true);
          expect(entryMakesSense(entry)).toBe(entryMakesSense(factOf(entry)));
          const original = factOf(entry);
          const altered = (over: object) => ({ ...entry, data: { entry: { ...original, ...over } } });
          expect(entryMakesSense(altered({ occurredAt: '2026-01-01T00:00:00.000Z' }))).toBe(false);
          expect(entryMakesSense(altered({ entityId: entry.id }))).toBe(false);
          expect(entryMakesSense({ ...entry, data: { entry: {} } })).toBe(false);
          expect(entryMakesSense({ ...entry, data: { ...entry.data, more: 1 } })).toBe(false);
          expect(fold('ticket', undefined, [], [{ ...entry, data: {} }]).parked.length).toBe(1);
        }
      }),
      { numRuns: 50 },
    );
  });
});

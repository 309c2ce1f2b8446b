/** The steps of a history, put one after another, are the row: nothing that happened to it is left out or made up. */
import { fold, type TicketRow } from '@totem/domain';
import { draft } from '@totem/testkit/builders';
import { histories, received } from '@totem/testkit/histories';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ticketSteps } from './ticket-history.ts';

const FIELDS = [
  'siteId',
  'serviceId',
  'code',
  'state',
  'reason',
  'heldReason',
  'operatorId',
  'counterId',
  'waitingSince',
  'stageSince',
  'calledAt',
  'calls',
  'startedAt',
  'endedAt',
  'conflict',
] as const satisfies readonly (keyof TicketRow)[];

test('steps add up to the row that folding makes, in whatever order entries come', () => {
  fc.assert(
    fc.property(histories.map(received), (entries) => {
      const steps = ticketSteps(entries);
      expect([...steps.keys()]).toEqual(entries.map(({ id }) => id));
      const made = entries.findIndex(({ action }) => action === 'TICKET_CREATE');
      // What came before the creation was applied right after it.
      const inOrder = made < 0 ? entries : [...entries.slice(made, made + 1), ...entries.toSpliced(made, 1)];
      const row: Record<string, unknown> = {};
      for (const { id } of inOrder) {
        const { before, after } = steps.get(id) ?? { before: null, after: null };
        for (const [field, value] of Object.entries(before ?? {})) expect(row[field] ?? null).toEqual(value);
        Object.assign(row, after);
      }
      const folded = fold('ticket', undefined, [], entries).row;
      for (const field of FIELDS)
        expect([field, row[field] ?? null]).toEqual([field, folded?.[field] ?? null]);
    }),
    { numRuns: 500 },
  );
});

test('what is only written about a ticket changes nothing of it', () => {
  fc.assert(
    fc.property(histories.map(received), fc.nat(), (entries, place) => {
      const [first] = entries;
      if (first === undefined) return;
      const about = draft('PERSON_ERASED', 'ticket', first.entityId, {});
      const written = { ...first, ...about, id: first.tx as string as typeof first.id };
      const steps = ticketSteps(entries.toSpliced(place % entries.length, 0, written));
      expect(steps.get(written.id)).toMatchObject({ outcome: 'recorded', before: null, after: null });
      const others = [...steps].filter(([id]) => id !== written.id);
      expect(others).toEqual([...ticketSteps(entries)]);
    }),
  );
});

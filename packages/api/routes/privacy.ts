/** Personal data: all that is held of one person, handed out or erased, and the account of somebody who has left. */
import { ERASURE_REASONS, PERSON_MARKS } from '@totem/domain';
import { z } from 'zod';
import { route } from '../route.ts';
import { count, id, idParams, instant, line } from '../schemas/fields.ts';

const MARK_LENGTH_MAX = 254;

/** In a body and not in an address: addresses are in logs. */
const sought = {
  by: z.enum(PERSON_MARKS).describe('What the person is known by.'),
  value: line(MARK_LENGTH_MAX),
};
const row = z.record(z.string(), z.unknown());
const rows = z.array(row);

export const heldSchema = z
  .object({
    readAt: instant,
    isWhole: z.boolean().describe('False when there is more than one answer takes: erase, or ask for less.'),
    tickets: z.array(
      z.object({
        ticket: row,
        said: rows.describe('What the person said of themselves, as it came.'),
        contact: row.nullable().describe('Where they want to hear of their turn.'),
        entries: rows.describe('What the ledger has about the ticket.'),
        calls: rows,
        payments: rows,
        exchanges: rows.describe('With terminals and providers, for those payments.'),
        receipts: rows,
        deliveries: rows.describe('What other systems and people were told of it.'),
      }),
    ),
    appointments: z.array(z.object({ appointment: row, person: row.nullable() })),
    keptAside: z
      .array(z.object({ id: id<'quarantine'>(), reason: z.string(), receivedAt: instant, text: z.string() }))
      .describe('What devices sent, nobody could read, and has the person in it.'),
  })
  .meta({ id: 'HeldOfPerson' });

const shared = { tag: 'Privacy' } as const;

export const privacyRoutes = {
  exportPerson: route({
    ...shared,
    method: 'POST',
    path: '/v1/privacy/export',
    summary: 'All that is held of one person',
    description: 'The export is itself an entry of the ledger, without what the person is known by.',
    access: 'person.export',
    once: false,
    body: z.strictObject(sought),
    answer: { status: 200, schema: heldSchema },
  }),
  erasePerson: route({
    ...shared,
    method: 'POST',
    path: '/v1/privacy/erase',
    summary: 'Erase one person wherever they are held, and keep what they did',
    description: 'Reaches totems with their next sign of life, and dumps when they are restored.',
    access: 'person.erase',
    once: false,
    body: z.strictObject({ ...sought, reason: z.enum(ERASURE_REASONS) }),
    answer: {
      status: 200,
      schema: z.object({
        isWhole: z.boolean().describe('False when there is more: ask again.'),
        tickets: count,
        appointments: count,
        keptAside: count,
      }),
    },
  }),
  eraseUser: route({
    ...shared,
    method: 'POST',
    path: '/v1/users/{id}/erase',
    summary: 'Erase who an account belonged to, and keep what it did under a pseudonym',
    description: 'Of an account that was taken out of use.',
    access: 'person.erase',
    params: idParams<'user'>(),
    answer: { status: 200, schema: z.object({ pseudonym: z.string() }) },
    errors: ['account_in_use'],
  }),
} as const;

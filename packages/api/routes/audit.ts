/** The audit: what the ledger holds, searched, exported, and by the origins that wrote it. */
import { LEDGER_ACTIONS, LEDGER_ENTITIES } from '@totem/domain';
import { z } from 'zod';
import { route } from '../route.ts';
import { id, idParams, instant, pageOf, pageQuery, someOf, span } from '../schemas/fields.ts';

/** PostgreSQL's int8, as far as JSON counts exactly. */
const position = z.int().min(0);
const fields = z.record(z.string(), z.unknown());

export const entrySchema = z
  .object({
    id: id<'entry'>(),
    position: position.describe('Its place in the order of receipt.'),
    siteId: id<'site'>().nullable(),
    origin: id<'origin'>(),
    seq: position,
    tx: id<'tx'>(),
    commandId: id<'command'>().nullable(),
    userId: id<'user'>().nullable(),
    userName: z.string().nullable(),
    action: z.string(),
    entity: z.string(),
    entityId: id<'entity'>(),
    data: fields,
    commitment: z.string().nullable(),
    occurredAt: instant,
    clockSuspect: z.boolean(),
    prevHash: z.string(),
    hash: z.string(),
    receivedAt: instant,
  })
  .meta({ id: 'Entry' });

export const originSchema = z
  .object({
    id: id<'origin'>(),
    equipmentId: id<'equipment'>().nullable().describe("Null for the cloud's own."),
    equipmentName: z.string().nullable(),
    siteId: id<'site'>().nullable(),
    reason: z.string(),
    openedAt: instant,
    head: z.object({ seq: position, hash: z.string() }).nullable().describe('How far it is acknowledged.'),
    lastEntry: z
      .object({ position, action: z.string(), occurredAt: instant, receivedAt: instant })
      .nullable()
      .describe('The last of its entries that is kept.'),
  })
  .meta({ id: 'Origin' });

export const EXPORT_FORMATS = ['ndjson', 'csv'] as const;

const shared = { tag: 'Record' } as const;

export const auditRoutes = {
  listEntries: route({
    ...shared,
    method: 'GET',
    path: '/v1/audit',
    summary: 'Entries of the ledger, newest first',
    access: 'audit.read',
    query: pageQuery
      .extend({
        action: someOf(LEDGER_ACTIONS).optional(),
        entity: z.enum(LEDGER_ENTITIES).optional(),
        entityId: id<'entity'>().optional().describe('Needs `entity`.'),
        userId: id<'user'>().optional(),
        siteId: id<'site'>().optional(),
        origin: id<'origin'>().optional(),
        ...span,
      })
      .refine(({ entity, entityId }) => entityId === undefined || entity !== undefined, {
        path: ['entity'],
        message: 'must be said with entityId',
      }),
    answer: { status: 200, schema: pageOf(entrySchema) },
  }),
  exportEntries: route({
    ...shared,
    method: 'GET',
    path: '/v1/audit/export',
    summary: 'Entries of a span as a file, in the order of receipt',
    description:
      'Each line of `ndjson` is the canonical text (RFC 8785) of one entry: without its `hash`, it is what the hash is of. ' +
      '`csv` is for spreadsheets. The header `totem-entries` says how many there are. The export is itself an entry.',
    access: 'audit.export',
    query: z.object({
      from: instant.describe('Received from then on,'),
      to: instant.describe('and before then.'),
      format: z.enum(EXPORT_FORMATS).default('ndjson'),
    }),
    answer: { status: 200, schema: z.string(), contentType: 'application/x-ndjson' },
  }),
  listOrigins: route({
    ...shared,
    method: 'GET',
    path: '/v1/audit/origins',
    summary: 'The writers of the ledger, oldest first',
    access: 'audit.read',
    query: pageQuery,
    answer: { status: 200, schema: pageOf(originSchema) },
  }),
  getEntry: route({
    ...shared,
    method: 'GET',
    path: '/v1/audit/{id}',
    summary: 'One entry',
    access: 'audit.read',
    params: idParams<'entry'>(),
    answer: { status: 200, schema: entrySchema },
  }),
} as const;

/** What people have to look at: facts that did not fit, and what devices sent that nobody could read. */
import { z } from 'zod';
import { route } from '../route.ts';
import { count, id, idParams, instant, line, pageOf, pageQuery } from '../schemas/fields.ts';
import { entrySchema } from './audit.ts';

/** Longest account of how a conflict was settled. */
const RESOLUTION_LENGTH_MAX = 500;

const fields = z.record(z.string(), z.unknown());
/** Names of kinds and reasons: the sets are open, because a newer writer may add one. */
const kind = z
  .string()
  .regex(/^[a-z_]{1,60}$/)
  .optional();

export const conflictSchema = z
  .object({
    id: id<'conflict'>(),
    kind: z.string(),
    siteId: id<'site'>().nullable(),
    entity: z.string(),
    entityId: id<'entity'>(),
    entryId: id<'entry'>(),
    detail: fields,
    foundAt: instant,
    resolvedAt: instant.nullable(),
    resolvedBy: id<'user'>().nullable(),
    resolution: z.string().nullable(),
  })
  .meta({ id: 'Conflict' });

const asideSchema = z
  .object({
    id: id<'quarantine'>(),
    reason: z.string(),
    equipmentId: id<'equipment'>().nullable(),
    origin: id<'origin'>().nullable(),
    seq: z.int().nullable(),
    hash: z.string().nullable(),
    digest: z.string().describe('SHA-256 of the bytes.'),
    times: count.describe('How often the same came.'),
    sizeBytes: count,
    receivedAt: instant,
  })
  .meta({ id: 'Quarantined' });

const shared = { tag: 'Record' } as const;

export const conflictRoutes = {
  listConflicts: route({
    ...shared,
    method: 'GET',
    path: '/v1/conflicts',
    summary: 'Facts that did not fit, newest first',
    access: 'conflict.read',
    query: pageQuery.extend({
      siteId: id<'site'>().optional(),
      kind,
      resolved: z.stringbool().optional(),
    }),
    answer: { status: 200, schema: pageOf(conflictSchema) },
  }),
  getConflict: route({
    ...shared,
    method: 'GET',
    path: '/v1/conflicts/{id}',
    summary: 'One conflict, with its entry',
    access: 'conflict.read',
    params: idParams<'conflict'>(),
    answer: {
      status: 200,
      schema: conflictSchema
        .extend({ entry: entrySchema.nullable().describe('Null when it is kept no more.') })
        .meta({ id: 'ConflictInFull' }),
    },
  }),
  resolveConflict: route({
    ...shared,
    method: 'POST',
    path: '/v1/conflicts/{id}/resolve',
    summary: 'Say how a conflict was settled',
    access: 'conflict.resolve',
    params: idParams<'conflict'>(),
    body: z.strictObject({ resolution: line(RESOLUTION_LENGTH_MAX) }),
    answer: { status: 200, schema: conflictSchema },
    errors: ['conflict_settled'],
  }),
  listQuarantine: route({
    ...shared,
    method: 'GET',
    path: '/v1/quarantine',
    summary: 'What devices sent and was kept aside, newest first',
    access: 'quarantine.read',
    query: pageQuery.extend({ equipmentId: id<'equipment'>().optional(), reason: kind }),
    answer: { status: 200, schema: pageOf(asideSchema) },
  }),
  getQuarantined: route({
    ...shared,
    method: 'GET',
    path: '/v1/quarantine/{id}',
    summary: 'One thing kept aside, with its bytes',
    access: 'quarantine.read',
    params: idParams<'quarantine'>(),
    answer: {
      status: 200,
      schema: asideSchema.extend({ bytes: z.base64() }).meta({ id: 'QuarantinedInFull' }),
    },
  }),
} as const;

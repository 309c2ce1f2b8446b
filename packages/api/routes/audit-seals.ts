/** Seals of the ledger: each finished month as a signed statement to be taken elsewhere, and the keys to check it with. */
import { z } from 'zod';
import { route } from '../route.ts';
import { id, instant, pageOf, pageQuery } from '../schemas/fields.ts';

const month = z
  .string()
  .regex(/^[0-9]{4}-(?:0[1-9]|1[0-2])$/)
  // PostgreSQL has no year 0.
  .refine((text) => !text.startsWith('0000'), 'is before the year 1')
  .meta({ example: '2026-11' })
  .describe('In UTC, by time of receipt.');
const position = z.int().min(1);
const digest = z
  .string()
  .meta({ example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' });

const fields = {
  month,
  firstPosition: position,
  lastPosition: position,
  entries: position,
  digest,
  sealedAt: instant,
  keyId: z.string(),
};

export const sealSchema = z.object(fields).meta({ id: 'Seal' });

export const sealStatementSchema = z
  .object({
    format: z.literal('totem-audit-seal-v1'),
    tenantId: id<'tenant'>(),
    ...fields,
    previousDigest: digest.describe('That of the month before; zeros before the first.'),
    heads: z
      .record(z.string(), z.object({ seq: position, hash: z.string() }))
      .describe('Where each origin that wrote in this month stood at its end.'),
    signature: z.string().describe('Ed25519 over the canonical text (RFC 8785) of all else, base64url.'),
  })
  .meta({ id: 'SealStatement' });

export const sealKeysSchema = z
  .object({
    keys: z.array(
      z.object({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        x: z.string(),
        kid: z.string().describe('The thumbprint of the key (RFC 7638).'),
        use: z.literal('sig'),
        alg: z.literal('EdDSA'),
      }),
    ),
  })
  .meta({ id: 'SealKeys' });

const shared = { tag: 'Record' } as const;

export const auditSealRoutes = {
  listSeals: route({
    ...shared,
    method: 'GET',
    path: '/v1/audit/seals',
    summary: 'Sealed months of the ledger, newest first',
    access: 'audit.read',
    query: pageQuery,
    answer: { status: 200, schema: pageOf(sealSchema) },
  }),
  getSeal: route({
    ...shared,
    method: 'GET',
    path: '/v1/audit/seals/{month}',
    summary: 'The seal of one month, to be kept elsewhere',
    description:
      'The digest is SHA-256 over lines that each end in a line feed: `totem-audit-digest-v1`, the tenant, the month, the ' +
      'digest of the month before, and for each entry in the order of receipt its position, its hash and its time of receipt ' +
      'with a space between. `npm run audit:verify -- --seal FILE` holds a database to it.',
    access: 'audit.read',
    params: z.object({ month }),
    answer: { status: 200, schema: sealStatementSchema },
  }),
  listSealKeys: route({
    ...shared,
    method: 'GET',
    path: '/v1/audit/keys',
    summary: 'Public keys that seals are signed with, as a JSON Web Key Set (RFC 7517)',
    access: 'anyone',
    answer: { status: 200, schema: sealKeysSchema },
  }),
} as const;

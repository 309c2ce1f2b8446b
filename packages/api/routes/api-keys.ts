/** Keys of integrators: what a program may do without a person. */
import { KEY_SCOPES } from '@totem/domain';
import { z } from 'zod';
import { route } from '../route.ts';
import { id, idList, idParams, instant, line, pageOf, pageQuery, version } from '../schemas/fields.ts';

export const apiKeySchema = z
  .object({
    id: id<'api_key'>(),
    name: z.string(),
    scopes: z.array(z.enum(KEY_SCOPES)),
    siteIds: z.array(id<'site'>()).nullable(),
    createdBy: id<'user'>(),
    lastUsedAt: instant.nullable(),
    expiresAt: instant.nullable(),
    revokedAt: instant.nullable(),
    createdAt: instant,
    version,
  })
  .meta({ id: 'ApiKey' });

const shared = { tag: 'People' } as const;

export const apiKeyRoutes = {
  listApiKeys: route({
    ...shared,
    method: 'GET',
    path: '/v1/api-keys',
    summary: 'Keys, oldest first',
    access: 'key.read',
    query: pageQuery.extend({ revoked: z.stringbool().default(false) }),
    answer: { status: 200, schema: pageOf(apiKeySchema) },
  }),
  createApiKey: route({
    ...shared,
    method: 'POST',
    path: '/v1/api-keys',
    summary: 'Make a key, and show it this once',
    access: 'key.write',
    body: z.strictObject({
      name: line(60),
      scopes: z
        .array(z.enum(KEY_SCOPES))
        .min(1)
        .max(KEY_SCOPES.length)
        .refine((scopes) => new Set(scopes).size === scopes.length, 'names a scope twice'),
      siteIds: idList<'site'>().min(1).nullable().default(null).describe('Null means every site.'),
      expiresAt: instant.nullable().default(null),
    }),
    answer: {
      status: 201,
      schema: z
        .object({ key: z.string().describe('Shown once.'), ...apiKeySchema.shape })
        .meta({ id: 'NewApiKey' }),
    },
    versioned: true,
    errors: ['reference_not_found', 'limit_reached'],
  }),
  getApiKey: route({
    ...shared,
    method: 'GET',
    path: '/v1/api-keys/{id}',
    summary: 'One key, without its secret',
    access: 'key.read',
    params: idParams<'api_key'>(),
    answer: { status: 200, schema: apiKeySchema },
    versioned: true,
  }),
  revokeApiKey: route({
    ...shared,
    method: 'DELETE',
    path: '/v1/api-keys/{id}',
    summary: 'Revoke a key; acts within a minute',
    access: 'key.write',
    params: idParams<'api_key'>(),
    answer: { status: 204 },
    versioned: true,
  }),
} as const;

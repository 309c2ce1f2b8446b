/** Keys of integrators, as resources; what a key is and how it is made lies with access. */
import type { Routes } from '@totem/api';
import { type Principal, type PrincipalOf, ProblemError } from '@totem/domain';
import { eq, isNull } from 'drizzle-orm';
import { apiKeyById, newApiKey, recordOf, revokeApiKey } from '../../access/api-key.ts';
import { apiKey } from '../../db/schema/people.ts';
import { site } from '../../db/schema/tenancy.ts';
import { requireInUse } from '../configured.ts';
import { type Handler, read, write } from '../mount.ts';
import { every, pageClauses, pageOfRows } from '../page.ts';

export const apiKeyHandlers = {
  listApiKeys: read(async (tx, { query }) => {
    const clauses = pageClauses({ at: apiKey.createdAt, id: apiKey.id, direction: 'oldest first' }, query);
    const rows = await tx.orm
      .select()
      .from(apiKey)
      .where(
        every(
          eq(apiKey.tenantId, tx.tenantId),
          query.revoked ? undefined : isNull(apiKey.revokedAt),
          clauses.after,
        ),
      )
      .orderBy(...clauses.orderBy)
      .limit(clauses.limit);
    return {
      body: pageOfRows(rows, query, (row) => ({ at: row.createdAt, id: row.id }), recordOf),
    };
  }),
  createApiKey: write(async (tx, { env, principal, body }) => {
    await requireInUse(tx, site, 'siteIds', body.siteIds ?? []);
    const { record, key } = await newApiKey(tx, env, requirePerson(principal), body);
    return { body: { ...record, key }, version: record.version };
  }),
  getApiKey: read(async (tx, { params }) => {
    const record = await apiKeyById(tx, params.id);
    if (record === undefined) throw new ProblemError('not_found');
    return { body: record, version: record.version };
  }),
  revokeApiKey: write(async (tx, { env, principal, params, version }) => {
    const known = await apiKeyById(tx, params.id);
    if (known === undefined) throw new ProblemError('not_found');
    if (known.version !== version)
      throw new ProblemError('version_conflict', { extra: { version: known.version } });
    await revokeApiKey(tx, env, requirePerson(principal), params.id);
    return { body: undefined };
  }),
} satisfies { [N in keyof Routes]?: Handler<Routes[N]> };

/** Keys are made by people, who answer for them. */
function requirePerson(principal: Principal): PrincipalOf<'user'> {
  if (principal.kind !== 'user') throw new ProblemError('forbidden');
  return principal;
}

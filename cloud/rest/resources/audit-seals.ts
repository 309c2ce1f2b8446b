/** Seals of the ledger, as resources. */
import type { Routes } from '@totem/api';
import { ProblemError } from '@totem/domain';
import { eq } from 'drizzle-orm';
import { monthOf } from '../../audit/months.ts';
import { sealOfMonth } from '../../audit/read.ts';
import type { SealVerifier } from '../../audit/seal-keys.ts';
import { auditSeal } from '../../db/schema/record.ts';
import { type Handler, own, read } from '../mount.ts';
import { every, pageClauses, pageOfRows } from '../page.ts';

type SealHandlers = {
  readonly [N in 'listSeals' | 'getSeal' | 'listSealKeys']: Handler<Routes[N]>;
};

export function auditSealHandlers(keys: SealVerifier): SealHandlers {
  return {
    listSeals: read(async (tx, { query }) => {
      // A seal has no id: its place in the ledger is its tenant's alone.
      const order = {
        at: auditSeal.lastPosition,
        id: auditSeal.tenantId,
        direction: 'newest first',
      } as const;
      const { after, orderBy, limit } = pageClauses(order, query);
      const rows = await tx.orm
        .select()
        .from(auditSeal)
        .where(every(eq(auditSeal.tenantId, tx.tenantId), after))
        .orderBy(...orderBy)
        .limit(limit);
      return {
        body: pageOfRows(rows, query, (row) => ({ at: row.lastPosition, id: row.tenantId }), view),
      };
    }),
    getSeal: read(async (tx, { params }) => {
      const seal = await sealOfMonth(tx, params.month);
      if (seal === undefined) throw new ProblemError('not_found');
      return { body: seal };
    }),
    listSealKeys: own(async (c) => c.json({ keys: keys.published })),
  };
}

function view(row: typeof auditSeal.$inferSelect) {
  const { month, firstPosition, lastPosition, entries, digest, sealedAt, keyId } = row;
  return { month: monthOf(month), firstPosition, lastPosition, entries, digest, sealedAt, keyId };
}

/**
 * What a Pix provider calls at our address. There is no signature, so nothing of it is believed: it names charges, and the
 * provider is asked for them. The call is answered at once, as providers demand.
 */
import { type Env, type PaymentSessionId, ProblemError, type TenantId } from '@totem/domain';
import { chargesHinted } from '@totem/drivers/psp';
import type { Log } from '@totem/host';
import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from '../db/pool.ts';
import { charge } from '../db/schema/charges.ts';
import { readTenant } from '../db/with-tenant.ts';
import { namedBy } from '../secrets/named-capability.ts';
import type { Vault } from '../secrets/vault.ts';
import type { ChargeDesk } from './charge-desk.ts';
import { accountById } from './psp-accounts.ts';

export interface PixHints {
  /** @throws ProblemError `not_found` for a capability that we have not given out. */
  hear(capability: string, body: unknown): Promise<void>;
  /** Resolves when whatever was heard has been asked for. */
  idle(): Promise<void>;
}

/** Charges that one call may make us ask for; providers send few at a time, and the night's comparison finds the rest. */
const ASKED_MAX = 50;

export function createPixHints(parts: {
  readonly db: Database;
  readonly env: Env;
  readonly log: Log;
  readonly vault: Vault;
  readonly charges: ChargeDesk;
}): PixHints {
  const { db, log, vault, charges } = parts;
  const underWay = new Set<Promise<void>>();

  const follow = async (tenantId: TenantId, ids: readonly PaymentSessionId[]): Promise<void> => {
    for (const id of ids) {
      try {
        await charges.look(tenantId, id);
      } catch (error) {
        log.error({ err: error, charge: id }, 'a hinted charge could not be asked for');
      }
    }
  };

  return {
    async hear(capability, body) {
      const named = namedBy<'psp_account'>(vault, 'provider hints', capability);
      if (named === undefined) throw new ProblemError('not_found');
      const txids = chargesHinted(body).slice(0, ASKED_MAX);
      const ids = await readTenant(db, named.tenantId, async (tx) => {
        const account = await accountById(tx, named.id);
        if (account === undefined) throw new ProblemError('not_found');
        if (txids.length === 0) return [];
        const rows = await tx.orm
          .select({ id: charge.id })
          .from(charge)
          .where(
            and(
              eq(charge.tenantId, tx.tenantId),
              eq(charge.pspAccountId, account.id),
              inArray(charge.externalId, [...txids]),
            ),
          );
        return rows.map(({ id }) => id);
      });
      const followed = follow(named.tenantId, ids).finally(() => underWay.delete(followed));
      underWay.add(followed);
    },
    idle: async () => {
      await Promise.all(underWay);
    },
  };
}

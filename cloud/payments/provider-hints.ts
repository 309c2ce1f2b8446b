/**
 * What providers call at our address. Pix has no signature and PagBank's proves no payment, so nothing of it is believed: it
 * names charges, and the provider is asked for them. The call is answered at once, as providers demand.
 */
import { type PaymentSessionId, ProblemError, type TenantId } from '@totem/domain';
import { chargesHinted, isPagBankSignature, orderHinted } from '@totem/drivers/psp';
import type { Log } from '@totem/host';
import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from '../db/pool.ts';
import { charge } from '../db/schema/charges.ts';
import { readTenant } from '../db/with-tenant.ts';
import { namedBy } from '../secrets/named-capability.ts';
import type { Vault } from '../secrets/vault.ts';
import type { ChargeDesk } from './charge-desk.ts';
import { accountById } from './psp-accounts.ts';
import type { PspAccountRow } from './psp-ports.ts';
import { openPspSecret } from './psp-secret.ts';

/** What was called, in the manner of one adapter. */
export type Heard =
  | { readonly adapter: 'pix'; readonly body: unknown }
  | {
      readonly adapter: 'pagbank';
      readonly body: unknown;
      /** The body as it came: the signature is over its bytes. */
      readonly bytes: Uint8Array;
      /** Undefined where there was none: PagBank's sandbox leaves it out. */
      readonly signature: string | undefined;
    };

export interface ProviderHints {
  /**
   * @throws ProblemError `not_found` for a capability that we have not given out for this adapter, `forbidden` for a signature
   * that is not the provider's.
   */
  hear(capability: string, heard: Heard): Promise<void>;
  /** Resolves when whatever was heard has been asked for. */
  idle(): Promise<void>;
}

/** Charges that one call may make us ask for; providers send few at a time, and the night's comparison finds the rest. */
const ASKED_MAX = 50;

export function createProviderHints(parts: {
  readonly db: Database;
  readonly log: Log;
  readonly vault: Vault;
  readonly charges: ChargeDesk;
}): ProviderHints {
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
    async hear(capability, heard) {
      const named = namedBy<'psp_account'>(vault, 'provider hints', capability);
      if (named === undefined) throw new ProblemError('not_found');
      const names = namesIn(heard).slice(0, ASKED_MAX);
      const ids = await readTenant(db, named.tenantId, async (tx) => {
        const account = await accountById(tx, named.id);
        if (account?.adapter !== heard.adapter) throw new ProblemError('not_found');
        requireSignature(vault, account, heard);
        if (names.length === 0) return [];
        const rows = await tx.orm
          .select({ id: charge.id })
          .from(charge)
          .where(
            and(
              eq(charge.tenantId, tx.tenantId),
              eq(charge.pspAccountId, account.id),
              inArray(charge.externalId, names),
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

/** The charges that a call is about, by our names for them. */
function namesIn(heard: Heard): string[] {
  if (heard.adapter === 'pix') return [...chargesHinted(heard.body)];
  const name = orderHinted(heard.body);
  return name === undefined ? [] : [name];
}

/** @throws ProblemError `forbidden` */
function requireSignature(vault: Vault, account: PspAccountRow, heard: Heard): void {
  if (heard.adapter === 'pix' || heard.signature === undefined) return;
  const { clientSecret } = openPspSecret(vault, account.tenantId, account.secret);
  if (!isPagBankSignature(clientSecret, heard.bytes, heard.signature)) throw new ProblemError('forbidden');
}

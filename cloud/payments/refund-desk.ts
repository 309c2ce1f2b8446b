/**
 * The desk at which charges are given back, by totems and by people: written down before the provider is asked, asked again
 * until it says what became of it, under one name at the provider.
 */
import type { BodyOf, ChargeRefundAnswer, Routes } from '@totem/api';
import { type Env, type Id, type PaymentSessionId, ProblemError, type TenantId } from '@totem/domain';
import type { Log } from '@totem/host';
import { ledgerTenants } from '../audit/read.ts';
import type { Database } from '../db/pool.ts';
import { readTenant, withTenant } from '../db/with-tenant.ts';
import { type ChargeRow, chargeAt, chargeById, lockedCharge, type Totem } from './charge-rows.ts';
import { accountById } from './psp-accounts.ts';
import type { PspPorts } from './psp-ports.ts';
import { recordRefundAnswer } from './refund-ledger.ts';
import {
  beginRefund,
  keepRefundAnswer,
  openRefunds,
  type RefundRow,
  refundAnswerOf,
  refundById,
  refundOrderOf,
} from './refund-rows.ts';

export interface RefundDesk {
  /** @throws ProblemError `not_found`, `refund_not_paid`, `refund_exceeds`, `refund_in_progress`, `payment_exists`. */
  put(
    totem: Totem,
    chargeId: PaymentSessionId,
    id: Id<'refund_order'>,
    body: BodyOf<Routes['refundCharge']>,
  ): Promise<ChargeRefundAnswer>;
  /** @throws ProblemError `not_found` */
  ask(totem: Totem, chargeId: PaymentSessionId, id: Id<'refund_order'>): Promise<ChargeRefundAnswer>;
  /** Asks the provider for a refund that is written down, or what became of it. @returns the row as it is after it. */
  settle(row: RefundRow, isFirst: boolean): Promise<RefundRow>;
  /** Asks again for all that is open. @returns how many have ended. */
  settleOpen(): Promise<number>;
}

export const SETTLE_REFUNDS_EVERY_MS = 60_000;
/** Refunds of one tenant that are asked for in one round. */
const ROUND_ROWS = 50;

export interface RefundDeskParts {
  readonly db: Database;
  readonly env: Env;
  readonly log: Log;
  readonly ports: PspPorts;
}

export function createRefundDesk(parts: RefundDeskParts): RefundDesk {
  const { db, env, log, ports } = parts;

  const settle = async (row: RefundRow, isFirst: boolean): Promise<RefundRow> => {
    const { charge, account } = await readTenant(db, row.tenantId, async (tx) => {
      const found = await chargeById(tx, row.paymentSessionId);
      if (found === undefined) throw new ProblemError('not_found');
      return { charge: found, account: await accountById(tx, found.pspAccountId) };
    });
    if (account === undefined) throw new Error('a charge has lost its account');
    const { port } = ports.of(account);
    const order = refundOrderOf(row, charge);
    const answer = refundAnswerOf(await (isFirst ? port.refund(order) : port.askRefund(order)));
    return withTenant(db, row.tenantId, async (tx) => {
      const kept = await keepRefundAnswer(tx, env, row.id, answer);
      if (kept === undefined) return (await refundById(tx, row.id)) ?? row;
      // A totem tells the ledger by itself of what it has asked for.
      const isNews = answer.kind !== row.answer?.kind;
      if (kept.askedBy !== null && isNews) await recordRefundAnswer(tx, env, { row: kept, charge, answer });
      return kept;
    });
  };
  const answered = (row: RefundRow): ChargeRefundAnswer =>
    row.answer ?? { kind: 'unknown', cause: 'request_under_way' };
  const settleOfTenant = async (tenantId: TenantId): Promise<number> => {
    let ended = 0;
    for (const row of await readTenant(db, tenantId, (tx) => openRefunds(tx, ROUND_ROWS)))
      if ((await settle(row, false)).state !== 'open') ended += 1;
    return ended;
  };

  return {
    settle,
    async put(totem, chargeId, id, { amountCents, reason }) {
      const { row, isNew } = await withTenant(db, totem.tenantId, async (tx) => {
        const charge = await lockedCharge(tx, chargeId);
        if (charge === undefined || charge.siteId !== totem.siteId) throw new ProblemError('not_found');
        return beginRefund(tx, env, ordered(totem, charge, id, amountCents, reason), paidCentsOf(charge));
      });
      return row.state === 'open' ? answered(await settle(row, isNew)) : answered(row);
    },
    async ask(totem, chargeId, id) {
      const row = await readTenant(db, totem.tenantId, async (tx) => {
        await chargeAt(tx, totem, chargeId);
        return refundById(tx, id);
      });
      if (row?.paymentSessionId !== chargeId) throw new ProblemError('not_found');
      return row.state === 'open' ? answered(await settle(row, false)) : answered(row);
    },
    async settleOpen() {
      let ended = 0;
      for (const tenantId of await ledgerTenants(db)) {
        try {
          ended += await settleOfTenant(tenantId);
        } catch (error) {
          log.error({ err: error, tenantId }, 'refunds could not be settled');
        }
      }
      return ended;
    },
  };
}

function ordered(
  { equipmentId }: Totem,
  charge: ChargeRow,
  id: Id<'refund_order'>,
  amountCents: number,
  reason: string,
) {
  return {
    id,
    siteId: charge.siteId,
    paymentSessionId: charge.id,
    means: 'provider',
    amountCents,
    reason,
    askedBy: null,
    equipmentId,
    state: 'open',
  } as const;
}

/** @throws ProblemError `refund_not_paid` */
function paidCentsOf({ state, answer }: ChargeRow): number {
  if (state !== 'paid' || answer?.kind !== 'confirmed') throw new ProblemError('refund_not_paid');
  return answer.proof.amountCents;
}

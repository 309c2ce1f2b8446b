/**
 * Refunds that people ask for and agree to: the rules of the domain, one transaction with its entries, and only then the
 * provider.
 */
import type { BodyOf, Routes } from '@totem/api';
import {
  type Cents,
  cents,
  type Env,
  epochMsOf,
  type Id,
  instantText,
  mayAt,
  type PaymentSessionId,
  type PaymentSessionRow,
  type PrincipalOf,
  ProblemError,
  type RefundMeans,
  type RefundRefusal,
  whyNotRefund,
} from '@totem/domain';
import { eq } from 'drizzle-orm';
import { lockRows } from '../db/rows.ts';
import { refundOrder } from '../db/schema/charges.ts';
import { tenant } from '../db/schema/tenancy.ts';
import type { WriteHandle } from '../db/with-tenant.ts';
import { commitEntries } from '../ledger/commit.ts';
import { noRows, PAYMENTS } from '../ledger/folded-tables.ts';
import { type ChargeRow, lockedCharge } from './charge-rows.ts';
import { accountById } from './psp-accounts.ts';
import type { PspPorts } from './psp-ports.ts';
import { askDraft, byHandDrafts } from './refund-ledger.ts';
import { beginRefund, isRefund, type RefundRow, refundById } from './refund-rows.ts';

export type Person = PrincipalOf<'user'>;

interface Asked {
  readonly env: Env;
  readonly ports: PspPorts;
  readonly person: Person;
}

/** Money that a person hands over knows no window and no whole sums. */
const BY_HAND: RefundMeans = { extent: 'partial', windowDays: null };

/**
 * Writes down that somebody wants a payment given back, once for each id.
 * @returns the refund; with `isNew` and the state `open`, the provider is to be asked for it.
 * @throws ProblemError `not_found`, the refusals of the domain, `refund_at_terminal`, `idempotency_key_reused`.
 */
export async function askRefund(
  tx: WriteHandle,
  { env, ports, person }: Asked,
  paymentId: PaymentSessionId,
  id: Id<'refund_order'>,
  body: BodyOf<Routes['refundPayment']>,
): Promise<{ readonly row: RefundRow; readonly isNew: boolean }> {
  const payment = await lockedPayment(tx, person, paymentId);
  const charge = await lockedCharge(tx, paymentId);
  const known = await refundById(tx, id);
  if (known !== undefined) return { row: sameRefund(known, paymentId, body), isNew: false };
  const means = meansFor(body.means, payment, charge);
  const refusal = await whyNot(
    tx,
    { env, ports, payment, charge, means },
    { ...body, askedBy: person.userId, approvedBy: null },
  );
  if (refusal !== undefined && refusal !== 'refund_needs_approver') throw new ProblemError(refusal);
  const needsApproval = refusal === 'refund_needs_approver';
  const order = {
    id,
    siteId: payment.siteId,
    paymentSessionId: payment.id,
    means,
    amountCents: body.amountCents,
    reason: body.reason,
    askedBy: person.userId,
    equipmentId: null,
    state: needsApproval ? 'awaiting_approval' : means === 'counter' ? 'done' : 'open',
  } as const;
  const begun = await beginRefund(tx, env, order, payment.paidCents);
  if (!needsApproval) await writeAsk(tx, env, payment, begun.row);
  return begun;
}

/**
 * Agrees to a refund of somebody else's.
 * @throws ProblemError `not_found`, `refund_needs_approver` for one's own, `refund_decided`, the refusals of the domain.
 */
export async function approveRefund(
  tx: WriteHandle,
  { env, ports, person }: Asked,
  id: Id<'refund_order'>,
): Promise<{ readonly row: RefundRow; readonly isNew: boolean }> {
  const seen = await waitingRefund(tx, person, id);
  const payment = await lockedPayment(tx, person, seen.paymentSessionId);
  const charge = await lockedCharge(tx, payment.id);
  const isRepeated = seen.approvedBy === person.userId && seen.state !== 'rejected';
  if (isRepeated) return { row: seen, isNew: false };
  if (seen.state !== 'awaiting_approval') throw new ProblemError('refund_decided');
  const refusal = await whyNot(
    tx,
    { env, ports, payment, charge, means: seen.means },
    { ...seen, askedBy: seen.askedBy ?? '', approvedBy: person.userId },
  );
  if (refusal !== undefined) throw new ProblemError(refusal);
  const row = await decide(tx, env, seen, {
    state: seen.means === 'counter' ? 'done' : 'open',
    approvedBy: person.userId,
  });
  await writeAsk(tx, env, payment, row);
  return { row, isNew: true };
}

/**
 * Does not agree to a refund; whoever has asked for it takes it back so.
 * @throws ProblemError `not_found`, `refund_decided`.
 */
export async function rejectRefund(
  tx: WriteHandle,
  { env, person }: Omit<Asked, 'ports'>,
  id: Id<'refund_order'>,
  reason: string,
): Promise<RefundRow> {
  const seen = await waitingRefund(tx, person, id);
  if (seen.state === 'rejected' && seen.approvedBy === person.userId) return seen;
  if (seen.state !== 'awaiting_approval') throw new ProblemError('refund_decided');
  return decide(tx, env, seen, { state: 'rejected', approvedBy: person.userId, rejection: reason });
}

async function writeAsk(
  tx: WriteHandle,
  env: Env,
  payment: PaymentSessionRow,
  row: RefundRow,
): Promise<void> {
  const locked = noRows();
  locked.payment_session.set(payment.id, payment);
  const drafts = [
    askDraft(payment, row),
    ...(row.means === 'counter' ? byHandDrafts(env, payment, row) : []),
  ];
  await commitEntries(tx, env, { commandId: null, locked, decide: () => ({ ok: true, drafts }) });
}

async function lockedPayment(
  tx: WriteHandle,
  person: Person,
  id: PaymentSessionId,
): Promise<PaymentSessionRow> {
  const payment = (await lockRows(tx, PAYMENTS, [id])).get(id);
  if (payment === undefined || !mayAt(person, payment.siteId)) throw new ProblemError('not_found');
  return payment;
}

/** @throws ProblemError `refund_at_terminal` for money that only a terminal, or a hand, can give back. */
function meansFor(
  wanted: RefundRow['means'] | undefined,
  { adapter }: PaymentSessionRow,
  charge: ChargeRow | undefined,
): RefundRow['means'] {
  const own = charge?.state === 'paid' ? 'provider' : adapter === 'counter' ? 'counter' : undefined;
  const means = wanted ?? own;
  if (means === undefined || (means === 'provider' && own !== 'provider'))
    throw new ProblemError('refund_at_terminal');
  return means;
}

interface RefundCase {
  readonly env: Env;
  readonly ports: PspPorts;
  readonly payment: PaymentSessionRow;
  readonly charge: ChargeRow | undefined;
  readonly means: RefundRow['means'];
}

async function whyNot(
  tx: WriteHandle,
  { env, ports, payment, charge, means }: RefundCase,
  asked: {
    readonly amountCents: number;
    readonly reason: string;
    readonly askedBy: string;
    readonly approvedBy: string | null;
  },
): Promise<RefundRefusal | undefined> {
  const [rules] = await tx.orm
    .select({ from: tenant.refundApprovalFromCents })
    .from(tenant)
    .where(eq(tenant.id, tx.tenantId));
  const account =
    means === 'provider' && charge !== undefined ? await accountById(tx, charge.pspAccountId) : undefined;
  const limit = rules?.from ?? null;
  return whyNotRefund(
    { ...asked, amountCents: cents(asked.amountCents) as Cents },
    {
      phase: payment.phase,
      paidCents: payment.paidCents,
      refundedCents: payment.refundedCents,
      paidAtMs: payment.paidAt === null ? 0 : epochMsOf(payment.paidAt),
      nowMs: env.now(),
      // No means of the cloud's ends with the business day.
      isSameDay: true,
      means: account === undefined ? BY_HAND : ports.of(account).port.capabilities.refund,
      rules: { secondApproverFromCents: limit === null ? null : cents(limit) },
    },
  );
}

function sameRefund(
  row: RefundRow,
  paymentId: PaymentSessionId,
  body: BodyOf<Routes['refundPayment']>,
): RefundRow {
  const isSame =
    row.paymentSessionId === paymentId &&
    row.amountCents === body.amountCents &&
    row.reason === body.reason &&
    (body.means === undefined || body.means === row.means);
  if (!isSame) throw new ProblemError('idempotency_key_reused');
  return row;
}

async function waitingRefund(tx: WriteHandle, person: Person, id: Id<'refund_order'>): Promise<RefundRow> {
  const [row] = await tx.orm.select().from(refundOrder).where(isRefund(tx, id)).for('update');
  if (row === undefined || !mayAt(person, row.siteId)) throw new ProblemError('not_found');
  return row;
}

async function decide(
  tx: WriteHandle,
  env: Env,
  { id }: RefundRow,
  set: Pick<RefundRow, 'state' | 'approvedBy'> & Partial<Pick<RefundRow, 'rejection'>>,
): Promise<RefundRow> {
  const [row] = await tx.orm
    .update(refundOrder)
    .set({ ...set, updatedAt: instantText(env.now()) })
    .where(isRefund(tx, id))
    .returning();
  if (row === undefined) throw new Error('a refund was decided and is not there');
  return row;
}

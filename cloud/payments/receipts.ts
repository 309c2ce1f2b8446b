/** Receipts of payments and refunds: one of each, issued when somebody asks for it first; what comes after is a copy. */
import {
  crockfordOfBytes,
  type Env,
  type Id,
  type InstantText,
  inGroups,
  instantText,
  type JsonObject,
  type Locale,
  localeFor,
  mayAt,
  newId,
  type PaymentSessionId,
  type Principal,
  ProblemError,
  type ReceiptContent,
  receiptText,
} from '@totem/domain';
import { and, eq, isNull, sql } from 'drizzle-orm';
import { paymentSession, receipt } from '../db/schema/money.ts';
import { ticket } from '../db/schema/queue.ts';
import { site, tenant } from '../db/schema/tenancy.ts';
import type { ReadHandle, WriteHandle } from '../db/with-tenant.ts';
import { refundById } from './refund-rows.ts';

export type ReceiptRow = typeof receipt.$inferSelect;
type PaymentRow = typeof paymentSession.$inferSelect;

/** Characters of a code: 60 bits, which nobody guesses. */
const CODE_LENGTH = 12;

/** The kinds of receipts that this room issues; a receipt of attendance is no payment's. */
type StoredContent = ReceiptContent & { readonly refundId: string | null };

/**
 * Issues a receipt, or counts a copy of it.
 * @throws ProblemError `not_found`, `refund_not_paid` for what has not been paid or given back.
 */
export async function issueReceipt(
  tx: WriteHandle,
  env: Env,
  principal: Principal,
  paymentId: PaymentSessionId,
  refundId: Id<'refund_order'> | undefined,
): Promise<ReceiptRow> {
  const [payment] = await tx.orm
    .select()
    .from(paymentSession)
    .where(and(eq(paymentSession.tenantId, tx.tenantId), eq(paymentSession.id, paymentId)))
    .for('update');
  if (payment === undefined || !mayAt(principal, payment.siteId)) throw new ProblemError('not_found');
  const known = await receiptOf(tx, payment, refundId);
  if (known !== undefined) return copied(tx, known);
  const what = refundId === undefined ? paid(payment) : await returned(tx, payment, refundId);
  const { content, locale } = await contentOf(tx, payment, what);
  const code = inGroups(crockfordOfBytes(env.randomBytes(CODE_LENGTH)));
  const at = instantText(env.now());
  const [row] = await tx.orm
    .insert(receipt)
    .values({
      tenantId: tx.tenantId,
      id: newId<'receipt'>(env),
      createdAt: at,
      siteId: payment.siteId,
      ticketId: payment.ticketId,
      paymentSessionId: payment.id,
      kind: content.kind,
      code,
      content: { ...content, refundId: refundId ?? null } satisfies StoredContent & JsonObject,
      text: receiptText(content, code, locale),
      issuedAt: at,
      reprints: 0,
      conflict: null,
      folded: {},
    })
    .returning();
  if (row === undefined) throw new Error('a receipt was issued and is not there');
  return row;
}

/** A receipt at the principal's sites. @throws ProblemError `not_found` */
export async function receiptAt(
  tx: ReadHandle,
  principal: Principal,
  id: Id<'receipt'>,
): Promise<ReceiptRow> {
  const row = await receiptById(tx, id);
  if (row === undefined || !mayAt(principal, row.siteId)) throw new ProblemError('not_found');
  return row;
}

export async function receiptById(tx: ReadHandle, id: Id<'receipt'>): Promise<ReceiptRow | undefined> {
  const [row] = await tx.orm
    .select()
    .from(receipt)
    .where(and(eq(receipt.tenantId, tx.tenantId), eq(receipt.id, id)));
  return row;
}

/** What a receipt of this room says; undefined for one of another kind. */
export function contentOfReceipt(row: ReceiptRow): ReceiptContent | undefined {
  // Written above, in this form.
  return 'amountCents' in row.content ? (row.content as unknown as StoredContent) : undefined;
}

/** How much of the payment behind a receipt has been given back since; 0 where it is gone. In cents. */
export async function refundedSince(tx: ReadHandle, row: ReceiptRow): Promise<number> {
  if (row.paymentSessionId === null) return 0;
  const [payment] = await tx.orm
    .select({ refundedCents: paymentSession.refundedCents })
    .from(paymentSession)
    .where(and(eq(paymentSession.tenantId, tx.tenantId), eq(paymentSession.id, row.paymentSessionId)));
  return payment?.refundedCents ?? 0;
}

async function receiptOf(
  tx: ReadHandle,
  payment: PaymentRow,
  refundId: string | undefined,
): Promise<ReceiptRow | undefined> {
  const [row] = await tx.orm
    .select()
    .from(receipt)
    .where(
      and(
        eq(receipt.tenantId, tx.tenantId),
        eq(receipt.ticketId, payment.ticketId),
        eq(receipt.paymentSessionId, payment.id),
        eq(receipt.kind, refundId === undefined ? 'payment' : 'refund'),
        sql`${receipt.content} ->> 'refundId' IS NOT DISTINCT FROM ${refundId ?? null}`,
        isNull(receipt.conflict),
      ),
    );
  return row;
}

async function copied(tx: WriteHandle, { id }: ReceiptRow): Promise<ReceiptRow> {
  const [row] = await tx.orm
    .update(receipt)
    .set({ reprints: sql`${receipt.reprints} + 1` })
    .where(and(eq(receipt.tenantId, tx.tenantId), eq(receipt.id, id)))
    .returning();
  if (row === undefined) throw new Error('a receipt was copied and is not there');
  return row;
}

interface Proven {
  readonly kind: ReceiptContent['kind'];
  readonly amountCents: number;
  readonly at: InstantText;
}

function paid({ paidCents, paidAt }: PaymentRow): Proven {
  if (paidCents === 0 || paidAt === null) throw new ProblemError('refund_not_paid');
  return { kind: 'payment', amountCents: paidCents, at: paidAt };
}

async function returned(tx: ReadHandle, payment: PaymentRow, refundId: Id<'refund_order'>): Promise<Proven> {
  const row = await refundById(tx, refundId);
  if (row === undefined || row.paymentSessionId !== payment.id) throw new ProblemError('not_found');
  if (row.state !== 'done') throw new ProblemError('refund_not_paid');
  return { kind: 'refund', amountCents: row.amountCents, at: row.updatedAt };
}

async function contentOf(
  tx: ReadHandle,
  payment: PaymentRow,
  what: Proven,
): Promise<{ readonly content: ReceiptContent; readonly locale: Locale }> {
  const [place] = await tx.orm
    .select({
      company: tenant.name,
      site: site.name,
      address: site.address,
      timezone: site.timezone,
      locale: site.defaultLocale,
    })
    .from(site)
    .innerJoin(tenant, eq(tenant.id, site.tenantId))
    .where(and(eq(site.tenantId, tx.tenantId), eq(site.id, payment.siteId)));
  if (place === undefined) throw new Error('a payment has lost its site');
  const [person] = await tx.orm
    .select({ code: ticket.code })
    .from(ticket)
    .where(and(eq(ticket.tenantId, tx.tenantId), eq(ticket.id, payment.ticketId)));
  const { locale, ...of } = place;
  const said = (name: string): string | null => {
    const value = payment.details[name];
    return typeof value === 'string' ? value : null;
  };
  const content: ReceiptContent = {
    ...what,
    ...of,
    ticketCode: person?.code ?? null,
    method: payment.method,
    currency: payment.currency,
    providerId: said('endToEndId') ?? said('nsu'),
    authorizationCode: said('authorizationCode'),
    brand: said('brand'),
    lastFour: said('lastFour'),
  };
  return { content, locale: localeFor(locale) };
}

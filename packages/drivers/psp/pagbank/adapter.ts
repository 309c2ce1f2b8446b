/**
 * Pix by PagBank's Orders API: one order with one QR for each charge, and its state is asked. PagBank knows our name for it
 * for a day only, by the idempotency key; so its own name is written down before the code is shown (`OrderBook`), and an
 * order whose name was never learned was never seen by anybody. What PagBank calls at our address is only a reason to ask.
 */
import { cents, type Env, instantText, type PaymentProof } from '@totem/domain';
import type { Answer, Charge, PaymentPort, RefundAnswer, RefundOrder } from '../../payment/port.ts';
import type { PagBankApi, PagBankConfig } from './api.ts';
import { chargeAnswer, noticeBody, type Order, type OrderCharge, orderAnswer } from './messages.ts';
import type { KnownOrder, OrderBook } from './order-book.ts';

const REFUND_WINDOW_DAYS = 90;
/** A payment that began in time settles a little later. */
const SETTLING_MS = 10_000;
/** PagBank forgets a key after 24 hours; an hour before that it is not relied on any more. */
const KEY_LIFE_MS = 23 * 3_600_000;
/** Brazil's own time, in which PagBank writes and reads. */
const BRASILIA_MS = 3 * 3_600_000;
const TEXT_LENGTH_MAX = 64;
/** A request that PagBank has judged by its content, and not taken. */
const UNFIT = [400, 422];
/** Charges of an order of which the end is not known yet. */
const UNDECIDED = ['AUTHORIZED', 'IN_ANALYSIS', 'WAITING'];

export function createPagBankPort(
  config: PagBankConfig,
  { api, book, env }: { readonly api: PagBankApi; readonly book: OrderBook; readonly env: Env },
): PaymentPort {
  const place = (charge: Charge, known: KnownOrder) =>
    api.call('POST', '/orders', orderAnswer, {
      body: orderBody(config, charge, known),
      key: charge.externalId,
      tries: 1,
    });

  const saidBy = (order: Order, charge: Charge, { askedAtMs }: KnownOrder): Answer => {
    if (order.reference_id !== charge.externalId) return { kind: 'unknown', cause: 'another_order' };
    const said = { order: order.id };
    const [paid, ...more] = order.charges.filter((one) => paidCentsOf(one) > 0);
    if (paid !== undefined) {
      // Money that came twice is the customer's: the record names it, and the night's comparison finds it.
      const extra = more.length === 0 ? {} : { more: more.map(({ id }) => id).join(' ') };
      return { kind: 'confirmed', proof: proofOf(paid), said: { ...said, status: paid.status, ...extra } };
    }
    const [qr] = order.qr_codes;
    if (order.charges.some(({ status }) => UNDECIDED.includes(status)))
      return { kind: 'waiting', said: { ...said, status: 'undecided' } };
    const untilMs = Date.parse(qr?.expiration_date ?? '') || expiryMs(charge, askedAtMs);
    if (api.providerNow() > untilMs + SETTLING_MS) return { kind: 'expired', said };
    return { kind: 'waiting', ...(qr?.text === undefined ? {} : { show: { copyCode: qr.text } }), said };
  };

  /** Its state, by PagBank's name for it. */
  const look = async (orderId: string, charge: Charge, known: KnownOrder): Promise<Answer> => {
    const result = await api.call('GET', `/orders/${orderId}`, orderAnswer, { tries: 1 });
    if (result.kind === 'done') return saidBy(result.value, charge, known);
    return { kind: 'unknown', cause: result.kind === 'problem' ? result.name : result.cause };
  };

  const ask = async (charge: Charge): Promise<Answer> => {
    const known = await book.read(charge.externalId);
    if (known === undefined) return { kind: 'absent' };
    if (known.orderId !== null) return look(known.orderId, charge, known);
    // Its answer was lost. The same key brings it again, or places what never arrived; once the key may be forgotten it
    // would place a second one. By then the code, which nobody has seen, has long ended.
    if (env.now() - known.askedAtMs > KEY_LIFE_MS) return { kind: 'absent', said: { trace: 'never_shown' } };
    const placed = await place(charge, known);
    if (placed.kind === 'done') {
      await book.name(charge.externalId, placed.value.id);
      return look(placed.value.id, charge, known);
    }
    if (placed.kind !== 'problem') return { kind: 'unknown', cause: placed.cause };
    if (!UNFIT.includes(placed.status)) return { kind: 'unknown', cause: placed.name };
    await book.notPlaced(charge.externalId);
    return { kind: 'absent', said: { error: placed.name } };
  };

  const refund = async (order: RefundOrder): Promise<RefundAnswer> => {
    const path = `/charges/${encodeURIComponent(order.proof.externalId)}`;
    const before = await api.call('GET', path, chargeAnswer);
    if (before.kind !== 'done') return { kind: 'unknown', cause: nameOf(before) };
    const { refundedBeforeCents } = await book.beginRefund(order.refundId, refundedCentsOf(before.value));
    const asked = await api.call('POST', `${path}/cancel`, chargeAnswer, {
      body: { amount: { value: order.amountCents } },
      key: order.refundId,
    });
    if (asked.kind === 'done') return { kind: 'refunded', said: { status: asked.value.status } };
    if (asked.kind !== 'problem') return { kind: 'unknown', cause: asked.cause };
    // What is refused may have been given back by a try whose answer was lost: the charge itself says.
    return refundSeen(order, refundedBeforeCents, asked.name);
  };
  /** Whether the money went back, by the sums of its charge. */
  const refundSeen = async (
    { proof, amountCents }: RefundOrder,
    refundedBeforeCents: number,
    cause: string,
  ): Promise<RefundAnswer> => {
    const path = `/charges/${encodeURIComponent(proof.externalId)}`;
    const there = await api.call('GET', path, chargeAnswer);
    if (there.kind !== 'done') return { kind: 'unknown', cause: nameOf(there) };
    const moreCents = refundedCentsOf(there.value) - refundedBeforeCents;
    if (moreCents === amountCents) return { kind: 'refunded', said: { status: there.value.status } };
    return moreCents === 0 ? { kind: 'failed', cause } : { kind: 'unknown', cause: 'refunds_differ' };
  };

  return {
    name: 'pagbank',
    capabilities: {
      method: 'pix',
      isTwoPhase: false,
      // No call takes an order away: it ends by its own time, which is short.
      canCancel: false,
      canAsk: true,
      refund: { extent: 'partial', windowDays: REFUND_WINDOW_DAYS },
    },
    async ready() {
      const authorized = await api.authorize();
      return authorized.kind === 'done' ? { ready: true } : { ready: false, cause: nameOf(authorized) };
    },
    async request(charge) {
      const known = await book.begin(charge.externalId);
      const placed = await place(charge, known);
      switch (placed.kind) {
        case 'done':
          await book.name(charge.externalId, placed.value.id);
          return saidBy(placed.value, charge, known);
        case 'problem':
        case 'not_sent':
          await book.notPlaced(charge.externalId);
          return { kind: 'not_sent', cause: nameOf(placed) };
        case 'lost':
          return { kind: 'unknown', cause: placed.cause };
        default:
          return placed satisfies never;
      }
    },
    ask,
    cancel: ask,
    confirm: async () => 'not_taken',
    undo: async () => 'not_taken',
    found: async () => [],
    refund,
    async askRefund(order) {
      const begun = await book.readRefund(order.refundId);
      // Nothing was sent, or the key still finds what was: then it is asked for again under the same name.
      if (begun === undefined || env.now() - begun.askedAtMs <= KEY_LIFE_MS) return refund(order);
      return refundSeen(order, begun.refundedBeforeCents, 'never_taken');
    },
  };
}

/** The order that PagBank's call is about, by our name for it. It proves nothing: it is to be asked for. */
export function orderHinted(body: unknown): string | undefined {
  return noticeBody.safeParse(body).data?.reference_id;
}

/** What of a charge is, or was, the receiver's; a full refund leaves it CANCELED. In cents. */
export function paidCentsOf({ status, amount }: OrderCharge): number {
  return amount.summary?.paid ?? (status === 'PAID' ? amount.value : 0);
}

export function refundedCentsOf({ amount }: OrderCharge): number {
  return amount.summary?.refunded ?? 0;
}

function proofOf(charge: OrderCharge): PaymentProof {
  const endToEndId = charge.payment_method?.pix?.end_to_end_id;
  return {
    externalId: charge.id,
    amountCents: cents(paidCentsOf(charge)),
    currency: charge.amount.currency,
    ...(endToEndId === undefined ? {} : { endToEndId }),
  };
}

function expiryMs({ expiresInSeconds }: Charge, askedAtMs: number): number {
  return askedAtMs + expiresInSeconds * 1_000;
}

/** The same on each repetition: a key stands for one content. */
function orderBody(config: PagBankConfig, charge: Charge, { askedAtMs }: KnownOrder): object {
  const { customer, notificationUrl } = config;
  const until = instantText(expiryMs(charge, askedAtMs) - BRASILIA_MS).replace(/(\.\d+)?Z$/, '-03:00');
  const name = charge.reference.slice(0, TEXT_LENGTH_MAX);
  return {
    reference_id: charge.externalId,
    customer: { name: customer.name, email: customer.email, tax_id: customer.taxId },
    items: [{ name, quantity: 1, unit_amount: charge.amountCents }],
    qr_codes: [{ amount: { value: charge.amountCents }, expiration_date: until }],
    ...(notificationUrl === undefined ? {} : { notification_urls: [notificationUrl] }),
  };
}

function nameOf(
  result:
    | { readonly kind: 'problem'; readonly name: string }
    | { readonly kind: string; readonly cause: string },
): string {
  return 'name' in result ? result.name : result.cause;
}

/** The books of the simulated PagBank, and the payer in front of them: what each call of the API does to them. */
import { type Env, instantText } from '@totem/domain';
import type { Reply } from '../../http/simulated-server.ts';
import { encodeBrCode } from '../pix/br-code.ts';

/** What a payer does with a QR that is shown. */
export type OrderPayer = 'pays' | 'walks_away';

/** What becomes of the next call. */
export type PagBankFault =
  | 'lost_before'
  | 'lost_after'
  | 'late'
  | 'broken'
  | 'overloaded'
  | 'other_amount'
  /** The payment is looked into before it counts. */
  | 'in_analysis'
  | 'refund_refused';

export interface SimulatedOrder {
  readonly id: string;
  readonly reference: string;
  readonly valueCents: number;
  readonly expiresMs: number;
  readonly notificationUrls: readonly string[];
  payer: OrderPayer | undefined;
  readonly charges: SimulatedCharge[];
}

export interface SimulatedCharge {
  readonly id: string;
  readonly valueCents: number;
  readonly paidMs: number;
  refundedCents: number;
  isInAnalysis: boolean;
}

export interface SimulatedPagBank {
  readonly orders: ReadonlyMap<string, SimulatedOrder>;
  payers(...next: readonly OrderPayer[]): void;
  settle(order: SimulatedOrder): void;
  said(order: SimulatedOrder): object;
  route(call: {
    readonly method: string;
    readonly path: string;
    readonly text: string;
    readonly key: string;
  }): Reply;
}

/** For so long a key brings the answer that it brought first. */
export const KEY_LIFE_MS = 24 * 3_600_000;
const TAX_ID = /^(\d{11}|\d{14})$/;

/** @param strikes takes the next planned fault when it is one of these. */
export function createSimulatedPagBank(options: {
  readonly env: Env;
  readonly now: () => number;
  readonly strikes: (...kinds: PagBankFault[]) => PagBankFault | undefined;
  /** What payers do of whom nothing else was said. */
  readonly payer: OrderPayer;
}): SimulatedPagBank {
  const { env, now, strikes } = options;
  const orders = new Map<string, SimulatedOrder>();
  const keys = new Map<string, { readonly atMs: number; readonly text: string; readonly reply: Reply }>();
  let payers: OrderPayer[] = [];
  const nameOf = (prefix: string): string =>
    `${prefix}_${Buffer.from(env.randomBytes(16)).toString('hex').toUpperCase()}`;

  const settle = (order: SimulatedOrder): void => {
    const differs = strikes('other_amount') === undefined ? 0 : 1;
    order.charges.push({
      id: nameOf('CHAR'),
      valueCents: order.valueCents + differs,
      paidMs: now(),
      refundedCents: 0,
      isInAnalysis: strikes('in_analysis') !== undefined,
    });
  };
  /** The payer acts when the host looks for the first time. */
  const payerActs = (order: SimulatedOrder): void => {
    if (order.payer === undefined) {
      order.payer = payers.shift() ?? options.payer;
      // A QR is paid once.
      if (order.payer === 'pays' && order.charges.length === 0 && now() <= order.expiresMs) settle(order);
      return;
    }
    for (const charge of order.charges) charge.isInAnalysis = false;
  };
  const said = (order: SimulatedOrder): object => ({
    id: order.id,
    reference_id: order.reference,
    created_at: brasilia(now()),
    qr_codes: [
      {
        id: order.id.replace('ORDE', 'QRCO'),
        expiration_date: brasilia(order.expiresMs),
        amount: { value: order.valueCents },
        text: encodeBrCode({
          target: { kind: 'dynamic', url: `pix.example.com/orders/${order.id}` },
          merchantName: 'Loja',
          merchantCity: 'Sao Paulo',
          isSingleUse: true,
        }),
        links: [],
      },
    ],
    ...(order.charges.length === 0 ? {} : { charges: order.charges.map(chargeSaid) }),
    something_newer: true,
  });

  const placed = (text: string): Reply => {
    const body = JSON.parse(text) as OrderAsked;
    const [qr] = body.qr_codes ?? [];
    const value = qr?.amount?.value ?? 0;
    const untilMs = Date.parse(qr?.expiration_date ?? '');
    if (!TAX_ID.test(body.customer?.tax_id ?? '')) return refusal(400, '40002', 'customer.tax_id');
    if (!(body.reference_id && body.reference_id.length <= 64)) return refusal(400, '40002', 'reference_id');
    if (!Number.isInteger(value) || value < 1) return refusal(400, '40002', 'qr_codes[0].amount.value');
    if (!(untilMs > now())) return refusal(400, '40002', 'qr_codes[0].expiration_date');
    const order: SimulatedOrder = {
      id: nameOf('ORDE'),
      reference: body.reference_id,
      valueCents: value,
      expiresMs: untilMs,
      notificationUrls: body.notification_urls ?? [],
      payer: undefined,
      charges: [],
    };
    orders.set(order.id, order);
    return { status: 201, body: said(order) };
  };
  const cancelled = (id: string, text: string): Reply => {
    const charge = chargeBy(id);
    if (charge === undefined) return refusal(404, '40400', 'charge_id');
    const { amount } = JSON.parse(text) as { amount?: { value?: number } };
    const value = amount?.value ?? charge.valueCents;
    const isTooMuch = !(value >= 1) || charge.refundedCents + value > charge.valueCents;
    if (isTooMuch || strikes('refund_refused') !== undefined) return refusal(400, '40002', 'amount.value');
    charge.refundedCents += value;
    return { status: 201, body: chargeSaid(charge) };
  };
  const chargeBy = (id: string): SimulatedCharge | undefined =>
    [...orders.values()].flatMap(({ charges }) => charges).find((one) => one.id === id);

  const once = (key: string, text: string, run: () => Reply): Reply => {
    const known = keys.get(key);
    if (known !== undefined && now() - known.atMs < KEY_LIFE_MS)
      return known.text === text ? known.reply : refusal(400, '40009', 'x-idempotency-key');
    const reply = run();
    if (key !== '' && reply.status < 300) keys.set(key, { atMs: now(), text, reply });
    return reply;
  };

  return {
    orders,
    payers: (...next) => {
      payers = [...next];
    },
    settle,
    said,
    route({ method, path, text, key }) {
      const [, kind, id = '', act] = path.split('/');
      if (method === 'POST' && path === '/orders') return once(key, text, () => placed(text));
      if (method === 'POST' && kind === 'charges' && act === 'cancel')
        return once(key, text, () => cancelled(id, text));
      if (method !== 'GET') return refusal(405, '40500', 'method');
      if (kind === 'orders') {
        const order = orders.get(id);
        if (order === undefined) return refusal(404, '40400', 'order_id');
        payerActs(order);
        return { status: 200, body: said(order) };
      }
      const charge = kind === 'charges' ? chargeBy(id) : undefined;
      return charge === undefined
        ? refusal(404, '40400', 'charge_id')
        : { status: 200, body: chargeSaid(charge) };
    },
  };
}

/** What a request asks for, as far as it is read; nothing of it is believed. */
interface OrderAsked {
  readonly reference_id?: string;
  readonly customer?: { readonly tax_id?: string };
  readonly qr_codes?: readonly {
    readonly amount?: { readonly value?: number };
    readonly expiration_date?: string;
  }[];
  readonly notification_urls?: readonly string[];
}

export function refusal(status: number, code: string, parameter: string): Reply {
  return {
    status,
    body: { error_messages: [{ code, description: 'invalid_parameter', parameter_name: parameter }] },
  };
}

function chargeSaid({ id, valueCents, refundedCents, paidMs, isInAnalysis }: SimulatedCharge): object {
  const paid = isInAnalysis ? 0 : valueCents;
  const status = isInAnalysis ? 'IN_ANALYSIS' : refundedCents === valueCents ? 'CANCELED' : 'PAID';
  return {
    id,
    status,
    paid_at: brasilia(paidMs),
    amount: {
      value: valueCents,
      currency: 'BRL',
      summary: { total: valueCents, paid, refunded: refundedCents },
    },
    payment_method: { type: 'PIX', pix: { end_to_end_id: `E${id.slice(5, 36)}` } },
  };
}

function brasilia(ms: number): string {
  return instantText(ms - 3 * 3_600_000).replace('Z', '-03:00');
}

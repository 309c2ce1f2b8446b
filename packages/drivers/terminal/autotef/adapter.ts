/**
 * Card terminals by Stone's AutoTEF: a service on the totem's own machine that drives the pinpad and is spoken to by REST. One
 * call is the whole sale: there is no second leg, no way to end it, and no question about a sale whose answer was lost. Such a
 * sale stays unknown and holds the terminal until a person has looked at Stone's own list (`Cashier.decide`).
 */
import { cents, lastFourOf, type PaymentProof, type Timers, withoutCardNumbers } from '@totem/domain';
import type { z } from 'zod';
import { createHttpSend, type HttpSend } from '../../http/send.ts';
import { amountText } from '../../payment/amount-text.ts';
import type {
  Answer,
  Charge,
  DeclineCause,
  PaymentPort,
  Readiness,
  ReceiptLines,
  RefundAnswer,
  RefundOrder,
} from '../../payment/port.ts';
import { type AutoTefReceipt, type AutoTefRefusal, receiptAnswer, refusalAnswer } from './messages.ts';

export interface AutoTefConfig {
  /** Where the service listens: `http://localhost:8000`. */
  readonly baseUrl: string;
  /** The merchant at Stone. */
  readonly stoneCode: string;
  /** The pinpad's port, as the service names it: `COM4`, `/dev/ttyACM0`. */
  readonly connectionName: string;
  readonly partnerName: string;
}

/** Longer than the pinpad waits for its customer. */
export const SALE_MS_MAX = 240_000;
/** The service is on this machine: whether it is there is known at once. */
const LOOK_MS_MAX = 4_000;
/** A service that answered this lately is there. */
const FRESH_MS = 10_000;
/** A cancel is the acquirer's to allow on the day of the sale; later it is a refund at the acquirer. */
const REFUND_WINDOW_DAYS = 0;

const CANCELED_BY_CUSTOMER = 'N013';
const NO_PINPAD = 'N404';
const ALREADY_CANCELED = /j[aá].*cancelad|already.*cancel/i;

/** What a call came to: a document of the expected form, a refusal in the service's words, or no answer that says anything. */
type Outcome<T> =
  | { readonly kind: 'said'; readonly value: T }
  | { readonly kind: 'refused'; readonly refusal: AutoTefRefusal }
  | { readonly kind: 'not_sent' | 'lost'; readonly cause: string };

/** How requests leave: sales with much patience, looks with little. */
export interface AutoTefWire {
  readonly sale: HttpSend;
  readonly look: HttpSend;
  close(): void;
}

export function createAutoTefWire(timers: Timers): AutoTefWire {
  const sale = createHttpSend(timers, {}, undefined, SALE_MS_MAX);
  const look = createHttpSend(timers, {}, undefined, LOOK_MS_MAX);
  return {
    sale: sale.send,
    look: look.send,
    close() {
      sale.close();
      look.close();
    },
  };
}

export function createAutoTefPort(
  config: AutoTefConfig,
  { timers, wire = createAutoTefWire(timers) }: { readonly timers: Timers; readonly wire?: AutoTefWire },
): PaymentPort {
  let heardMs = Number.NEGATIVE_INFINITY;

  const call = async <S extends z.ZodType>(
    send: HttpSend,
    method: 'GET' | 'POST',
    path: string,
    schema: S | null,
    body?: string,
  ): Promise<Outcome<z.infer<S>>> => {
    const result = await send({
      method,
      url: `${config.baseUrl}/api/${path}`,
      headers: { accept: 'application/json', ...(body === undefined ? {} : JSON_TYPE) },
      ...(body === undefined ? {} : { body }),
    });
    if (result.kind !== 'answer') return result;
    heardMs = timers.monotonicMs();
    const { status, body: text } = result.answer;
    const document = documentIn(text);
    const refusal = refusalAnswer.safeParse(document);
    if (refusal.success) return { kind: 'refused', refusal: refusal.data };
    if (status >= 300) return { kind: 'lost', cause: `http_${status}` };
    if (schema === null) return { kind: 'said', value: undefined as z.infer<S> };
    const parsed = schema.safeParse(document);
    return parsed.success
      ? { kind: 'said', value: parsed.data }
      : { kind: 'lost', cause: 'answer_unreadable' };
  };

  const ready = async (): Promise<Readiness> => {
    if (timers.monotonicMs() - heardMs < FRESH_MS) return { ready: true };
    const seen = await call(wire.look, 'GET', 'Healthcheck', null);
    if (seen.kind === 'said') return { ready: true };
    heardMs = Number.NEGATIVE_INFINITY;
    if (seen.kind !== 'refused') return { ready: false, cause: 'terminal_silent' };
    // A service that was started anew has to be told which pinpad is its own.
    const { stoneCode, connectionName, partnerName } = config;
    const activation = { StoneCode: stoneCode, ConnectionName: connectionName, PartnerName: partnerName };
    const activated = await call(wire.look, 'POST', 'Activate', null, JSON.stringify(activation));
    if (activated.kind === 'said') return { ready: true };
    heardMs = Number.NEGATIVE_INFINITY;
    return {
      ready: false,
      cause: activated.kind === 'refused' ? causeOfRefusal(activated.refusal) : 'terminal_silent',
    };
  };

  const cancelled = async (order: RefundOrder, isAgain: boolean): Promise<RefundAnswer> => {
    const outcome = await call(wire.sale, 'POST', 'cancel', receiptAnswer, cancelBody(order));
    switch (outcome.kind) {
      case 'said':
        return { kind: 'refunded', said: saidBy(outcome.value.receipt) };
      case 'refused': {
        const { responseCode, responseReason } = outcome.refusal;
        const said = { code: responseCode, message: withoutCardNumbers(responseReason) };
        // A repetition is refused because the first was done, or it says nothing of the first.
        if (isAgain && ALREADY_CANCELED.test(responseReason)) return { kind: 'refunded', said };
        return isAgain
          ? { kind: 'unknown', cause: responseCode, said }
          : { kind: 'failed', cause: causeOfRefusal(outcome.refusal), said };
      }
      case 'not_sent':
        return isAgain
          ? { kind: 'unknown', cause: outcome.cause }
          : { kind: 'failed', cause: 'terminal_silent' };
      case 'lost':
        return { kind: 'unknown', cause: outcome.cause };
      default:
        return outcome satisfies never;
    }
  };

  return {
    name: 'autotef',
    capabilities: {
      method: 'card',
      isTwoPhase: false,
      canCancel: false,
      canAsk: false,
      refund: { extent: 'full', windowDays: REFUND_WINDOW_DAYS },
    },
    ready,
    async request(charge) {
      const outcome = await call(wire.sale, 'POST', 'Pay', receiptAnswer, payBody(charge));
      switch (outcome.kind) {
        case 'said':
          return saleSaid(outcome.value.receipt);
        case 'refused':
          return refused(outcome.refusal);
        case 'not_sent':
          return { kind: 'not_sent', cause: 'terminal_silent' };
        case 'lost':
          return { kind: 'unknown', cause: outcome.cause };
        default:
          return outcome satisfies never;
      }
    },
    ask: async () => ({ kind: 'unknown', cause: 'cannot_ask' }),
    cancel: async () => ({ kind: 'unknown', cause: 'cannot_cancel' }),
    confirm: async () => 'not_taken',
    undo: async () => 'not_taken',
    found: async () => [],
    refund: (order) => cancelled(order, false),
    // All of a sale is cancelled once and never again: to ask twice returns nothing twice.
    askRefund: (order) => cancelled(order, true),
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

function documentIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The amount is a JSON number, written from whole cents. */
function withAmount(amountCents: number, rest: object): string {
  return `{"amount":${amountText(amountCents)},${JSON.stringify(rest).slice(1)}`;
}

function payBody({ amountCents, cardKind }: Charge): string {
  return withAmount(amountCents, {
    accountType: cardKind ?? 'undefined',
    installment: { number: 1, type: 1 },
    hasAlcoholicDrink: false,
  });
}

function cancelBody({ proof, amountCents }: RefundOrder): string {
  return withAmount(amountCents, {
    acquirerTransactionKey: proof.externalId,
    transactionType: Number(proof.finalizationKey ?? 0),
    // Of a card's number nothing but its end is kept here.
    panMask: `************${proof.lastFour ?? ''}`,
  });
}

function saleSaid(receipt: AutoTefReceipt): Answer {
  return {
    kind: 'confirmed',
    proof: proofOf(receipt),
    receipt: linesOf(receipt),
    said: saidBy(receipt),
  };
}

function proofOf(receipt: AutoTefReceipt): PaymentProof {
  const optional = {
    authorizationCode: receipt.authorisationCode,
    brand: receipt.brandName,
    lastFour: lastFourOf(receipt.maskedPrimaryAccountNumber ?? ''),
    // Whether debit or credit: a cancel must repeat it.
    finalizationKey: receipt.transactionType,
  };
  const given = Object.entries(optional).filter(([, value]) => value !== undefined && value !== '');
  return {
    externalId: receipt.acquirerTransactionKey,
    amountCents: cents(receipt.amount),
    currency: 'BRL',
    network: 'STONE',
    ...Object.fromEntries(given),
  };
}

function linesOf({ clientVia = '', merchantVia = '' }: AutoTefReceipt): ReceiptLines {
  const lines = (text: string): readonly string[] =>
    text === '' ? [] : text.split(/\r?\n/).map(withoutCardNumbers);
  return { customer: lines(clientVia), merchant: lines(merchantVia), copies: 'customer' };
}

function saidBy({ initiatorTransactionKey, brandName }: AutoTefReceipt): Readonly<Record<string, string>> {
  const said = { initiatorKey: initiatorTransactionKey, brand: brandName };
  return Object.fromEntries(
    Object.entries(said).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, withoutCardNumbers(value)] as const],
    ),
  );
}

function refused(refusal: AutoTefRefusal): Answer {
  const { responseCode, responseReason } = refusal;
  const message = withoutCardNumbers(responseReason);
  const said = { code: responseCode, message };
  if (responseCode === CANCELED_BY_CUSTOMER) return { kind: 'canceled', said };
  if (responseCode === NO_PINPAD) return { kind: 'not_sent', cause: 'no_pinpad', said };
  return { kind: 'declined', cause: declineCauseIn(message), message, said };
}

function causeOfRefusal({ responseCode }: AutoTefRefusal): string {
  return responseCode === NO_PINPAD ? 'no_pinpad' : responseCode;
}

/** What the customer can do something about, as the service words it. */
function declineCauseIn(message: string): DeclineCause {
  if (/SALDO|LIMITE|INSUFICIENTE/i.test(message)) return 'insufficient_funds';
  if (/SENHA/i.test(message)) return 'wrong_pin';
  if (/CONEX|COMUNICA/i.test(message)) return 'no_connection';
  return /LEITURA|CHIP|TARJA/i.test(message) ? 'card_unreadable' : 'declined';
}

/**
 * Receipts: what one says, as fields and as lines of text, in each language. Nothing personal is in one, and of a card only the
 * last four digits. A receipt is a proof for the customer; what was paid is said by the payment.
 */
import { cents, formatMoney } from '../money/money.ts';
import type { PaymentMethod } from '../payment/machine.ts';
import type { Locale } from '../site/local-text.ts';

export const RECEIPT_KINDS = ['payment', 'refund'] as const;
export type ReceiptKind = (typeof RECEIPT_KINDS)[number];

/** What stays true of a receipt. Amounts in cents; `at` is an instant. */
export interface ReceiptContent {
  readonly kind: ReceiptKind;
  readonly company: string;
  readonly site: string;
  readonly address: string | null;
  readonly timezone: string;
  /** Of the ticket; null where it has not arrived. */
  readonly ticketCode: string | null;
  readonly method: PaymentMethod;
  readonly amountCents: number;
  readonly currency: string;
  readonly at: string;
  /** What the provider calls it: an end-to-end id, a number at the acquirer. */
  readonly providerId: string | null;
  readonly authorizationCode: string | null;
  readonly brand: string | null;
  readonly lastFour: string | null;
}

interface ReceiptTexts {
  readonly titles: Readonly<Record<ReceiptKind, string>>;
  readonly methods: Readonly<Record<PaymentMethod, string>>;
  readonly copy: string;
  readonly ticket: string;
  readonly amount: string;
  readonly at: string;
  readonly method: string;
  readonly provider: string;
  readonly authorization: string;
  readonly card: string;
  readonly code: string;
}

export const RECEIPT_TEXTS: Readonly<Record<Locale, ReceiptTexts>> = {
  'pt-BR': {
    titles: { payment: 'Comprovante de pagamento', refund: 'Comprovante de devolução' },
    methods: { pix: 'Pix', card: 'Cartão', cash: 'Dinheiro' },
    copy: '2ª via',
    ticket: 'Senha',
    amount: 'Valor',
    at: 'Data e hora',
    method: 'Forma de pagamento',
    provider: 'Identificação',
    authorization: 'Autorização',
    card: 'Cartão final',
    code: 'Código',
  },
  en: {
    titles: { payment: 'Payment receipt', refund: 'Refund receipt' },
    methods: { pix: 'Pix', card: 'Card', cash: 'Cash' },
    copy: 'Copy',
    ticket: 'Ticket',
    amount: 'Amount',
    at: 'Date and time',
    method: 'Payment method',
    provider: 'Identification',
    authorization: 'Authorization',
    card: 'Card ending in',
    code: 'Code',
  },
  es: {
    titles: { payment: 'Comprobante de pago', refund: 'Comprobante de devolución' },
    methods: { pix: 'Pix', card: 'Tarjeta', cash: 'Efectivo' },
    copy: 'Copia',
    ticket: 'Turno',
    amount: 'Importe',
    at: 'Fecha y hora',
    method: 'Forma de pago',
    provider: 'Identificación',
    authorization: 'Autorización',
    card: 'Tarjeta terminada en',
    code: 'Código',
  },
};

/** The fields of a receipt that has them, in their order: what they are called, and what they say. */
export function receiptFields(
  content: ReceiptContent,
  code: string,
  locale: Locale,
): readonly (readonly [label: string, text: string])[] {
  const texts = RECEIPT_TEXTS[locale];
  const { ticketCode, providerId, authorizationCode, brand, lastFour } = content;
  const card = [lastFour, brand].filter((part) => part !== null).join(' · ');
  const fields: readonly (readonly [string, string | null])[] = [
    [texts.amount, formatMoney(cents(content.amountCents), content.currency, locale)],
    [texts.method, texts.methods[content.method]],
    [texts.at, shownInstant(content, locale)],
    [texts.ticket, ticketCode],
    [texts.card, lastFour === null ? null : card],
    [texts.authorization, authorizationCode],
    [texts.provider, providerId],
    [texts.code, code],
  ];
  return fields.flatMap(([label, text]) => (text === null ? [] : [[label, text] as const]));
}

/** A receipt as lines of text. */
export function receiptText(content: ReceiptContent, code: string, locale: Locale): string {
  const head = [content.company, content.site, content.address].filter((line) => line !== null);
  const fields = receiptFields(content, code, locale).map(([label, text]) => `${label}: ${text}`);
  return [...head, '', RECEIPT_TEXTS[locale].titles[content.kind], '', ...fields].join('\n');
}

/** When it was, by the clock on the wall of the site. */
function shownInstant({ at, timezone }: ReceiptContent, locale: Locale): string {
  const zoned = Temporal.Instant.from(at).toZonedDateTimeISO(timezone);
  return zoned.toLocaleString(locale, { dateStyle: 'short', timeStyle: 'medium' });
}

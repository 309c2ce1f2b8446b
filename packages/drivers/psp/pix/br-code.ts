/**
 * The BR Code: the text behind a Pix QR, in the EMV merchant-presented form with the central bank's templates (Manual do BR
 * Code). Read by walking its fields, never by searching: `6304` may stand in a name.
 */
import { type Cents, cents } from '@totem/domain';
import { amountFromText, amountText } from '../../payment/amount-text.ts';

export const PIX_GUI = 'br.gov.bcb.pix';
const KEY_LENGTH_MAX = 77;
const URL_LENGTH_MAX = 77;
const TEMPLATE_LENGTH_MAX = 99;
const NAME_LENGTH_MAX = 25;
const CITY_LENGTH_MAX = 15;
const AMOUNT_LENGTH_MAX = 13;
const TXID = /^[A-Za-z0-9]{1,25}$/;
const NO_TXID = '***';
const CURRENCY_REAL = '986';

/** Whom a code pays: a key (static), or what stands behind an address without `https://` (dynamic). */
export type PixTarget =
  | { readonly kind: 'static'; readonly key: string; readonly description?: string }
  | { readonly kind: 'dynamic'; readonly url: string };

export interface BrCode {
  readonly target: PixTarget;
  readonly merchantName: string;
  readonly merchantCity: string;
  /** In cents; left out when the payer may choose, and always in a dynamic code that names its own. */
  readonly amountCents?: Cents;
  /** Static codes only: dynamic ones have theirs behind the address. */
  readonly txid?: string;
  readonly isSingleUse?: boolean;
}

export type BrCodeFault = 'not_tlv' | 'checksum' | 'field_missing' | 'not_pix' | 'field_invalid';
export type BrCodeRead =
  | { readonly ok: true; readonly code: BrCode }
  | { readonly ok: false; readonly fault: BrCodeFault };

/**
 * The text of a code. Name and city lose accents and what is too long; key, address and txid are never changed.
 * @throws RangeError when one of those does not fit.
 */
export function encodeBrCode(code: BrCode): string {
  const { target, amountCents, txid } = code;
  if (target.kind === 'dynamic' && txid !== undefined)
    throw new RangeError('a dynamic code has its txid behind the address');
  if (txid !== undefined && !TXID.test(txid)) throw new RangeError('not a txid of a static code');
  const body =
    field('00', '01') +
    (code.isSingleUse === true ? field('01', '12') : '') +
    field('26', field('00', PIX_GUI) + targetFields(target), TEMPLATE_LENGTH_MAX) +
    field('52', '0000') +
    field('53', CURRENCY_REAL) +
    (amountCents === undefined ? '' : field('54', amountText(amountCents), AMOUNT_LENGTH_MAX)) +
    field('58', 'BR') +
    field('59', printable(code.merchantName, NAME_LENGTH_MAX)) +
    field('60', printable(code.merchantCity, CITY_LENGTH_MAX)) +
    field('62', field('05', txid ?? NO_TXID)) +
    '6304';
  return body + checksum(body);
}

function targetFields(target: PixTarget): string {
  if (target.kind === 'dynamic') return field('25', target.url, URL_LENGTH_MAX);
  const description = target.description === undefined ? '' : field('02', printable(target.description, 72));
  return field('01', target.key, KEY_LENGTH_MAX) + description;
}

/** Reads a code, or says what is wrong with it. */
export function decodeBrCode(text: string): BrCodeRead {
  const fields = walk(text);
  if (fields === undefined) return { ok: false, fault: 'not_tlv' };
  const crc = fields.at(-1);
  if (crc?.id !== '63' || crc.value.length !== 4) return { ok: false, fault: 'field_missing' };
  if (checksum(text.slice(0, -4)) !== crc.value.toUpperCase()) return { ok: false, fault: 'checksum' };
  const byId = new Map(fields.map(({ id, value }) => [id, value]));
  if (byId.size !== fields.length) return { ok: false, fault: 'field_invalid' };
  for (const id of ['00', '26', '52', '53', '58', '59', '60'])
    if (!byId.has(id)) return { ok: false, fault: 'field_missing' };
  const account = templateOf(byId.get('26'));
  if (account?.get('00')?.toLowerCase() !== PIX_GUI) return { ok: false, fault: 'not_pix' };
  const key = account.get('01');
  const url = account.get('25');
  if ((key === undefined) === (url === undefined)) return { ok: false, fault: 'field_invalid' };
  const additional = byId.has('62') ? templateOf(byId.get('62')) : new Map<string, string>();
  if (additional === undefined) return { ok: false, fault: 'not_tlv' };
  const amount = byId.get('54');
  const amountCents = amount === undefined ? undefined : amountFromText(amount);
  if (amount !== undefined && amountCents === undefined) return { ok: false, fault: 'field_invalid' };
  const txid = additional.get('05');
  const description = account.get('02');
  return {
    ok: true,
    code: {
      target:
        url === undefined
          ? { kind: 'static', key: key ?? '', ...(description === undefined ? {} : { description }) }
          : { kind: 'dynamic', url },
      merchantName: byId.get('59') ?? '',
      merchantCity: byId.get('60') ?? '',
      ...(amountCents === undefined ? {} : { amountCents: cents(amountCents) }),
      ...(txid === undefined || txid === NO_TXID ? {} : { txid }),
      ...(byId.get('01') === '12' ? { isSingleUse: true } : {}),
    },
  };
}

interface Field {
  readonly id: string;
  readonly value: string;
}

/** The fields of a text, or undefined where a length is none or overruns. Lengths count characters. */
function walk(text: string): Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  while (at < text.length) {
    const head = /^(\d{2})(\d{2})/.exec(text.slice(at, at + 4));
    const length = Number(head?.[2] ?? 0);
    const value = text.slice(at + 4, at + 4 + length);
    if (head?.[1] === undefined || length === 0 || value.length !== length) return undefined;
    fields.push({ id: head[1], value });
    at += 4 + length;
  }
  return fields.length === 0 ? undefined : fields;
}

function templateOf(value: string | undefined): Map<string, string> | undefined {
  const fields = walk(value ?? '');
  return fields === undefined ? undefined : new Map(fields.map(({ id, value: text }) => [id, text]));
}

function field(id: string, value: string, lengthMax = TEMPLATE_LENGTH_MAX): string {
  if (value.length < 1 || value.length > lengthMax)
    throw new RangeError(`field ${id} has ${value.length} characters, at most ${lengthMax}`);
  return id + String(value.length).padStart(2, '0') + value;
}

/** Without accents and without what no reader shows; cut where it is too long, but never empty. */
function printable(text: string, lengthMax: number): string {
  const plain = text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]/g, '')
    .trim()
    .slice(0, lengthMax)
    .trim();
  return plain === '' ? '-' : plain;
}

/** CRC-16/CCITT-FALSE over the bytes of a text, as four capital hex digits; that of `123456789` is `29B1`. */
export function checksum(text: string): string {
  let crc = 0xffff;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1)
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
}

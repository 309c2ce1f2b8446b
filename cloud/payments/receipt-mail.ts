/**
 * `POST /r/:capability/mail`: a receipt to an address that its holder types on the public page. The address is used once and
 * kept nowhere: not in a row, an entry or a log. Who holds a receipt can send it a few times a day, and nobody can make the
 * installation write to strangers for more than that.
 */
import { type Env, type Locale, newId, ProblemError, RECEIPT_TEXTS, receiptText } from '@totem/domain';
import { type Log, requestLocale } from '@totem/host';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { isWithin, type Limiter, limiterIn } from '../access/limiters.ts';
import type { Database } from '../db/pool.ts';
import { readTenant, withTenant } from '../db/with-tenant.ts';
import { boundedBody, FORM_BODY } from '../http/body.ts';
import { type ClientAddress, networkOf } from '../http/client-address.ts';
import { recordEntries } from '../ledger/commit.ts';
import type { Way } from '../notify/ways.ts';
import { namedBy } from '../secrets/named-capability.ts';
import type { Vault } from '../secrets/vault.ts';
import { contentOfReceipt, type ReceiptRow, receiptById } from './receipts.ts';

/** What became of a wish to have it by mail; the page says it in words. */
export const MAIL_OUTCOMES = ['sent', 'failed', 'invalid', 'often', 'crowded'] as const;
export type MailOutcome = (typeof MAIL_OUTCOMES)[number];

/** Of one receipt in a day, whoever asks. */
const PER_RECEIPT = { tries: 5, seconds: 86_400 } as const;
/** From one network in an hour, for whatever receipts: a branch's customers may share one. */
const PER_NETWORK = { tries: 60, seconds: 3_600 } as const;
const SEE_OTHER = 303;
const addressSchema = z.email().max(254);

const TEXTS = {
  'pt-BR': {
    subject: (title: string, company: string) => `${title} · ${company}`,
    link: 'Confira se este comprovante é verdadeiro:',
    why: 'Este e-mail foi pedido na página do comprovante. O seu endereço não foi guardado.',
  },
  en: {
    subject: (title: string, company: string) => `${title} · ${company}`,
    link: 'See that this receipt is genuine:',
    why: 'This mail was asked for on the page of the receipt. Your address was not kept.',
  },
  es: {
    subject: (title: string, company: string) => `${title} · ${company}`,
    link: 'Compruebe que este comprobante es auténtico:',
    why: 'Este correo se pidió en la página del comprobante. Su dirección no se guardó.',
  },
} as const satisfies Record<Locale, object>;

export interface ReceiptMailParts {
  readonly db: Database;
  readonly env: Env;
  readonly log: Log;
  readonly vault: Vault;
  readonly addressOf: ClientAddress;
  readonly publicUrl: string;
  readonly mail: Way;
}

export function receiptMailRoutes(parts: ReceiptMailParts): Hono {
  const { db, vault, addressOf } = parts;
  const limits = {
    receipt: limiterIn(db, 'receipt_mail', PER_RECEIPT.tries, PER_RECEIPT.seconds),
    network: limiterIn(db, 'receipt_mail_from', PER_NETWORK.tries, PER_NETWORK.seconds),
  };
  return new Hono().post('/r/:capability/mail', boundedBody(FORM_BODY), async (c) => {
    const capability = c.req.param('capability');
    const named = namedBy<'receipt'>(vault, 'receipt', capability);
    const row = named && (await readTenant(db, named.tenantId, (tx) => receiptById(tx, named.id)));
    if (row === undefined || contentOfReceipt(row) === undefined) throw new ProblemError('not_found');
    const outcome = await outcomeOf(parts, limits, row, {
      capability,
      locale: requestLocale(c),
      network: networkOf(addressOf(c)),
      to: await typedAddress(c),
    });
    // Whoever loads the page anew sends nothing anew.
    return c.redirect(`/r/${capability}?mail=${outcome}`, SEE_OTHER);
  });
}

interface Wish {
  readonly capability: string;
  readonly locale: Locale;
  readonly network: string;
  readonly to: string | undefined;
}

async function outcomeOf(
  parts: ReceiptMailParts,
  limits: { readonly receipt: Limiter; readonly network: Limiter },
  row: ReceiptRow,
  wish: Wish,
): Promise<MailOutcome> {
  if (wish.to === undefined) return 'invalid';
  const hashed = (text: string): string => parts.vault.hash('receipt mail limit', text);
  // A branch's customers may share a network: what is true of it is not true of their receipt.
  if (!(await isWithin(limits.network, hashed(wish.network)))) return 'crowded';
  if (!(await isWithin(limits.receipt, hashed(row.id)))) return 'often';
  return send(parts, row, wish.to, wish);
}

async function send(
  { db, env, log, mail, publicUrl }: ReceiptMailParts,
  row: ReceiptRow,
  to: string,
  { capability, locale }: Wish,
): Promise<MailOutcome> {
  const content = contentOfReceipt(row);
  if (content === undefined) throw new ProblemError('not_found');
  const texts = TEXTS[locale];
  const lines = [
    receiptText(content, row.code, locale),
    '',
    texts.link,
    `${publicUrl}/r/${capability}`,
    '',
    texts.why,
  ];
  const sent = await mail({
    id: newId<'letter'>(env),
    to: [to],
    from: undefined,
    secret: undefined,
    now: env.now(),
    notice: {
      subject: texts.subject(RECEIPT_TEXTS[locale].titles[content.kind], content.company),
      text: lines.join('\n'),
    },
  });
  const outcome = sent.kind === 'accepted' ? 'sent' : 'failed';
  if (sent.kind !== 'accepted') log.warn({ receipt: row.id, kind: sent.kind }, 'a receipt was not mailed');
  const about = row.paymentSessionId;
  if (about !== null)
    await withTenant(db, row.tenantId, (tx) =>
      recordEntries(tx, env, [
        {
          siteId: row.siteId,
          userId: null,
          action: 'RECEIPT_MAILED',
          entity: 'payment_session',
          entityId: about,
          data: { by: 'holder', receiptId: row.id, outcome },
        },
      ]),
    );
  return outcome;
}

/** The address, if it is one. */
async function typedAddress(c: Context): Promise<string | undefined> {
  const { email } = await c.req.parseBody();
  return addressSchema.safeParse(typeof email === 'string' ? email.trim() : email).data;
}

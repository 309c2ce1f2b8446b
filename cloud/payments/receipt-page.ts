/**
 * `GET /r/:capability`: the page on which anybody sees that a receipt is genuine, and whether it still stands. It says what the
 * paper says and nothing of a person.
 */
import { createHash } from 'node:crypto';
import {
  cents,
  formatMoney,
  type Locale,
  RECEIPT_TEXTS,
  type ReceiptContent,
  receiptFields,
  type Timers,
} from '@totem/domain';
import { requestLocale } from '@totem/host';
import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import { createRateLimit } from '../access/rate-limit.ts';
import type { Database } from '../db/pool.ts';
import { readTenant } from '../db/with-tenant.ts';
import type { Messages } from '../events/messages.ts';
import { networkOf } from '../http/client-address.ts';
import { namedBy } from '../secrets/named-capability.ts';
import type { Vault } from '../secrets/vault.ts';
import { MAIL_OUTCOMES, type MailOutcome, type ReceiptMailParts, receiptMailRoutes } from './receipt-mail.ts';
import { contentOfReceipt, receiptById, refundedSince } from './receipts.ts';

const VIEWS_PER_MINUTE = 600;

const STYLE = `
:root{color-scheme:light dark;--ink:#0f2422;--soft:#42534f;--paper:#fffdf9;--back:#f5f2ea;--line:#e0dbcd;--accent:#0d524f;--warn:#8a3b12}
@media(prefers-color-scheme:dark){:root{--ink:#f4f6ef;--soft:#b4c9c3;--paper:#0e2826;--back:#071a19;--line:#1d403c;--accent:#6cdcc3;--warn:#ffb38a}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--back);color:var(--ink);
font:17px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{width:100%;max-width:28rem;background:var(--paper);border:1px solid var(--line);border-radius:24px;padding:32px 28px;
box-shadow:0 12px 40px rgb(15 36 34/.08)}
h1{font-size:1.5rem;margin:0 0 4px;color:var(--accent)}
.refunded h1{color:var(--warn)}
p{margin:0 0 8px;color:var(--soft)}
dl{margin:20px 0 0;border-top:1px dashed var(--line)}
div{display:flex;justify-content:space-between;gap:16px;padding:10px 0;border-bottom:1px dashed var(--line)}
dt{color:var(--soft)}
dd{margin:0;text-align:right;font-weight:650;overflow-wrap:anywhere}
form{display:grid;gap:8px;margin:24px 0 0}
label{font-weight:650}
input,button{font:inherit;width:100%;min-height:48px;padding:10px 14px;border-radius:12px}
input{color:inherit;background:var(--back);border:1px solid var(--soft)}
button{color:var(--paper);background:var(--accent);border:0;font-weight:650;cursor:pointer}
:is(input,button):focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.hint{font-size:.9rem;margin:0}
.told{margin:20px 0 0;padding:12px 16px;border-radius:12px;border:1px solid var(--accent);color:var(--ink)}
.told.bad{border-color:var(--warn)}
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;

const TEXTS = {
  'pt-BR': {
    genuine: 'Comprovante verdadeiro',
    refunded: (amount: string) => `Devolvido desde então: ${amount}`,
    unknown: 'Comprovante não encontrado',
    unknownDetail: 'Este endereço não é de um comprovante nosso. Confira com quem o entregou.',
    email: 'Receber por e-mail',
    emailHint: 'O endereço serve só para este envio e não é guardado.',
    send: 'Enviar',
    mail: {
      sent: 'Enviado. Confira a caixa de entrada e o spam.',
      failed: 'Não foi possível enviar agora. Tente de novo em alguns minutos.',
      invalid: 'Este endereço de e-mail não está completo. Confira e tente de novo.',
      often: 'Este comprovante já foi enviado várias vezes. Tente de novo amanhã.',
      crowded: 'Muitos envios foram pedidos desta rede. Tente de novo em uma hora, ou por outra rede.',
    },
  },
  en: {
    genuine: 'Genuine receipt',
    refunded: (amount: string) => `Refunded since: ${amount}`,
    unknown: 'Receipt not found',
    unknownDetail: 'This address is of no receipt of ours. Ask whoever gave it to you.',
    email: 'Have it by mail',
    emailHint: 'The address is used for this mail only, and not kept.',
    send: 'Send',
    mail: {
      sent: 'Sent. Look into your inbox, and the spam.',
      failed: 'It could not be sent now. Try again in a few minutes.',
      invalid: 'This mail address is not complete. Check it and try again.',
      often: 'This receipt was sent several times already. Try again tomorrow.',
      crowded: 'Many mails were asked for from this network. Try again in an hour, or from another network.',
    },
  },
  es: {
    genuine: 'Comprobante auténtico',
    refunded: (amount: string) => `Devuelto desde entonces: ${amount}`,
    unknown: 'Comprobante no encontrado',
    unknownDetail: 'Esta dirección no es de un comprobante nuestro. Consulte a quien se lo entregó.',
    email: 'Recibir por correo',
    emailHint: 'La dirección se usa solo para este envío y no se guarda.',
    send: 'Enviar',
    mail: {
      sent: 'Enviado. Revise la bandeja de entrada y el spam.',
      failed: 'No se pudo enviar ahora. Inténtelo de nuevo en unos minutos.',
      invalid: 'Esta dirección de correo no está completa. Revísela e inténtelo de nuevo.',
      often: 'Este comprobante ya se envió varias veces. Inténtelo de nuevo mañana.',
      crowded: 'Se pidieron muchos envíos desde esta red. Inténtelo de nuevo en una hora, o desde otra red.',
    },
  },
} as const satisfies Record<Locale, object>;

interface Shown {
  readonly capability: string;
  readonly content: ReceiptContent;
  readonly code: string;
  readonly refundedCents: number;
}

export interface ReceiptPageParts extends Omit<ReceiptMailParts, 'mail'> {
  readonly timers: Timers;
  readonly messages: Pick<Messages, 'ways' | 'reaches'>;
}

/** The page, and where mail leaves this installation, what its form is sent to. */
export function receiptRoutes({ messages, ...parts }: ReceiptPageParts): Hono {
  const { reaches, ways } = messages;
  const page = pageRoutes(parts, reaches.email);
  return reaches.email ? page.route('/', receiptMailRoutes({ ...parts, mail: ways.email })) : page;
}

function pageRoutes(parts: Omit<ReceiptPageParts, 'messages'>, canMail: boolean): Hono {
  const views = createRateLimit(parts.timers, VIEWS_PER_MINUTE);
  return new Hono().get('/r/:capability', async (c) => {
    views.take(networkOf(parts.addressOf(c)));
    const locale = requestLocale(c);
    const shown = await shownOf(parts, c.req.param('capability'));
    c.header('content-security-policy', POLICY);
    c.header('cache-control', 'private, no-store');
    c.header('content-language', locale);
    c.header('vary', 'accept-language');
    const told = MAIL_OUTCOMES.find((outcome) => outcome === c.req.query('mail'));
    const form = shown !== undefined && canMail ? mailForm(shown, locale, told) : '';
    return c.html(page(shown, locale, form), shown === undefined ? 404 : 200);
  });
}

async function shownOf(
  { db, vault }: { readonly db: Database; readonly vault: Vault },
  capability: string,
): Promise<Shown | undefined> {
  const named = namedBy<'receipt'>(vault, 'receipt', capability);
  if (named === undefined) return undefined;
  return readTenant(db, named.tenantId, async (tx) => {
    const row = await receiptById(tx, named.id);
    const content = row && contentOfReceipt(row);
    if (row === undefined || content === undefined) return undefined;
    const refundedCents = content.kind === 'payment' ? await refundedSince(tx, row) : 0;
    return { capability, content, code: row.code, refundedCents };
  });
}

type Html = ReturnType<typeof html> | string;

function page(shown: Shown | undefined, locale: Locale, form: Html) {
  const texts = TEXTS[locale];
  const title = shown === undefined ? texts.unknown : texts.genuine;
  return html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width,initial-scale=1" />
<meta name="robots" content="noindex" />
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>${shown === undefined ? unknownBody(locale) : shownBody(shown, locale, form)}</body>
</html>`;
}

function unknownBody(locale: Locale) {
  return html`<main><h1>${TEXTS[locale].unknown}</h1><p>${TEXTS[locale].unknownDetail}</p></main>`;
}

/** Works without scripts. What became of the last wish is said above the field. */
function mailForm({ capability }: Shown, locale: Locale, told: MailOutcome | undefined) {
  const texts = TEXTS[locale];
  const isBad = told !== undefined && told !== 'sent';
  const said =
    told === undefined
      ? ''
      : html`<p class="told ${isBad ? 'bad' : ''}" role="${isBad ? 'alert' : 'status'}">${texts.mail[told]}</p>`;
  return html`${said}<form method="post" action="/r/${capability}/mail">
<label for="email">${texts.email}</label>
<input id="email" name="email" type="email" autocomplete="email" inputmode="email" maxlength="254" required aria-describedby="hint" />
<p class="hint" id="hint">${texts.emailHint}</p>
<button type="submit">${texts.send}</button>
</form>`;
}

function shownBody({ content, code, refundedCents }: Shown, locale: Locale, form: Html) {
  const texts = TEXTS[locale];
  const refunded =
    refundedCents === 0
      ? ''
      : html`<p role="status"><strong>${texts.refunded(formatMoney(cents(refundedCents), content.currency, locale))}</strong></p>`;
  const fields = receiptFields(content, code, locale).map(
    ([label, text]) => html`<div><dt>${label}</dt><dd>${text}</dd></div>`,
  );
  return html`<main class="${refundedCents > 0 ? 'refunded' : 'genuine'}">
<h1>${texts.genuine}</h1>
<p>${RECEIPT_TEXTS[locale].titles[content.kind]} · ${content.company} · ${content.site}</p>${refunded}
<dl>${fields}</dl>${form}
</main>`;
}

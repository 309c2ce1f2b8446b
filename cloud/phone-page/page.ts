/** The phone page as HTML: one file, nothing personal; it keeps itself up to date while there is something to wait for. */
import { createHash } from 'node:crypto';
import { type CustomerAct, isFinal, type Locale, type TicketState } from '@totem/domain';
import { html, raw } from 'hono/html';
import { NEAR_PEOPLE } from '../notify/tell-near.ts';
import type { Reaches } from './contact.ts';
import { PHONE_SCRIPT, PHONE_SCRIPT_HASH } from './script.ts';
import { PHONE_TEXTS } from './texts.ts';

/** What the page may know of a ticket. */
export interface PhoneTicket {
  readonly code: string;
  readonly state: TicketState;
  readonly held: boolean;
  /** Of the counter that has called it. */
  readonly counterNumber: number | null;
  /** Null when it does not wait. */
  readonly peopleAhead: number | null;
  readonly serviceName: string;
  readonly siteName: string;
  /** What its holder may do with it now. */
  readonly acts: readonly CustomerAct[];
  /** How they can be told that their turn is near; undefined where they cannot, or need not be any more. */
  readonly tell: (Reaches & { readonly isGiven: boolean }) | undefined;
}

export type PhoneView =
  | { readonly kind: 'ticket'; readonly ticket: PhoneTicket }
  | { readonly kind: 'not_here_yet' }
  | { readonly kind: 'unknown' };

/** Where scripts are off. */
const REFRESH_SECONDS = 10;

const STYLE = `
:root{color-scheme:light dark;--ink:#0f2422;--soft:#42534f;--paper:#fffdf9;--back:#f5f2ea;--line:#e0dbcd;--accent:#0d524f}
@media(prefers-color-scheme:dark){:root{--ink:#f4f6ef;--soft:#b4c9c3;--paper:#0e2826;--back:#071a19;--line:#1d403c;--accent:#6cdcc3}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--back);color:var(--ink);
font:18px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{width:100%;max-width:26rem;background:var(--paper);border:1px solid var(--line);border-radius:24px;padding:32px 28px;
text-align:center;box-shadow:0 12px 40px rgb(15 36 34/.08)}
p{margin:0}
.small{color:var(--soft);font-size:1rem}
.code{font-size:clamp(3.5rem,22vw,5.5rem);font-weight:800;letter-spacing:-.03em;line-height:1.1;margin:8px 0 16px}
.state{font-size:1.35rem;font-weight:650}
.called .state,.called .place{color:var(--accent)}
.called{border:3px solid var(--accent)}
.place{font-size:2rem;font-weight:800;margin-top:4px}
.ahead{margin-top:8px;font-size:1.1rem}
label{display:block;text-align:left;font-weight:600;margin-top:8px}
input{width:100%;min-height:52px;margin:6px 0 10px;padding:0 14px;border:2px solid var(--soft);border-radius:14px;
background:var(--back);color:var(--ink);font:inherit}
.near{margin-top:12px;padding:10px 12px;border-radius:14px;border:2px solid var(--accent);color:var(--accent);font-weight:650}
.told{margin-top:12px}
h1{font-size:1.5rem;margin:0 0 12px}
details{margin-top:12px;border-top:1px dashed var(--line);padding-top:4px}
summary{min-height:48px;display:grid;place-items:center;cursor:pointer;font-weight:600;color:var(--accent)}
summary::-webkit-details-marker{display:none}
button{width:100%;min-height:52px;margin-top:12px;border:0;border-radius:14px;background:var(--accent);color:var(--paper);
font:inherit;font-weight:650;cursor:pointer}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
.called{animation:call 1.2s ease-in-out 4 alternate}
@keyframes call{to{background:color-mix(in srgb,var(--accent) 12%,var(--paper))}}
@media(prefers-reduced-motion:reduce){.called{animation:none}}
hr{border:0;border-top:1px dashed var(--line);margin:24px 0 16px}
`;
/** The page's policy lets in this one style and this one script, which ask nobody but the page's own server. */
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
export const PHONE_POLICY =
  `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; script-src 'sha256-${PHONE_SCRIPT_HASH}'; connect-src 'self'; ` +
  `base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;

/** The page in a language. @param capability what its address carries. */
export function phonePage(view: PhoneView, locale: Locale, capability: string) {
  const texts = PHONE_TEXTS[locale];
  const waits = view.kind === 'not_here_yet' || (view.kind === 'ticket' && !isFinal(view.ticket.state));
  const refresh = waits
    ? html`<noscript><meta http-equiv="refresh" content="${REFRESH_SECONDS}" /></noscript>`
    : '';
  const script = waits ? html`<script>${raw(PHONE_SCRIPT)}</script>` : '';
  return html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width,initial-scale=1" />
<meta name="robots" content="noindex" />
${refresh}<title>${view.kind === 'ticket' ? `${view.ticket.code} · ${texts.title}` : texts.title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>${bodyOf(view, locale, capability)}${script}</body>
</html>`;
}

function bodyOf(view: PhoneView, locale: Locale, capability: string) {
  const texts = PHONE_TEXTS[locale];
  switch (view.kind) {
    case 'ticket':
      return ticketBody(view.ticket, locale, capability);
    case 'not_here_yet':
      return html`<main><h1>${texts.notHereYet}</h1><p class="small">${texts.notHereYetDetail}</p></main>`;
    case 'unknown':
      return html`<main><h1>${texts.unknown}</h1><p class="small">${texts.unknownDetail}</p></main>`;
    default:
      return view satisfies never;
  }
}

function ticketBody(ticket: PhoneTicket, locale: Locale, capability: string) {
  const texts = PHONE_TEXTS[locale];
  const state = ticket.held ? texts.held : texts.states[ticket.state];
  const place =
    ticket.counterNumber === null ? '' : html`<p class="place">${texts.counter(ticket.counterNumber)}</p>`;
  const ahead =
    ticket.peopleAhead === null ? '' : html`<p class="ahead">${texts.ahead(ticket.peopleAhead)}</p>`;
  const isNear = ticket.peopleAhead !== null && ticket.peopleAhead <= NEAR_PEOPLE;
  const near = isNear ? html`<p class="near">${texts.near}</p>` : '';
  const foot = isFinal(ticket.state) ? '' : html`<p class="small">${texts.refreshes}</p>`;
  // Asked twice, without a script: what is folded out is the question.
  const acts = ticket.acts.map((act) => {
    const { ask, explain, yes } = texts.acts[act];
    return html`<details><summary>${ask}</summary><p class="small">${explain}</p>
<form method="post" action="/t/${capability}/${act}"><button>${yes}</button></form></details>`;
  });
  return html`<main class="${ticket.state}${isNear ? ' is-near' : ''}">
<p class="small">${texts.yourTicket}</p>
<h1 class="code">${ticket.code}</h1>
<p class="state" role="status">${state}</p>${place}${ahead}${near}
<hr /><p class="small">${ticket.serviceName} · ${ticket.siteName}</p>${foot}${isNear ? '' : tellBody(ticket.tell, locale, capability)}${acts}
</main>`;
}

/** An address is asked for where it can be used, and what becomes of it is said beside it. */
function tellBody(tell: PhoneTicket['tell'], locale: Locale, capability: string) {
  if (tell === undefined) return '';
  const { tell: texts } = PHONE_TEXTS[locale];
  if (tell.isGiven) return html`<p class="small told">${texts.given}</p>`;
  const label = tell.email && tell.sms ? texts.either : tell.sms ? texts.phone : texts.email;
  const type = tell.email && tell.sms ? 'text' : tell.sms ? 'tel' : 'email';
  const fill = tell.sms ? 'tel' : 'email';
  return html`<details><summary>${texts.ask}</summary>
<form method="post" action="/t/${capability}/tell"><label>${label}
<input name="to" type="${type}" autocomplete="${fill}" maxlength="254" required /></label>
<p class="small">${texts.explain}</p><button>${texts.yes}</button></form></details>`;
}

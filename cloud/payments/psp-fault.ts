/** What keeps a provider from giving us a token, in words for whoever has configured it. */
import type { ErrorCode } from '@totem/domain';

/** Causes as Node and the provider name them, by what they mean. The first that fits counts. */
const MEANINGS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^ADDRESS_REFUSED$/, 'psp_address_refused'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'psp_address_unknown'],
  [/^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT_ALTNAME)/, 'psp_not_believed'],
  // An alert of TLS, or a connection that ends right after it was made, is how a certificate is refused.
  [/ALERT|^(EPROTO|ECONNRESET)$/, 'psp_refuses_certificate'],
  [/^token_(400|401|403)$/, 'psp_refuses_credentials'],
  [/^(token_5\d\d|token_429|timeout|E[A-Z]+)$/, 'psp_unreachable'],
];

/** The code of a cause, as `PaymentPort.ready` gives it. */
export function pspFaultOf(cause: string): ErrorCode {
  return MEANINGS.find(([pattern]) => pattern.test(cause))?.[1] ?? 'psp_answers_wrong';
}

/** How PagBank signs what it calls at our address: SHA-256 of the token, a hyphen and the bytes of the body. */
import { createHash, timingSafeEqual } from 'node:crypto';

export const SIGNATURE_HEADER = 'x-authenticity-token';

/** In small hexadecimal digits. @param body as it came: a document that was read and written again has other bytes. */
export function pagBankSignature(token: string, body: Uint8Array): string {
  return createHash('sha256').update(`${token}-`).update(body).digest('hex');
}

/** Whether a signature is PagBank's. @param given undefined where there was none, as its sandbox leaves it out. */
export function isPagBankSignature(token: string, body: Uint8Array, given: string | undefined): boolean {
  const right = Buffer.from(pagBankSignature(token, body));
  const said = Buffer.from(given ?? '');
  return said.length === right.length && timingSafeEqual(said, right);
}

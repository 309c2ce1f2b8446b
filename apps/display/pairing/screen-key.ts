/**
 * The key by which a display is known: Ed25519, made on the screen, and what it signs with it. The secret never leaves the browser's
 * own storage. A library signs, because the browsers of televisions are years behind in what their own cryptography can.
 */
import { getPublicKey, hashes, sign } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { type Env, newId } from '@totem/domain';

hashes.sha512 = sha512;

const SECRET_BYTES = 32;
const ASSERTION_SECONDS = 120;
/** The name of the service, whatever address it is reached by; a hub takes it too. */
const ASSERTION_AUDIENCE = 'totem-cloud';

export interface ScreenKey {
  /** As it is kept: base64url. */
  readonly secret: string;
  /** Raw, base64url. */
  readonly publicKey: string;
  /** @returns the signature, base64url. */
  sign(text: string): string;
}

export function newScreenKey(env: Env): ScreenKey {
  return screenKeyOf(base64url(env.randomBytes(SECRET_BYTES)));
}

/** @throws RangeError for what is no secret of a key. */
export function screenKeyOf(secret: string): ScreenKey {
  const bytes = bytesOf(secret);
  if (bytes.length !== SECRET_BYTES) throw new RangeError('not the secret of a key');
  return {
    secret,
    publicKey: base64url(getPublicKey(bytes)),
    sign: (text) => base64url(sign(new TextEncoder().encode(text), bytes)),
  };
}

/** The signed claim to be this device (RFC 7523 section 2.1). @param nowMs as the server has it. */
export function assertionOf(key: ScreenKey, equipmentId: string, env: Env, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1_000);
  const claims = {
    iss: equipmentId,
    sub: equipmentId,
    aud: ASSERTION_AUDIENCE,
    iat: seconds,
    exp: seconds + ASSERTION_SECONDS,
    jti: newId<'assertion'>(env),
  };
  const text = [{ alg: 'EdDSA', typ: 'JWT' }, claims].map(jsonPart).join('.');
  return `${text}.${key.sign(text)}`;
}

function jsonPart(value: object): string {
  return base64url(new TextEncoder().encode(JSON.stringify(value)));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

function bytesOf(text: string): Uint8Array {
  const signs = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(signs, (sign) => sign.charCodeAt(0));
}

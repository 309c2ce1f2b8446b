/**
 * The key that signs access tokens, and those that authenticate shape handles, refresh tokens and known devices, which are
 * derived from it: one secret for the caller to keep, the same on every node.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { z } from 'zod';

/** A private Ed25519 key as a JSON Web Key (RFC 8037); what the caller persists. */
export const signingKeySchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  d: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export type SigningKey = z.infer<typeof signingKeySchema>;

export interface Keys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** 32 bytes. */
  readonly handleKey: Uint8Array;
  /** 32 bytes. */
  readonly refreshKey: Uint8Array;
  /** 32 bytes. */
  readonly knownDeviceKey: Uint8Array;
}

const DERIVED_KEY_BYTES = 32;

/** Makes a new key, once for an installation. */
export function newSigningKey(): SigningKey {
  return signingKeySchema.parse(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }));
}

/** The keys of a node. @throws Error when the key is none. */
export function keysOf(signingKey: SigningKey): Keys {
  const jwk = signingKeySchema.parse(signingKey);
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
  const secret = Buffer.from(jwk.d, 'base64url');
  const derived = (purpose: string) =>
    new Uint8Array(hkdfSync('sha256', secret, '', purpose, DERIVED_KEY_BYTES));
  return {
    privateKey,
    publicKey: createPublicKey(privateKey),
    handleKey: derived('totem shape handles v1'),
    refreshKey: derived('totem refresh tokens v1'),
    knownDeviceKey: derived('totem known devices v1'),
  };
}

/**
 * The keys of seals. The private one signs months and nothing else: it is derived from the key that signs tokens, or is one
 * of its own, which then can be kept elsewhere. The public ones are everyone's to have, under the name that RFC 7638 gives a
 * key, and keys of former times are published beside the present one, so that old seals can still be checked.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { z } from 'zod';
import { type SigningKey, signingKeySchema } from '../access/signing-key.ts';

/** A public Ed25519 key as a JSON Web Key (RFC 8037). */
export const publicSealKeySchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export type PublicSealKey = z.infer<typeof publicSealKeySchema>;

/** A published key: `kid` is its thumbprint. */
export interface PublishedKey extends PublicSealKey {
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
}

/** Checks signatures by key name. */
export interface SealVerifier {
  readonly published: readonly PublishedKey[];
  has(keyId: string): boolean;
  verify(keyId: string, text: string, signature: string): boolean;
}

export interface SealKeys extends SealVerifier {
  readonly keyId: string;
  /** @returns the signature, 64 bytes in base64url. */
  sign(text: string): string;
}

export interface SealKeyOptions {
  readonly signingKey: SigningKey;
  /** Takes the place of the derived key. */
  readonly sealKey?: SigningKey | undefined;
  readonly formerKeys?: readonly PublicSealKey[] | undefined;
}

/** The keys of a node. @throws Error when one is none. */
export function sealKeysOf({ signingKey, sealKey, formerKeys = [] }: SealKeyOptions): SealKeys {
  const privateKey =
    sealKey === undefined
      ? derivedKey(signingKeySchema.parse(signingKey))
      : createPrivateKey({ key: signingKeySchema.parse(sealKey), format: 'jwk' });
  const own = publicSealKeySchema.parse(createPublicKey(privateKey).export({ format: 'jwk' }));
  return {
    ...sealVerifierOf([own, ...formerKeys]),
    keyId: thumbprintOf(own),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64url'),
  };
}

/** A verifier that knows these keys and no others. */
export function sealVerifierOf(keys: readonly PublicSealKey[]): SealVerifier {
  const known = new Map<string, KeyObject>();
  for (const key of keys) known.set(thumbprintOf(key), createPublicKey({ key, format: 'jwk' }));
  const published = keys.map(
    ({ kty, crv, x }): PublishedKey => ({
      kty,
      crv,
      x,
      kid: thumbprintOf({ kty, crv, x }),
      use: 'sig',
      alg: 'EdDSA',
    }),
  );
  return {
    published,
    has: (keyId) => known.has(keyId),
    verify: (keyId, text, signature) => {
      const key = known.get(keyId);
      return key !== undefined && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
    },
  };
}

const SEED_BYTES = 32;
/** What stands before the seed of an Ed25519 key in PKCS #8 (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

function derivedKey({ d }: SigningKey): KeyObject {
  const secret = Buffer.from(d, 'base64url');
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'totem audit seals v1', SEED_BYTES));
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
}

/** RFC 7638: the digest of the required members in the order of their names. */
function thumbprintOf({ crv, kty, x }: PublicSealKey): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
}

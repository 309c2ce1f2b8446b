/**
 * The device's key: made on the device, never sent, never typed. Its public half is registered at enrolment; everything the
 * device claims (tokens, seals, links on paper) is signed with the private one.
 */

import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const KEY_FILE = 'device-key.json';
/** Read and written by the agent's user alone. */
const KEY_FILE_MODE = 0o600;
const DATA_DIR_MODE = 0o700;

/** An Ed25519 public key as a JSON Web Key (RFC 8037). */
export interface PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  /** 32 bytes, base64url. */
  readonly x: string;
}

export interface DeviceKey {
  readonly publicJwk: PublicJwk;
  readonly privateKey: KeyObject;
  /** An Ed25519 signature (RFC 8032) over the text's UTF-8 bytes: 64 bytes. */
  sign(text: string): Uint8Array;
}

const privateJwkSchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  d: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});

/** The public key of this device, which is made when there is none: what an enrolment registers. */
export function ensureDeviceKey(dataDir: string): PublicJwk {
  return openDeviceKey(dataDir).publicJwk;
}

/** Opens the device's key, making it at the first start. @throws Error when the file is there and is no key. */
export function openDeviceKey(dataDir: string): DeviceKey {
  const path = join(dataDir, KEY_FILE);
  const jwk = readKey(path) ?? makeKey(path);
  const privateKey = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  return {
    publicJwk: { kty: jwk.kty, crv: jwk.crv, x: jwk.x },
    privateKey,
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), privateKey),
  };
}

/** The key object of a public JWK, to check what a device signed. */
export function publicKeyOf(jwk: PublicJwk): KeyObject {
  return createPublicKey({ key: { ...jwk }, format: 'jwk' });
}

function readKey(path: string): z.output<typeof privateJwkSchema> | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  // A key that cannot be read is not replaced: the device would be a stranger to its cloud.
  return privateJwkSchema.parse(JSON.parse(text));
}

function makeKey(path: string): z.output<typeof privateJwkSchema> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const jwk = privateJwkSchema.parse(privateKey.export({ format: 'jwk' }));
  mkdirSync(dirname(path), { recursive: true, mode: DATA_DIR_MODE });
  const file = openSync(path, 'wx', KEY_FILE_MODE);
  try {
    writeSync(file, JSON.stringify(jwk));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return jwk;
}

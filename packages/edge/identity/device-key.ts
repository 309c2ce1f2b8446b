/**
 * The device's key: made on the device, never sent, never typed. Its public half is registered at enrolment; everything the
 * device claims (tokens, seals, links on paper) is signed with the private one. A device replaces its own key: the successor lies
 * beside it until the cloud has taken it, and then takes its place, also under whoever holds the key already.
 */

import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const KEY_FILE = 'device-key.json';
const SUCCESSOR_FILE = 'device-key.next.json';
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

/** A key that its device can replace. What it signs with is always the one of now. */
export interface RenewableKey extends DeviceKey {
  /** When it was made, as its file says: milliseconds since the epoch. */
  madeAtMs(): number;
  /** The key that comes after it, once it was begun. */
  successor(): DeviceKey | undefined;
  /** Makes the successor, or finds the one that was begun. It is on the disk when this returns. */
  begin(): DeviceKey;
  /** The successor takes its place. Nothing happens without one. */
  promote(): void;
  /** Forgets the successor: nobody has heard of it, or nobody wants it. */
  drop(): void;
}

const privateJwkSchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  d: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
type PrivateJwk = z.output<typeof privateJwkSchema>;

/** The public key of this device, which is made when there is none: what an enrolment registers. */
export function ensureDeviceKey(dataDir: string): PublicJwk {
  return openDeviceKey(dataDir).publicJwk;
}

/** Opens the device's key, making it at the first start. @throws Error when the file is there and is no key. */
export function openDeviceKey(dataDir: string): RenewableKey {
  const path = join(dataDir, KEY_FILE);
  const next = join(dataDir, SUCCESSOR_FILE);
  let current = keyOf(readKey(path) ?? makeKey(path));
  let coming = readBegun(next);
  return {
    get publicJwk() {
      return current.publicJwk;
    },
    get privateKey() {
      return current.privateKey;
    },
    sign: (text) => current.sign(text),
    madeAtMs: () => statSync(path).mtimeMs,
    successor: () => coming,
    begin() {
      coming ??= keyOf(makeKey(next));
      return coming;
    },
    promote() {
      if (coming === undefined) return;
      renameSync(next, path);
      syncFolder(dataDir);
      current = coming;
      coming = undefined;
    },
    drop() {
      rmSync(next, { force: true });
      coming = undefined;
    },
  };
}

/** The key object of a public JWK, to check what a device signed. */
export function publicKeyOf(jwk: PublicJwk): KeyObject {
  return createPublicKey({ key: { ...jwk }, format: 'jwk' });
}

function keyOf(jwk: PrivateJwk): DeviceKey {
  const privateKey = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  return {
    publicJwk: { kty: jwk.kty, crv: jwk.crv, x: jwk.x },
    privateKey,
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), privateKey),
  };
}

function readKey(path: string): PrivateJwk | undefined {
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

/** A successor that was half written has never left this device: it is made anew. */
function readBegun(path: string): DeviceKey | undefined {
  try {
    const jwk = readKey(path);
    return jwk && keyOf(jwk);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    rmSync(path, { force: true });
    return undefined;
  }
}

function makeKey(path: string): PrivateJwk {
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
  syncFolder(dirname(path));
  return jwk;
}

/** A name is on the disk when its folder is. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } catch (error) {
    // Windows opens no folder for that, and keeps names by itself.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) throw error;
  } finally {
    closeSync(folder);
  }
}

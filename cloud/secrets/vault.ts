/**
 * The vault: what must be readable again but not by whoever has the database. AES-256-GCM with a key that is kept outside of
 * it; each sealed text names its key, so that keys can be changed while old texts are still read. The context (which row, which
 * column) is authenticated with it: a text moved elsewhere does not open.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import type { Env } from '@totem/domain';
import { z } from 'zod';

/**
 * Keys by name, the newest first, each 32 bytes in base64url. New texts are sealed with the first; keyed hashes are made with the
 * last, which therefore stays for as long as anything was named with it.
 */
export const dataKeysSchema = z
  .record(z.string().regex(/^[a-z0-9-]{1,16}$/), z.string().regex(/^[A-Za-z0-9_-]{43}$/))
  .refine((keys) => Object.keys(keys).length > 0, 'names no key');
export type DataKeys = z.infer<typeof dataKeysSchema>;

export interface Vault {
  seal(context: string, text: string): Uint8Array;
  /** @throws Error when the text was altered, moved, or sealed with a key that is not known here. */
  open(context: string, sealed: Uint8Array): string;
  /** A keyed hash, 64 hex characters: names something without saying it. The same on every node. */
  hash(purpose: string, text: string): string;
}

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** Makes a new set of keys, once for an installation. */
export function newDataKeys(env: Env): DataKeys {
  return { '1': Buffer.from(env.randomBytes(KEY_BYTES)).toString('base64url') };
}

/** @throws Error when a key is none. */
export function createVault(dataKeys: DataKeys, env: Env): Vault {
  const keys = new Map(
    Object.entries(dataKeysSchema.parse(dataKeys)).map(([name, key]) => [
      name,
      Buffer.from(key, 'base64url'),
    ]),
  );
  const names = newestFirst([...keys.keys()]);
  const [current = '', oldest = ''] = [names[0], names.at(-1)];
  const [root, hashRoot] = [keys.get(current), keys.get(oldest)];
  if (root === undefined || hashRoot === undefined) throw new Error('a vault needs a key');
  const hashKey = Buffer.from(hkdfSync('sha256', hashRoot, '', 'totem keyed hashes v1', KEY_BYTES));
  return {
    seal: (context, text) => {
      const iv = env.randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, root, iv).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      const name = Buffer.from(current);
      return Buffer.concat([Buffer.of(name.length), name, iv, cipher.getAuthTag(), body]);
    },
    open: (context, sealed) => {
      const bytes = Buffer.from(sealed);
      const nameEnd = 1 + (bytes[0] ?? 0);
      const key = keys.get(bytes.subarray(1, nameEnd).toString());
      if (key === undefined) throw new Error('sealed with a key that is not known here');
      const iv = bytes.subarray(nameEnd, nameEnd + IV_BYTES);
      const tagEnd = nameEnd + IV_BYTES + TAG_BYTES;
      const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(nameEnd + IV_BYTES, tagEnd));
      return Buffer.concat([decipher.update(bytes.subarray(tagEnd)), decipher.final()]).toString('utf8');
    },
    hash: (purpose, text) => createHmac('sha256', hashKey).update(`${purpose}\n${text}`).digest('hex'),
  };
}

/** As they were written; but names that are numbers lose their place in an object, so of those the highest is the newest. */
function newestFirst(names: readonly string[]): string[] {
  const isNumber = (name: string): boolean => /^\d+$/.test(name);
  return [
    ...names.filter((name) => !isNumber(name)),
    ...names.filter(isNumber).toSorted((a, b) => Number(b) - Number(a)),
  ];
}

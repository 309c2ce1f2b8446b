/**
 * Files that are sealed as they are written and opened as they are read, in memory that does not grow with them. A header
 * names the key and carries a salt, from which the file's own key is derived; then come chunks of AES-256-GCM. The nonce is
 * the chunk's number and whether it is the last, so a file that was cut, joined or put in another order does not open, and
 * nothing leaves before its chunk was checked.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { Env } from '@totem/domain';
import { z } from 'zod';
import { BackupError } from './faults.ts';

const CIPHER = 'aes-256-gcm';
const MAGIC = Buffer.from('TOTEMBACKUP');
const VERSION = 1;
const SALT_BYTES = 32;
const KEY_BYTES = 32;
const TAG_BYTES = 16;
const CHUNK_BYTES = 64 * 1024;
const NONCE_BYTES = 12;
const NAME_BYTES_MAX = 16;
const PURPOSE = 'totem backup file v1';

/**
 * Keys by name, each 32 bytes in base64url; new files are sealed with the first. They are never those of the vault: whoever
 * reads a backup need not read secrets. A name begins with a letter: an object puts names that are numbers in their own order.
 */
export const backupKeysSchema = z
  .record(z.string().regex(/^[a-z][a-z0-9-]{0,15}$/), z.string().regex(/^[A-Za-z0-9_-]{43}$/))
  .refine((keys) => Object.keys(keys).length > 0, 'names no key');
export type BackupKeys = z.infer<typeof backupKeysSchema>;

/** Makes a key under a name of its own. */
export function newBackupKeys(env: Env, name = 'first'): BackupKeys {
  return { [name]: Buffer.from(env.randomBytes(KEY_BYTES)).toString('base64url') };
}

export interface Sealer {
  /** To be piped through: plain bytes in, the sealed file out. */
  seal(plain: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer>;
  /** The other way. @throws BackupError `empty`, `not_a_backup`, `version`, `unknown_key`, `truncated` or `altered`. */
  open(sealed: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer>;
}

/** @throws Error when a key is none. */
export function createSealer(keys: BackupKeys, env: Env): Sealer {
  const known = new Map(Object.entries(backupKeysSchema.parse(keys)));
  const [current = ''] = known.keys();
  const keyOf = (name: string, salt: Uint8Array) => {
    const key = known.get(name);
    if (key === undefined)
      throw new BackupError('unknown_key', `sealed with key "${name}", which is not known here`);
    return Buffer.from(hkdfSync('sha256', Buffer.from(key, 'base64url'), salt, PURPOSE, KEY_BYTES));
  };
  return {
    async *seal(plain) {
      const salt = env.randomBytes(SALT_BYTES);
      const name = Buffer.from(current);
      const header = Buffer.concat([MAGIC, Buffer.of(VERSION, name.length), name, salt]);
      const key = keyOf(current, salt);
      yield header;
      let number = 0;
      for await (const { bytes, isLast } of chunksOf(plain, CHUNK_BYTES)) {
        const cipher = createCipheriv(CIPHER, key, nonceOf(number, isLast)).setAAD(header);
        yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
        number += 1;
      }
    },
    async *open(sealed) {
      const reader = createReader(sealed);
      const { header, name, salt } = await readHeader(reader);
      const key = keyOf(name, salt);
      let number = 0;
      for await (const { bytes, isLast } of chunksOf(reader.rest(), CHUNK_BYTES + TAG_BYTES)) {
        if (bytes.length < TAG_BYTES)
          throw new BackupError('truncated', 'the file ends within its last chunk');
        yield openChunk({ bytes, key, header, number, isLast });
        number += 1;
      }
    },
  };
}

interface SealedChunk {
  readonly bytes: Buffer;
  readonly key: Buffer;
  readonly header: Buffer;
  readonly number: number;
  readonly isLast: boolean;
}

function openChunk(chunk: SealedChunk): Buffer {
  const { isLast, number } = chunk;
  const plain = tryChunk(chunk, isLast);
  if (plain !== undefined) return plain;
  // A whole chunk at the end that opens as one of the middle is where the rest was cut off.
  if (isLast && tryChunk(chunk, false) !== undefined)
    throw new BackupError('truncated', `the file ends after chunk ${number + 1}, which is not its last`);
  throw new BackupError('altered', `chunk ${number + 1} is not what was sealed`);
}

function tryChunk({ bytes, key, header, number }: SealedChunk, isLast: boolean): Buffer | undefined {
  const decipher = createDecipheriv(CIPHER, key, nonceOf(number, isLast), { authTagLength: TAG_BYTES })
    .setAAD(header)
    .setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  const plain = decipher.update(bytes.subarray(0, bytes.length - TAG_BYTES));
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    return undefined;
  }
}

function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeUInt8(isLast ? 1 : 0, 0);
  nonce.writeBigUInt64BE(BigInt(number), NONCE_BYTES - 8);
  return nonce;
}

/** Cuts bytes into chunks of one size; the last is what is left, and there is always one, an empty one of nothing. */
async function* chunksOf(
  source: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<{ readonly bytes: Buffer; readonly isLast: boolean }> {
  let parts: Uint8Array[] = [];
  let held = 0;
  for await (const part of source) {
    parts.push(part);
    held += part.length;
    if (held <= size) continue;
    // Something is kept back, so that the last chunk is known to be the last.
    const all = Buffer.concat(parts);
    let start = 0;
    for (; all.length - start > size; start += size)
      yield { bytes: all.subarray(start, start + size), isLast: false };
    parts = [all.subarray(start)];
    held = all.length - start;
  }
  yield { bytes: Buffer.concat(parts), isLast: true };
}

interface Reader {
  /** The next bytes, fewer at the end. */
  take(count: number): Promise<Buffer>;
  rest(): AsyncGenerator<Uint8Array>;
}

function createReader(source: AsyncIterable<Uint8Array>): Reader {
  const iterator = source[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  return {
    take: async (count) => {
      while (held.length < count) {
        const next = await iterator.next();
        if (next.done === true) break;
        held = Buffer.concat([held, next.value]);
      }
      const taken = held.subarray(0, count);
      held = held.subarray(count);
      return taken;
    },
    async *rest() {
      if (held.length > 0) yield held;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        yield next.value;
    },
  };
}

async function readHeader(reader: Reader) {
  const start = await reader.take(MAGIC.length + 2);
  if (start.length === 0) throw new BackupError('empty', 'the file is empty');
  const isOurs = MAGIC.subarray(0, start.length).equals(start.subarray(0, MAGIC.length));
  if (!isOurs) throw new BackupError('not_a_backup', 'the file is not a sealed backup');
  const version = start[MAGIC.length];
  const nameBytes = start[MAGIC.length + 1];
  if (version === undefined || nameBytes === undefined)
    throw new BackupError('truncated', 'the file ends within its header');
  if (version !== VERSION)
    throw new BackupError('version', `the file has format ${version}, and this program reads ${VERSION}`);
  if (nameBytes > NAME_BYTES_MAX) throw new BackupError('altered', 'the header is not what was written');
  const name = await reader.take(nameBytes);
  const salt = await reader.take(SALT_BYTES);
  if (salt.length < SALT_BYTES) throw new BackupError('truncated', 'the file ends within its header');
  return { header: Buffer.concat([start, name, salt]), name: name.toString(), salt };
}

/** Sealed files: whatever was written is read again, and whatever was done to the file in between is noticed by its name. */

import { systemEnv } from '@totem/host';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BackupError } from './faults.ts';
import { backupKeysSchema, createSealer, newBackupKeys } from './sealed-stream.ts';

const keys = newBackupKeys(systemEnv);
const sealer = createSealer(keys, systemEnv);
/** Magic, version, length of the key's name, the name "first", salt. */
const HEADER_BYTES = 11 + 1 + 1 + 5 + 32;
const SEALED_CHUNK_BYTES = 64 * 1024 + 16;

async function* inParts(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

const seal = (plain: Uint8Array, size = 1_000_003) => all(sealer.seal(inParts(plain, size)));

/** What opening says of these bytes: `whole`, or the fault. */
async function verdict(sealed: Uint8Array, by = sealer): Promise<string> {
  try {
    await all(by.open(inParts(sealed, 70_001)));
    return 'whole';
  } catch (error) {
    if (error instanceof BackupError) return error.fault;
    throw error;
  }
}

const plainOf = (length: number) => Buffer.alloc(length, 'totem');

describe('a sealed file', () => {
  test.each([0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])(
    'of %i bytes is read as it was written',
    async (length) => {
      const plain = plainOf(length);
      expect((await all(sealer.open(inParts(await seal(plain), 999)))).equals(plain)).toBe(true);
    },
  );

  test('is the same file however its bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 3_000 }),
        fc.integer({ min: 1, max: 500 }),
        async (plain, size) => {
          const sealed = await seal(plain, size);
          expect([...(await all(sealer.open(inParts(sealed, size))))]).toEqual([...plain]);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('says nothing of what is in it', async () => {
    expect((await seal(Buffer.from('Maria das Dores'.repeat(100)))).includes('Maria')).toBe(false);
  });

  test('is noticed wherever one bit of it is another', async () => {
    const sealed = await seal(plainOf(300));
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length * 8 - 1), async (bit) => {
        const other = Buffer.from(sealed);
        const at = Math.floor(bit / 8);
        other[at] = (other[at] ?? 0) ^ (1 << (bit % 8));
        expect(await verdict(other)).not.toBe('whole');
      }),
      { numRuns: 200 },
    );
  });

  test('is noticed wherever it is cut', async () => {
    const sealed = await seal(plainOf(150_000));
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), async (length) => {
        expect(['truncated', 'altered', 'empty']).toContain(await verdict(sealed.subarray(0, length)));
      }),
      { numRuns: 100 },
    );
  });
});

describe('what was done to a file has a name', () => {
  const cases: readonly (readonly [string, string, (sealed: Buffer) => Buffer])[] = [
    ['it has no bytes', 'empty', () => Buffer.alloc(0)],
    ['it is something else', 'not_a_backup', () => Buffer.from('-- PostgreSQL database dump')],
    [
      'it is of another version',
      'version',
      (sealed) => Buffer.concat([sealed.subarray(0, 11), Buffer.of(9), sealed.subarray(12)]),
    ],
    ['it ends in its header', 'truncated', (sealed) => sealed.subarray(0, 20)],
    ['it ends after its header', 'truncated', (sealed) => sealed.subarray(0, HEADER_BYTES)],
    [
      'it ends between two chunks',
      'truncated',
      (sealed) => sealed.subarray(0, HEADER_BYTES + SEALED_CHUNK_BYTES),
    ],
    [
      'a chunk is missing',
      'altered',
      (sealed) =>
        Buffer.concat([sealed.subarray(0, HEADER_BYTES), sealed.subarray(HEADER_BYTES + SEALED_CHUNK_BYTES)]),
    ],
    ['something follows', 'altered', (sealed) => Buffer.concat([sealed, Buffer.alloc(10)])],
  ];
  test.each(cases)('%s: %s', async (_, fault, damage) => {
    expect(await verdict(damage(await seal(plainOf(150_000))))).toBe(fault);
  });

  test('it was sealed with a key of somebody else', async () => {
    const sealed = await seal(plainOf(10));
    const stranger = createSealer(newBackupKeys(systemEnv, 'other'), systemEnv);
    expect(await verdict(sealed, stranger)).toBe('unknown_key');
    // The same name for another key: its chunks do not open.
    expect(await verdict(sealed, createSealer(newBackupKeys(systemEnv), systemEnv))).toBe('altered');
  });

  test('a key that was changed still opens what it has sealed', async () => {
    const sealed = await seal(plainOf(10));
    const later = createSealer({ ...newBackupKeys(systemEnv, 'second'), ...keys }, systemEnv);
    expect(await verdict(sealed, later)).toBe('whole');
    expect(await verdict(await all(later.seal(inParts(plainOf(10), 3))))).toBe('unknown_key');
  });

  test('a key whose name is a number is none: it would be the first wherever it stands', () => {
    expect(backupKeysSchema.safeParse({ 2: 'A'.repeat(43) }).success).toBe(false);
  });
});

/** The record of a proof run: read back whole, or refused. */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { endRecord, readProofs, startRecord } from './record.ts';

const size = (name: string, count = 10) => JSON.stringify({ kind: 'size', name, count, unit: 'seeds' });
const figures = (name: string, of: object) => JSON.stringify({ kind: 'figures', name, figures: of });

describe('the record of proofs', () => {
  test('is sorted by name, with the figures of each and its duration apart', () => {
    const text = [size('sync/b'), size('domain/a', 5), figures('sync/b', { lost_count: 0, seconds: 2 })].join(
      '\n',
    );
    expect(readProofs(`${text}\n`)).toEqual([
      { name: 'domain/a', count: 5, unit: 'seeds', figures: {} },
      { name: 'sync/b', count: 10, unit: 'seeds', figures: { lost_count: 0 }, seconds: 2 },
    ]);
  });

  test.each([
    ['a name that two files prove', [size('a/a'), size('a/a')]],
    ['figures without a size', [figures('a/a', {})]],
    ['a size of nothing', [size('a/a', 0)]],
    ['half a line', [size('a/a').slice(0, 20)]],
  ])('%s is refused', (_what, lines) => {
    expect(() => readProofs(lines.join('\n'))).toThrow();
  });

  test('with a fault is told, and the rest of the result is kept', () => {
    const folder = mkdtempSync(join(tmpdir(), 'totem-record-'));
    try {
      const path = startRecord(join(folder, 'deep', 'proof.jsonl'));
      expect(endRecord(path)).toEqual({ proofs: [], trouble: undefined });
      appendFileSync(path, `${size('a/a')}\n${size('a/a')}\n`);
      expect(endRecord(path)).toMatchObject({
        proofs: [],
        trouble: expect.stringContaining('two files prove'),
      });
      expect(endRecord(startRecord(path)).trouble).toBeUndefined();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('may be empty', () => {
    expect(readProofs('')).toEqual([]);
  });
});

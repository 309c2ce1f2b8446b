/** The sizes of proofs: a share that proves nothing is refused, and what is recorded can be read back. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { proof, recordProof } from './proof.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'totem-proof-'));
  vi.stubEnv('TOTEM_PROOF_FILE', join(folder, 'proof.jsonl'));
  vi.stubEnv('TOTEM_PROOF', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('the size of a proof', () => {
  test('is its share, and the full figure when all is asked for', () => {
    expect(proof('kit/share', { share: 10, full: 1_000 })).toBe(10);
    vi.stubEnv('TOTEM_PROOF', 'full');
    expect(proof('kit/full', { share: 10, full: 1_000 })).toBe(1_000);
  });

  test.each([
    ['no share', { share: 0, full: 10 }],
    ['a fraction', { share: 0.5, full: 10 }],
    ['a share beyond the whole', { share: 11, full: 10 }],
    ['no number', { share: Number.NaN, full: 10 }],
  ])('%s is refused', (_what, size) => {
    expect(() => proof('kit/refused', size)).toThrow(RangeError);
  });

  test('a name is used once and says its area', () => {
    proof('kit/once', { share: 1, full: 1 });
    expect(() => proof('kit/once', { share: 1, full: 1 })).toThrow('proved twice');
    expect(() => proof('no area', { share: 1, full: 1 })).toThrow(RangeError);
  });
});

describe('the record', () => {
  test('holds one line for the size and one for the figures', () => {
    proof('kit/recorded', { share: 3, full: 30, unit: 'seeds' });
    recordProof('kit/recorded', { lost_count: 0, seconds: 1.5 });
    const lines = readFileSync(join(folder, 'proof.jsonl'), 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { kind: 'size', name: 'kit/recorded', count: 3, unit: 'seeds' },
      { kind: 'figures', name: 'kit/recorded', figures: { lost_count: 0, seconds: 1.5 } },
    ]);
  });

  test('takes no figures for a proof that was not named', () => {
    expect(() => recordProof('kit/unnamed', {})).toThrow('not named');
  });
});

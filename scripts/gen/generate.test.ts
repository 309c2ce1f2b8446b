/** What is generated is written, found stale when it is, and never kept beyond its generator. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findStale, generateAll } from './generate.ts';
import type { Generator } from './generator.ts';
import { GENERATORS } from './generators.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'totem-generate-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const one = (text: string): Generator => ({ path: 'docs/generated/deep/one.md', make: async () => text });
const put = (path: string, text: string) => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
};

test('a file that was generated is not stale, and is not written again', async () => {
  expect(await generateAll(root, [one('a\n')])).toEqual(['docs/generated/deep/one.md']);
  expect(readFileSync(join(root, 'docs/generated/deep/one.md'), 'utf8')).toBe('a\n');
  expect(await findStale(root, [one('a\n')])).toEqual([]);
  expect(await generateAll(root, [one('a\n')])).toEqual([]);
});

test('a file that is missing, differs, or that nothing makes is stale', async () => {
  expect(await findStale(root, [one('a\n')])).toEqual([
    { path: 'docs/generated/deep/one.md', difference: 'is not there' },
  ]);
  put('docs/generated/deep/one.md', 'a\nb\nc\nd\n');
  put('docs/generated/stray.md', 'x\n');
  expect(await findStale(root, [one('a\nB\nB\nd\n')])).toEqual([
    {
      path: 'docs/generated/deep/one.md',
      difference: 'differs from line 2: 2 lines are there, 2 are made\n  - b\n  - c\n  + B\n  + B',
    },
    { path: 'docs/generated/stray.md', difference: 'nothing makes it' },
  ]);
  await generateAll(root, [one('a\nB\nB\nd\n')]);
  expect(await findStale(root, [one('a\nB\nB\nd\n')])).toEqual([]);
});

test('a line more or less at the end is a difference too', async () => {
  put('docs/generated/deep/one.md', 'a\n');
  const [longer] = await findStale(root, [one('a\nb\n')]);
  expect(longer?.difference).toBe('differs from line 2: 0 lines are there, 1 are made\n  + b');
  const [shorter] = await findStale(root, [one('a')]);
  expect(shorter?.difference).toContain('differs from line 2: 1 lines are there, 0 are made');
});

test('no two generators make the same file', () => {
  const paths = GENERATORS.map(({ path }) => path);
  expect(new Set(paths).size).toBe(paths.length);
});

/** What runs in production never loads the any-table server, nor anything else that exists for tests. */
import { existsSync } from 'node:fs';
import { posix, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsOf } from '../tidy/imports.ts';
import { type CodeFile, readRepository } from '../tidy/repository.ts';

const root = resolve(import.meta.dirname, '..', '..');
const { code, files } = readRepository(root);
const byPath = new Map(code.map((file) => [file.path, file]));

/** Name of each workspace package, its folder, and where its subpaths lead. */
const packages = files
  .filter(({ path }) => path.endsWith('/package.json'))
  .map(({ path, text }) => ({
    folder: posix.dirname(path),
    ...(JSON.parse(text) as { name?: string; exports?: Record<string, string> }),
  }));

/** The file that an import leads to; undefined for what is not ours. */
function targetOf(from: CodeFile, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from.path), specifier);
  const found = packages.find(
    ({ name = '' }) => name !== '' && (specifier === name || specifier.startsWith(`${name}/`)),
  );
  const subpath = found && (found.exports?.[`.${specifier.slice(found.name?.length)}`] ?? undefined);
  return found === undefined || subpath === undefined ? undefined : posix.join(found.folder, subpath);
}

/** Every file of ours that an entry loads, itself included. */
function loadedBy(entry: string): ReadonlySet<string> {
  const loaded = new Set<string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const file = byPath.get(path);
    if (loaded.has(path) || file === undefined) continue;
    loaded.add(path);
    for (const { specifier } of importsOf(file)) {
      const target = targetOf(file, specifier);
      if (target !== undefined) waiting.push(target);
    }
  }
  return loaded;
}

const ENTRIES = ['cloud/main.ts', 'cloud/index.ts', 'packages/edge/main.ts', 'packages/edge/index.ts'];
const FOR_TESTS = /^scripts\/|^packages\/testkit\/|\/(conformance|testing)\/|\.test\.tsx?$/;

describe.each(ENTRIES)('%s', (entry) => {
  const loaded = loadedBy(entry);

  test('loads the shape server', () => {
    expect(existsSync(resolve(root, entry))).toBe(true);
    expect(loaded).toContain('packages/sync/shape/server.ts');
    expect(loaded.size).toBeGreaterThan(50);
  });

  test('loads nothing that is for tests', () => {
    expect([...loaded].filter((path) => FOR_TESTS.test(path))).toEqual([]);
  });

  test('lets no caller define a shape', () => {
    const mentions = [...loaded].filter((path) => byPath.get(path)?.text.includes('definedByCaller'));
    expect(mentions.filter((path) => !path.startsWith('packages/sync/shape/'))).toEqual([]);
  });
});

test('the any-table server is loaded by its own script', () => {
  expect(loadedBy('scripts/shapes-any-table.ts')).toContain('scripts/any-table/resolver.ts');
});

/** The list of what is shipped: what runs is in it with its version and licence, what only tests is not. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const LIST_BYTES_MAX = 64 * 1024 * 1024;

interface Component {
  readonly name: string;
  readonly group?: string;
  readonly version: string;
  readonly licenses?: readonly unknown[];
}

test('what is shipped is listed with versions and licences, without what is for development', () => {
  const text = execFileSync(process.execPath, [join(ROOT, 'scripts', 'sbom.ts')], {
    encoding: 'utf8',
    maxBuffer: LIST_BYTES_MAX,
  });
  const list = JSON.parse(text) as { readonly bomFormat: string; readonly components: readonly Component[] };
  expect(list.bomFormat).toBe('CycloneDX');
  const known = new Map(
    list.components.map((one) => [one.group === undefined ? one.name : `${one.group}/${one.name}`, one]),
  );
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'cloud', 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  for (const [name, version] of Object.entries(dependencies))
    if (!name.startsWith('@totem/')) expect([name, known.get(name)?.version]).toEqual([name, version]);
  expect(known.get('hono')?.licenses).toEqual([{ license: { id: 'MIT' } }]);
  for (const name of ['vitest', 'electron', '@biomejs/biome'])
    expect([name, known.has(name)]).toEqual([name, false]);
});

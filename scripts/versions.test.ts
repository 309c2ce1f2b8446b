/**
 * Versions that matter at run time, as they are loaded and not as a manifest says: below these, a known defect loses
 * data or opens a door.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NODE_MAJOR } from './run/prerequisites.ts';

const root = resolve(import.meta.dirname, '..');

/** Negative, zero or positive as `a` is below, equal to or above `b`; of a pre-release only the numbers count. */
function compareVersions(a: string, b: string): number {
  const numbers = (version: string): number[] => version.split('-', 1).join('').split('.').map(Number);
  const right = numbers(b);
  return (
    numbers(a)
      .map((part, index) => part - (right[index] ?? 0))
      .find((difference) => difference !== 0) ?? 0
  );
}

describe('what is loaded at run time', () => {
  test.each([
    ['4.12.21', '4.12.21', 0],
    ['4.12.9', '4.12.21', -1],
    ['5.0.0', '4.12.21', 1],
    ['3.53.0', '3.51.3', 1],
  ])('%s against %s', (a, b, sign) => {
    expect(Math.sign(compareVersions(a, b))).toBe(sign);
  });

  test(`Node is ${NODE_MAJOR}: native TypeScript and Temporal`, () => {
    expect(Number.parseInt(process.versions.node, 10)).toBe(NODE_MAJOR);
    expect(typeof Temporal).toBe('object');
  });

  test('SQLite is at least 3.51.3: before it, a reset of the write-ahead log could corrupt the database', () => {
    const Database: unknown = createRequire(join(root, 'packages/edge/package.json'))('better-sqlite3');
    const database = Reflect.construct(Database as new (file: string) => SqliteVersion, [':memory:']);
    try {
      expect(
        compareVersions(database.prepare('SELECT sqlite_version()').pluck().get(), '3.51.3'),
      ).toBeGreaterThanOrEqual(0);
    } finally {
      database.close();
    }
  });

  test.each(['cloud', 'packages/edge', 'packages/host'])(
    'Hono as %s loads it is at least 4.12.21',
    (workspace) => {
      const entry = createRequire(join(root, workspace, 'package.json')).resolve('hono');
      const manifest: { readonly version: string } = JSON.parse(
        readFileSync(join(entry, '../../../package.json'), 'utf8'),
      );
      expect(compareVersions(manifest.version, '4.12.21')).toBeGreaterThanOrEqual(0);
    },
  );
});

describe('what is installed', () => {
  /** Below these a defect that is known loses data or opens a door; with who loads it, and why it matters. */
  const FLOORS: readonly (readonly [name: string, by: string, floor: string, why: string])[] = [
    ['@hono/node-server', 'cloud', '2.0.0', 'limits of a request that is sent slowly'],
    ['better-sqlite3', 'packages/edge', '13.0.0', 'the write-ahead log of a totem'],
    ['jose', 'cloud', '6.0.0', 'which algorithms a token may name'],
    ['pg', 'cloud', '8.16.3', 'what a connection says after its transaction failed'],
    ['zod', 'packages/domain', '4.0.0', 'bodies that are strict'],
    ['serialport', 'packages/drivers', '13.0.0', 'machine code for the Node that is shipped'],
    ['@aws-sdk/client-s3', 'cloud', '3.726.0', 'bodies whose hash is signed'],
  ];
  test.each(FLOORS)('%s for %s is at least %s: %s', (name, by, floor) => {
    const paths = createRequire(join(root, by, 'package.json')).resolve.paths(name) ?? [];
    const manifest = paths.map((path) => join(path, name, 'package.json')).find((path) => existsSync(path));
    const { version }: { readonly version: string } = JSON.parse(readFileSync(manifest ?? '', 'utf8'));
    expect(compareVersions(version, floor)).toBeGreaterThanOrEqual(0);
  });
});

interface SqliteVersion {
  prepare(sql: string): { pluck(): { get(): string } };
  close(): void;
}

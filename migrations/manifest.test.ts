/** Released migrations are never edited: the manifest knows each file's hash, and a database each step's. */
import { expect, test } from 'vitest';
import {
  DIALECTS,
  type Migration,
  manifestFaults,
  pendingMigrations,
  readManifest,
  readMigrations,
} from './manifest.ts';

const step = (version: number, hash = 'h'): Migration => ({
  version,
  name: `${String(version).padStart(4, '0')}_x.sql`,
  sql: '',
  hash,
});

test.each(DIALECTS)('every file of %s is what the manifest says, in tens', (dialect) => {
  const migrations = readMigrations(dialect);
  expect(manifestFaults(readManifest()[dialect], migrations)).toEqual([]);
  expect(migrations.filter(({ version }) => version % 10 !== 0)).toEqual([]);
});

test('a file that is gone, new or changed is a fault', () => {
  const known = { '0010_x.sql': 'h', '0020_x.sql': 'h' };
  expect(manifestFaults(known, [step(10), step(20)])).toEqual([]);
  expect(manifestFaults(known, [step(10)])).toEqual(['0020_x.sql is gone']);
  expect(manifestFaults(known, [step(10), step(20, 'other')])).toEqual(['0020_x.sql was changed']);
  expect(manifestFaults(known, [step(10), step(20), step(30)])).toEqual([
    '0030_x.sql is not in the manifest',
  ]);
});

test('a database needs the steps that it has not had', () => {
  const pending = pendingMigrations([step(10)], [step(10), step(20), step(30)]);
  expect(pending.map(({ version }) => version)).toEqual([20, 30]);
});

test('a database that is newer than the program is refused', () => {
  expect(() => pendingMigrations([step(10), step(20)], [step(10)])).toThrow('newer than this program');
});

test('a step that was changed after it was applied is refused', () => {
  expect(() => pendingMigrations([step(10)], [step(10, 'other')])).toThrow(
    'was changed after it was applied',
  );
});

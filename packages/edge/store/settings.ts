/** What the device remembers besides rows and ledger: small values by name, each with the schema it is read with. */
import { z } from 'zod';
import type { ReadHandle, WriteHandle } from './connection.ts';

/** Every setting there is, with its form. A value that no longer parses is as if it were not there. */
const SETTINGS = {
  /** What was learned of the time: see the clock. */
  clock: z.object({ offsetMs: z.number(), lastServerMs: z.number() }),
  /** The cloud has suspended this device, and why. */
  suspended: z.object({ code: z.enum(['device_suspended', 'ledger_fork']), since: z.string() }),
  /** The database is older than what the cloud has of it: nothing is issued until its numbers are known again. */
  restoring: z.object({ since: z.string(), headSeq: z.int() }),
  /** Business day and instant of the last ticket. */
  last_issue: z.object({ businessDay: z.string(), atMs: z.number() }),
} as const;
type Settings = typeof SETTINGS;

export function readSetting<K extends keyof Settings>(
  db: ReadHandle,
  key: K,
): z.output<Settings[K]> | undefined {
  const raw = db.one('SELECT value FROM setting WHERE key = ?', key);
  if (raw === undefined) return undefined;
  const parsed = SETTINGS[key].safeParse(JSON.parse(String(raw.value)));
  return parsed.success ? (parsed.data as z.output<Settings[K]>) : undefined;
}

export function writeSetting<K extends keyof Settings>(
  db: WriteHandle,
  key: K,
  value: z.output<Settings[K]>,
): void {
  db.run(
    'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    key,
    JSON.stringify(value),
  );
}

export function clearSetting(db: WriteHandle, key: keyof Settings): void {
  db.run('DELETE FROM setting WHERE key = ?', key);
}

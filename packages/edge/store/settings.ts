/** What the device remembers besides rows and ledger: small values by name, each with the schema it is read with. */
import { erasureMarkSchema } from '@totem/sync/device';
import { hubDirectorySchema } from '@totem/sync/hub';
import { z } from 'zod';
import type { ReadHandle, WriteHandle } from './connection.ts';

/** Every setting there is, with its form. A value that no longer parses is as if it were not there. */
const SETTINGS = {
  /** What was learned of the time: see the clock. */
  clock: z.object({ offsetMs: z.number(), lastServerMs: z.number() }),
  /** This device is suspended, and why; `by` a hub that has seen a fork of which the cloud may not have heard. */
  suspended: z.object({
    code: z.enum(['device_suspended', 'ledger_fork']),
    since: z.string(),
    by: z.literal('hub').optional(),
  }),
  /** The database is older than what the cloud has of it: nothing is issued until its numbers are known again. */
  restoring: z.object({ since: z.string(), headSeq: z.int() }),
  /**
   * The database took the place of a damaged one: nothing is issued until everything is here again, unless the old files knew the
   * services and how far the numbers were.
   */
  rebuilding: z.object({ since: z.string(), sellsAlone: z.boolean().default(false) }),
  /** Business day and instant of the last ticket. */
  last_issue: z.object({ businessDay: z.string(), atMs: z.number() }),
  /** Where the hub of the site is and how the cloud's tokens are known, as the cloud last said. */
  hub_directory: hubDirectorySchema.pick({ hub: true, tokenKey: true }),
  /** The term for which this totem has read everything that was done before it: only then it serves as the hub. */
  hub_ready: z.object({ term: z.int() }),
  /** The printer that a technician has chosen here, and how it is spoken to. */
  printer: z.object({ way: z.string(), profileId: z.string() }),
  /** The last erasure of the cloud's that is done here. */
  erased_up_to: erasureMarkSchema,
  /** What the office has asked and was done, the newest. */
  obeyed: z.object({ ids: z.array(z.string()) }),
  /** The technician's PIN as argon2id, the tries since the last right one, and until when no other counts. */
  technician: z.object({ hash: z.string().nullable(), tries: z.int(), lockedUntilMs: z.number() }),
} as const;
type Settings = typeof SETTINGS;

export function readSetting<K extends keyof Settings>(
  db: ReadHandle,
  key: K,
): z.output<Settings[K]> | undefined {
  const raw = db.one('SELECT value FROM setting WHERE key = ?', key);
  return raw === undefined ? undefined : parseSetting(key, String(raw.value));
}

/** A setting from its text, wherever that was found; undefined when it is none. */
export function parseSetting<K extends keyof Settings>(
  key: K,
  text: string,
): z.output<Settings[K]> | undefined {
  try {
    const parsed = SETTINGS[key].safeParse(JSON.parse(text));
    return parsed.success ? (parsed.data as z.output<Settings[K]>) : undefined;
  } catch {
    return undefined;
  }
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

/**
 * Backups by name. One is two files: the dump, and the manifest that is written when the dump was restored and was the same.
 * A dump without a manifest does not count. Both are sealed: a bucket's owner can neither read sums nor make a backup good.
 */
import { type Env, epochMsOf, instantText } from '@totem/domain';
import { z } from 'zod';
import { censusSchema } from './census.ts';
import { BackupError } from './faults.ts';
import type { Place } from './place.ts';
import type { Sealer } from './sealed-stream.ts';

export const manifestSchema = z.object({
  format: z.literal(1),
  name: z.string(),
  takenAt: z.string(),
  verifiedAt: z.string(),
  /** Of the sealed dump. */
  bytes: z.number(),
  sha256: z.string(),
  /** The version of `pg_dump`. */
  tool: z.string(),
  ledgers: z.object({ tenants: z.number(), entries: z.number(), faults: z.number() }),
  census: censusSchema,
});
export type Manifest = z.infer<typeof manifestSchema>;

const NAME = /^totem-(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\d{3})Z$/;
const DUMP = '.dump';
const MANIFEST = '.manifest';

export const dumpFile = (name: string) => `${name}${DUMP}`;
export const manifestFile = (name: string) => `${name}${MANIFEST}`;

/** A name that says when, and sorts by it. */
export function backupName(env: Env): string {
  return `totem-${instantText(env.now()).replaceAll(/[-:.]/g, '')}`;
}

/** When a backup was begun, in milliseconds since the epoch; undefined for what is no name of one. */
export function timeOfName(name: string): number | undefined {
  const parts = NAME.exec(name)?.slice(1);
  if (parts === undefined) return undefined;
  const [year, month, day, hour, minute, second, ms] = parts;
  return epochMsOf(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
}

export interface KeptBackup {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly takenAt: number;
  readonly dumpBytes: number | undefined;
  readonly hasManifest: boolean;
}

/** What is kept in a place, oldest first. */
export async function keptBackups(place: Place): Promise<KeptBackup[]> {
  const files = await place.list();
  const sizes = new Map(files.map(({ name, bytes }) => [name, bytes]));
  const names = files.map(({ name }) => name.replace(/\.(dump|manifest)$/, ''));
  return [...new Set(names)].flatMap((name) => {
    const takenAt = timeOfName(name);
    if (takenAt === undefined) return [];
    return [
      { name, takenAt, dumpBytes: sizes.get(dumpFile(name)), hasManifest: sizes.has(manifestFile(name)) },
    ];
  });
}

/** @param name undefined takes the newest that counts. @throws BackupError `missing`, and what opening a file can be. */
export async function readBackupManifest(place: Place, sealer: Sealer, name?: string): Promise<Manifest> {
  const chosen = name ?? (await keptBackups(place)).findLast(({ hasManifest }) => hasManifest)?.name;
  if (chosen === undefined) throw new BackupError('missing', `no backup in ${place.label} counts`);
  const bytes = await place.open(manifestFile(chosen));
  const manifest = manifestSchema.parse(await readJson(sealer, bytes));
  if (manifest.name !== chosen)
    throw new BackupError('altered', `the manifest of ${chosen} is that of ${manifest.name}`);
  return manifest;
}

/** A sealed file that holds JSON. */
export async function readJson(sealer: Sealer, bytes: AsyncIterable<Uint8Array>): Promise<unknown> {
  const parts: Uint8Array[] = [];
  for await (const part of sealer.open(bytes)) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString('utf8'));
}

/** Writes JSON as a sealed file. */
export async function writeJson(place: Place, sealer: Sealer, name: string, value: unknown): Promise<void> {
  const text = Buffer.from(JSON.stringify(value));
  await place.put(name, sealer.seal(oneOf(text)));
}

async function* oneOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

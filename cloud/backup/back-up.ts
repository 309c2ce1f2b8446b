/**
 * One backup from start to end: dumped, sealed and written; read back, restored into a scratch database and compared; only
 * then given its manifest, copied elsewhere, and older ones removed. Whatever fails, fails the whole and removes nothing.
 */
import { createHash } from 'node:crypto';
import { instantText } from '@totem/domain';
import { type Census, openSnapshot, rowsOf } from './census.ts';
import { type CopyParts, inScratch, type LedgerVerdict, restoreAndCompare } from './database-copy.ts';
import { backupName, dumpFile, keptBackups, type Manifest, manifestFile, writeJson } from './manifest.ts';
import type { Place } from './place.ts';
import { findPostgresTools } from './postgres-tools.ts';
import { isShrunk, removeOutlived } from './retention.ts';
import type { Sealer } from './sealed-stream.ts';

export interface BackupParts extends CopyParts {
  readonly sealer: Sealer;
  /** The database, as a role that sees every row. */
  readonly databaseUrl: string;
  /** A server of the same major version for scratch databases, as a superuser. */
  readonly scratchUrl: string;
  readonly local: Place;
  readonly localDays: number;
  /** Elsewhere. */
  readonly remote?: { readonly place: Place; readonly days: number } | undefined;
}

export interface BackupReport {
  readonly manifest: Manifest;
  readonly rows: number;
  /** Why nothing was removed, and what somebody should look at. */
  readonly suspicions: readonly string[];
  readonly removed: readonly string[];
}

/** @throws BackupError; the error of a place that cannot be written. */
export async function backUp(parts: BackupParts): Promise<BackupReport> {
  const { env, local, remote, sealer, log } = parts;
  const before = await keptBackups(local);
  const name = backupName(env);
  const taken = await dumpTo(parts, name);
  log.info({ name, bytes: taken.bytes, rows: rowsOf(taken.census) }, 'dumped; now restoring it');
  let ledgers: LedgerVerdict;
  try {
    ledgers = await inScratch(parts.scratchUrl, taken.census, env, async (url) =>
      restoreAndCompare(parts, url, sealer.open(await local.open(dumpFile(name))), taken.census),
    );
  } catch (error) {
    // It would only take the room of a good one.
    await local.remove(dumpFile(name));
    throw error;
  }
  const { takenAt, bytes, sha256, tool, census } = taken;
  const manifest: Manifest = {
    format: 1,
    name,
    takenAt,
    verifiedAt: instantText(env.now()),
    bytes,
    sha256,
    tool,
    ledgers,
    census,
  };
  await writeJson(local, sealer, manifestFile(name), manifest);
  if (remote !== undefined) await copyTo(parts, remote.place, manifest);
  const sizes = before.flatMap(({ dumpBytes, hasManifest }) =>
    hasManifest && dumpBytes !== undefined ? [dumpBytes] : [],
  );
  const suspicions = suspicionsOf(manifest, sizes);
  const removed = suspicions.length > 0 ? [] : await removeOld(parts);
  return { manifest, rows: rowsOf(census), suspicions, removed };
}

interface Taken {
  readonly takenAt: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly tool: string;
  readonly census: Census;
}

/** The dump and the census see one state, whatever is written meanwhile. */
async function dumpTo(
  { env, sealer, databaseUrl, local, tools: folder }: BackupParts,
  name: string,
): Promise<Taken> {
  const takenAt = instantText(env.now());
  const snapshot = await openSnapshot(databaseUrl);
  try {
    const tools = await findPostgresTools(snapshot.serverMajor, folder);
    const dump = tools.dump(databaseUrl, snapshot.id);
    const hash = createHash('sha256');
    async function* sealed() {
      for await (const part of sealer.seal(dump.bytes)) {
        hash.update(part);
        yield part;
      }
      // A tool that failed has ended its output as one that did not.
      await dump.done;
    }
    try {
      // One after the other: two readings of every table at once would take from the requests twice as much.
      const { bytes } = await local.put(dumpFile(name), sealed());
      return {
        takenAt,
        bytes,
        sha256: hash.digest('hex'),
        tool: tools.version,
        census: await snapshot.census(),
      };
    } catch (error) {
      dump.stop();
      throw error;
    }
  } finally {
    await snapshot.close();
  }
}

async function copyTo({ local, sealer }: BackupParts, place: Place, manifest: Manifest): Promise<void> {
  const { name } = manifest;
  await place.put(dumpFile(name), await local.open(dumpFile(name)));
  await writeJson(place, sealer, manifestFile(name), manifest);
}

function suspicionsOf({ ledgers, bytes }: Manifest, before: readonly number[]): string[] {
  return [
    ledgers.faults === 0 ? [] : [`${ledgers.faults} faults in the ledgers: npm run audit:verify names them`],
    isShrunk(bytes, before)
      ? [`the dump has ${bytes} bytes, less than half of what dumps before it had`]
      : [],
  ].flat();
}

async function removeOld({ env, local, localDays, remote }: BackupParts): Promise<string[]> {
  const here = await removeOutlived(local, env.now(), localDays);
  const there = remote === undefined ? [] : await removeOutlived(remote.place, env.now(), remote.days);
  return [...new Set([...here, ...there])];
}

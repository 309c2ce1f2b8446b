/**
 * The `pg_dump` and `pg_restore` of the machine. Their version is asked for before anything begins: a tool that is older than
 * its server refuses, and a backup that nobody looks at then fails for months. Addresses and passwords go to them by their
 * environment, where other users of the machine do not see them.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BackupError } from './faults.ts';

export interface PostgresTools {
  /** As the tools name it, for example `15.18`. */
  readonly version: string;
  readonly major: number;
  readonly folder: string;
  /** Dumps a database as it was in an exported snapshot. The bytes are those of `--format=custom`. */
  dump(url: string, snapshot: string): Dump;
  /** Restores a dump into an empty database. @throws BackupError `restore` */
  restore(url: string, dump: AsyncIterable<Uint8Array>): Promise<void>;
}

export interface Dump {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Rejects with a BackupError `dump` when the tool failed, also where it had written much before. */
  readonly done: Promise<void>;
  /** Ends the tool. */
  stop(): void;
}

/** Debian keeps each major version beside the others. */
const VERSIONS_FOLDER = '/usr/lib/postgresql';
const COMPLAINT_CHARACTERS_MAX = 4_000;
/** A dump waits behind a migration for this long, in milliseconds, and then fails. */
const LOCK_WAIT_MS = 60_000;

/**
 * Finds the oldest tools that are new enough.
 * @param serverMajor the server's major version.
 * @param folder where they are; by default they are looked for on the path and where Debian has them.
 * @throws BackupError `tool` when there are none.
 */
export async function findPostgresTools(serverMajor: number, folder?: string): Promise<PostgresTools> {
  const folders = folder === undefined ? knownFolders() : [folder];
  const found = await Promise.all(folders.map(async (at) => ({ at, version: await versionIn(at) })));
  const fit = found
    .flatMap(({ at, version }) =>
      version === undefined ? [] : [{ at, version, major: Number.parseInt(version, 10) }],
    )
    .filter(({ major }) => major >= serverMajor)
    .toSorted((a, b) => a.major - b.major)[0];
  if (fit === undefined) throw new BackupError('tool', complaint(serverMajor, found));
  return toolsIn(fit.at, fit.version, fit.major);
}

function complaint(
  serverMajor: number,
  found: readonly { at: string; version: string | undefined }[],
): string {
  const there = found.filter(({ version }) => version !== undefined);
  const have =
    there.length === 0 ? 'there is none' : there.map(({ at, version }) => `${at} has ${version}`).join(', ');
  return `the server is PostgreSQL ${serverMajor} and needs a pg_dump and a pg_restore of ${serverMajor} or later; ${have}`;
}

function knownFolders(): string[] {
  const debian = existsSync(VERSIONS_FOLDER)
    ? readdirSync(VERSIONS_FOLDER).map((version) => join(VERSIONS_FOLDER, version, 'bin'))
    : [];
  const path = (process.env.PATH ?? '').split(delimiter);
  return [...new Set([...debian, ...path])].filter((at) => at !== '' && existsSync(join(at, 'pg_dump')));
}

/** Undefined where one of the two is not there, or the two are of different versions. */
async function versionIn(folder: string): Promise<string | undefined> {
  const [dump, restore] = await Promise.all(
    ['pg_dump', 'pg_restore'].map(
      (name) =>
        new Promise<string | undefined>((resolve) =>
          execFile(join(folder, name), ['--version'], (error, out) =>
            // `pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`
            resolve(error === null ? /\(PostgreSQL\) (\d+[\w.]*)/.exec(out)?.[1] : undefined),
          ),
        ),
    ),
  );
  return dump === restore ? dump : undefined;
}

function toolsIn(folder: string, version: string, major: number): PostgresTools {
  return {
    version,
    major,
    folder,
    dump: (url, snapshot) => {
      const options = [
        '--format=custom',
        '--no-password',
        `--snapshot=${snapshot}`,
        `--lock-wait-timeout=${LOCK_WAIT_MS}`,
      ];
      const tool = started(join(folder, 'pg_dump'), options, url);
      tool.child.stdin.end();
      const done = tool.done('dump');
      // It is heard when it is awaited, which is after the last byte.
      done.catch(() => {});
      return { bytes: tool.child.stdout, done, stop: () => void tool.child.kill() };
    },
    restore: async (url, dump) => {
      const { database } = placeOf(url);
      const options = ['--format=custom', '--no-password', '--exit-on-error', `--dbname=${database}`];
      const tool = started(join(folder, 'pg_restore'), options, url);
      tool.child.stdout.resume();
      const done = tool.done('restore');
      const fed = pipeline(dump, tool.child.stdin);
      // What makes the dump unreadable says more than what the tool makes of its end.
      const [feeding, restoring] = await Promise.allSettled([fed, done]);
      if (feeding.status === 'rejected' && feeding.reason instanceof BackupError) throw feeding.reason;
      if (restoring.status === 'rejected') throw restoring.reason;
      if (feeding.status === 'rejected') throw feeding.reason;
    },
  };
}

function started(program: string, options: readonly string[], url: string) {
  const child = spawn(program, options, { env: environmentOf(url), stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < COMPLAINT_CHARACTERS_MAX) said += text;
  });
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) =>
      resolve(code === 0 ? undefined : `${signal ?? `code ${code}`}: ${said.trim()}`),
    );
  });
  return {
    child,
    done: async (fault: 'dump' | 'restore') => {
      const failure = await ended;
      if (failure !== undefined) throw new BackupError(fault, `${program} ended with ${failure}`);
    },
  };
}

function placeOf(url: string): { readonly database: string; readonly address: URL } {
  const address = new URL(url);
  return { database: decodeURIComponent(address.pathname.slice(1)), address };
}

/** The tools read the same names as every program of PostgreSQL. */
function environmentOf(url: string): NodeJS.ProcessEnv {
  const { database, address } = placeOf(url);
  const tls = address.searchParams.get('sslmode');
  const authority = address.searchParams.get('sslrootcert');
  return {
    PATH: process.env.PATH,
    LC_ALL: 'C',
    PGHOST: address.hostname.replace(/^\[|\]$/g, ''),
    PGPORT: address.port === '' ? '5432' : address.port,
    PGUSER: decodeURIComponent(address.username),
    PGPASSWORD: decodeURIComponent(address.password),
    PGDATABASE: database,
    PGAPPNAME: 'totem-backup',
    ...(tls === null ? {} : { PGSSLMODE: tls }),
    ...(authority === null ? {} : { PGSSLROOTCERT: authority }),
  };
}

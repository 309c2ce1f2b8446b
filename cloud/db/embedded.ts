/**
 * A real PostgreSQL beside this process, for the demo, for small installations and for tests: its data in one folder, on a
 * free port of the loopback, started and stopped with the process. The next start finds the data again, also after a
 * process that had no time to stop its server.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Env, Timers } from '@totem/domain';
import pg from 'pg';
import { z } from 'zod';
import { reachableBinaries, reachableCluster, type SystemUser, serverUser } from './embedded-binaries.ts';

/** URLs of the roles of `migrations/postgres/0010_roles.sql`, and of the cluster's superuser. */
export interface DatabaseUrls {
  readonly superuser: string;
  readonly owner: string;
  readonly api: string;
  readonly tailer: string;
}

export interface EmbeddedPostgres {
  readonly port: number;
  /** URLs of a database of this server. */
  urlsOf(database: string): DatabaseUrls;
  /** URLs of the product's own database. */
  readonly urls: DatabaseUrls;
  /** Stops the server, and waits until it has written everything. */
  stop(): Promise<void>;
}

export interface EmbeddedParts {
  /** Kept between starts. */
  readonly dataDir: string;
  readonly env: Env;
  readonly timers: Timers;
  /** Called with each line that the server writes. */
  readonly onLog?: (line: string) => void;
  /** False gives up safety against a power cut for speed: for tests. */
  readonly durable?: boolean;
  /** The folder of another PostgreSQL's `bin`, in place of the one that came with the packages. */
  readonly programs?: string;
  /** Joins the server that another process runs on this folder, if one does; it is that one's to stop. */
  readonly join?: boolean;
}

const DATABASE = 'totem';
const SUPERUSER = 'postgres';
const ROLES = ['totem_owner', 'totem_api', 'totem_tailer'] as const;
const START_TIMEOUT_MS = 30_000;
/** A fast shutdown first; after this long an immediate one, which recovers at the next start. */
const STOP_TIMEOUT_MS = 10_000;
/** Tries of free ports: between looking and listening someone else may take one. */
const PORT_TRIES_MAX = 3;
const PASSWORD_BYTES = 24;
const MODE_SECRET_FILE = 0o600;
const READY = 'database system is ready to accept connections';
/**
 * Runs a command and interrupts it when standard input ends, which it does with this process, however it dies: so even a
 * process that was killed leaves no server behind. The shell gives background jobs no input, hence the third descriptor.
 */
const GUARD =
  'exec 3<&0; "$0" "$@" & server=$!; { read -r _ <&3; kill -INT $server; } & guard=$!; wait $server; code=$?; kill $guard; exit $code';
const LIBPQ_C = { LC_ALL: 'C', LC_MESSAGES: 'C', TZ: 'UTC' };

const secretsSchema = z.record(z.enum([SUPERUSER, ...ROLES]), z.string());
type Secrets = z.infer<typeof secretsSchema>;

/** Starts the server and makes its roles and its database, if they are not there. @throws Error when another process runs on this folder. */
export async function startEmbeddedPostgres(parts: EmbeddedParts): Promise<EmbeddedPostgres> {
  const user = serverUser();
  const binaries = reachableBinaries(user, parts.programs);
  const cluster = reachableCluster(parts.dataDir, user, parts.env);
  const claimed = join(parts.dataDir, 'owner.pid');
  if (parts.join === true && isHeld(claimed)) return joined(parts, cluster);
  const release = claim(claimed);
  try {
    stopOrphan(binaries, cluster, user);
    const secrets = secretsOf(join(parts.dataDir, 'roles.json'), parts.env);
    if (!existsSync(join(cluster, 'PG_VERSION'))) initialise(parts, binaries, cluster, user, secrets);
    const { server, port } = await startOnFreePort(parts, binaries, cluster, user);
    const urlsOf = (database: string) => urlsFor(port, secrets, database);
    const stop = async () => {
      await stopServer(server, parts.timers);
      release();
    };
    try {
      await prepareRoles(urlsOf, secrets);
    } catch (error) {
      await stop();
      throw error;
    }
    return { port, urlsOf, urls: urlsOf(DATABASE), stop };
  } catch (error) {
    release();
    throw error;
  }
}

/** Marks the folder as ours. The server outlives a process that was killed, so its own lock file cannot tell who is alive. */
function claim(file: string): () => void {
  if (isHeld(file)) throw new Error(`another process runs on this data: see ${file}`);
  writeFileSync(file, lifeOf(process.pid) ?? '');
  return () => rmSync(file, { force: true });
}

/** Whether another process that is alive has marked the folder. */
function isHeld(file: string): boolean {
  const holder = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const pid = Number.parseInt(holder, 10);
  return pid !== process.pid && holder !== '' && lifeOf(pid) === holder;
}

/** The server that another process runs: the fourth line of its lock file is its port. */
function joined(parts: EmbeddedParts, cluster: string): EmbeddedPostgres {
  const secrets = secretsOf(join(parts.dataDir, 'roles.json'), parts.env);
  const port = Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[3]);
  const urlsOf = (database: string) => urlsFor(port, secrets, database);
  return { port, urlsOf, urls: urlsOf(DATABASE), stop: async () => {} };
}

/** Names one life of a process: pids are used again, after a restart of the machine at the latest. Null when there is no such process. */
function lifeOf(pid: number): string | null {
  try {
    process.kill(pid, 0);
  } catch {
    return null;
  }
  if (process.platform !== 'linux') return String(pid);
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  // proc(5): field 22 is the start time; the name in parentheses may contain spaces.
  const started = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19];
  return `${pid} ${boot} ${started}`;
}

/** Ends a server whose process is gone; a stale lock file is no fault. */
function stopOrphan(binaries: string, cluster: string, user: SystemUser | null): void {
  if (!existsSync(join(cluster, 'postmaster.pid'))) return;
  try {
    const args = ['stop', '-D', cluster, '-m', 'fast', '-w', '-t', '20'];
    execFileSync(join(binaries, 'bin', 'pg_ctl'), args, { ...spawnAs(user), stdio: 'ignore' });
  } catch {
    // There was no such process any more; the server removes the file itself when it starts.
  }
}

function secretsOf(file: string, env: Env): Secrets {
  if (existsSync(file)) return secretsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const secret = () => env.randomBytes(PASSWORD_BYTES).toHex();
  const secrets: Secrets = {
    postgres: secret(),
    totem_owner: secret(),
    totem_api: secret(),
    totem_tailer: secret(),
  };
  writeFileSync(file, JSON.stringify(secrets), { mode: MODE_SECRET_FILE });
  return secrets;
}

function initialise(
  { durable = true }: EmbeddedParts,
  binaries: string,
  cluster: string,
  user: SystemUser | null,
  secrets: Secrets,
): void {
  const folder = mkdtempSync(join(tmpdir(), 'totem-initdb-'));
  const passwordFile = join(folder, 'password');
  try {
    writeFileSync(passwordFile, `${secrets.postgres}\n`, { mode: MODE_SECRET_FILE });
    if (user !== null) for (const path of [folder, passwordFile]) chownSync(path, user.uid, user.gid);
    const args = [
      `--pgdata=${cluster}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--data-checksums',
      ...(durable ? [] : ['--no-sync']),
    ];
    execFileSync(join(binaries, 'bin', 'initdb'), args, { ...spawnAs(user), stdio: 'pipe' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startOnFreePort(
  parts: EmbeddedParts,
  binaries: string,
  cluster: string,
  user: SystemUser | null,
): Promise<{ server: ChildProcess; port: number }> {
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    try {
      return { server: await startServer(parts, binaries, cluster, user, port), port };
    } catch (error) {
      if (tries === PORT_TRIES_MAX) throw error;
    }
  }
}

async function startServer(
  parts: EmbeddedParts,
  binaries: string,
  cluster: string,
  user: SystemUser | null,
  port: number,
): Promise<ChildProcess> {
  const durable = parts.durable ?? true;
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    password_encryption: 'scram-sha-256',
    fsync: durable ? 'on' : 'off',
    synchronous_commit: durable ? 'on' : 'off',
    full_page_writes: durable ? 'on' : 'off',
    // Compiling a query pays where it runs for long, and no test's does.
    ...(durable ? {} : { jit: 'off' }),
  };
  const args = [
    '-D',
    cluster,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  // A session of its own: Ctrl-C in the terminal goes to us, and we stop the server after what uses it.
  const command = [join(binaries, 'bin', 'postgres'), ...args];
  const server = spawn('/bin/sh', ['-c', GUARD, ...command], {
    ...spawnAs(user),
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let written = '';
  await new Promise<void>((resolve, reject) => {
    const cancel = parts.timers.after(START_TIMEOUT_MS, () => {
      quit(server);
      reject(new Error(`PostgreSQL did not start in time: ${written}`));
    });
    server.once('error', reject);
    server.once('exit', (code) => {
      cancel();
      reject(new Error(`PostgreSQL ended with code ${code}: ${written}`));
    });
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (written.length < 10_000) written += text;
      parts.onLog?.(text.trimEnd());
      if (!text.includes(READY)) return;
      cancel();
      resolve();
    });
  });
  return server;
}

async function stopServer(server: ChildProcess, timers: Timers): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const cancel = timers.after(STOP_TIMEOUT_MS, () => quit(server));
    server.once('exit', () => {
      cancel();
      resolve();
    });
    server.stdin?.end();
  });
}

/** Ends the shell, the server and all its processes at once. */
function quit(server: ChildProcess): void {
  if (server.pid !== undefined) process.kill(-server.pid, 'SIGQUIT');
}

/** The roles with their passwords, and the database of the owner, who is no superuser: so even the owner is fenced by tenant. */
async function prepareRoles(urlsOf: (database: string) => DatabaseUrls, secrets: Secrets): Promise<void> {
  const client = new pg.Client({ connectionString: urlsOf('postgres').superuser });
  await client.connect();
  try {
    const { rows } = await client.query<{ rolname: string }>('SELECT rolname FROM pg_roles');
    const known = new Set(rows.map(({ rolname }) => rolname));
    const make = async (name: string, kind: string) => {
      if (!known.has(name)) await client.query(`CREATE ROLE ${name} ${kind}`);
    };
    await make('totem_lookup', 'NOLOGIN');
    for (const role of ROLES) {
      await make(role, 'LOGIN');
      await client.query(`ALTER ROLE ${role} PASSWORD ${client.escapeLiteral(secrets[role])}`);
    }
    await client.query('GRANT totem_lookup TO totem_owner');
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE} OWNER totem_owner`);
  } finally {
    await client.end();
  }
}

function urlsFor(port: number, secrets: Secrets, database: string): DatabaseUrls {
  const url = (role: keyof Secrets) => `postgres://${role}:${secrets[role]}@127.0.0.1:${port}/${database}`;
  return {
    superuser: url('postgres'),
    owner: url('totem_owner'),
    api: url('totem_api'),
    tailer: url('totem_tailer'),
  };
}

function spawnAs(user: SystemUser | null) {
  return { env: { ...process.env, ...LIBPQ_C }, cwd: '/', ...(user ?? {}) };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

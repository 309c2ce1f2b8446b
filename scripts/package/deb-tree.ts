/**
 * What a Debian package of the appliance holds, laid out as it will lie on the disk: the agent with its own Node, the screens,
 * units and rules of the system, and the scripts that Debian's package manager runs.
 */
import { chmod, cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildScreens, screenDir } from '../build-apps.ts';
import { type Architecture, bundleAgent, ROOT } from './agent-bundle.ts';

export interface DebOptions {
  /** An empty folder for the tree. */
  readonly tree: string;
  readonly version: string;
  readonly architecture: Architecture;
}

/** Screens that run on an appliance: its own, and those that it serves when it is its branch's hub. */
const SCREENS = ['kiosk', 'setup', 'panel', 'display'] as const;
const LIB = 'usr/lib/totem';
const DEPLOY = join(ROOT, 'deploy');
const MODE_RUNS = 0o755;
const MODE_READ = 0o644;
/** Files of the system: folder of `deploy` and where they go. */
const SYSTEM_FILES = [
  { from: 'systemd', to: 'lib/systemd/system' },
  { from: 'udev', to: 'lib/udev/rules.d' },
  { from: 'sysusers', to: 'usr/lib/sysusers.d' },
] as const;
const LAUNCHER = join(DEPLOY, 'kiosk', 'totem-kiosk');
/** What Chromium may do on this machine, whoever starts it. */
const POLICY = join(DEPLOY, 'kiosk', 'policy.json');
const POLICY_PLACE = 'etc/chromium/policies/managed/totem.json';

/** Debian's names. */
const DEBIAN: Readonly<Record<Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };

export const debName = ({ version, architecture }: Pick<DebOptions, 'version' | 'architecture'>) =>
  `totem-appliance_${version}_${DEBIAN[architecture]}.deb`;

/** Lays out the whole package. */
export async function layDebTree(options: DebOptions): Promise<void> {
  const { tree, architecture } = options;
  const lib = join(tree, LIB);
  await mkdir(join(lib, 'bin'), { recursive: true });
  await bundleAgent(lib, architecture);
  await buildScreens({ quiet: true });
  for (const screen of SCREENS)
    await cp(screenDir(screen), join(lib, 'screens', screen), { recursive: true });
  await cp(join(ROOT, 'node_modules', 'node', 'bin', 'node'), join(lib, 'bin', 'node'), {
    dereference: true,
  });
  await chmod(join(lib, 'bin', 'node'), MODE_RUNS);
  for (const { from, to } of SYSTEM_FILES) await copyFiles(join(DEPLOY, from), join(tree, to));
  await copyFiles(join(DEPLOY, 'appliance', 'etc'), join(tree, 'etc', 'totem'));
  await copyFile(LAUNCHER, join(lib, 'bin', 'totem-kiosk'), MODE_RUNS);
  await copyFile(POLICY, join(tree, POLICY_PLACE), MODE_READ);
  const documents = join(tree, 'usr/share/doc/totem-appliance');
  await mkdir(documents, { recursive: true });
  await cp(join(ROOT, 'LICENSE'), join(documents, 'copyright'));
  await writeControl(options);
}

async function copyFiles(from: string, to: string): Promise<void> {
  const names = await readdir(from);
  for (const name of names.filter((name) => !name.includes('.test.')))
    await copyFile(join(from, name), join(to, name), MODE_READ);
}

async function copyFile(from: string, to: string, mode: number): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to);
  await chmod(to, mode);
}

/** The folder `DEBIAN`: what the package is, and its scripts with the version filled in. */
export async function writeControl({ tree, version, architecture }: DebOptions): Promise<void> {
  const control = join(tree, 'DEBIAN');
  await mkdir(control, { recursive: true });
  const template = await readFile(join(DEPLOY, 'appliance', 'control'), 'utf8');
  const filled = template
    .replace('@VERSION@', version)
    .replace('@ARCHITECTURE@', DEBIAN[architecture])
    .replace('@SIZE@', String(Math.ceil((await sizeOf(tree)) / 1024)));
  await writeFile(join(control, 'control'), filled);
  for (const script of ['preinst', 'postinst', 'prerm', 'postrm']) {
    const text = await readFile(join(DEPLOY, 'appliance', script), 'utf8');
    await writeFile(join(control, script), text.replaceAll('@VERSION@', version), { mode: MODE_RUNS });
    await chmod(join(control, script), MODE_RUNS);
  }
  const settings = await readdir(join(DEPLOY, 'appliance', 'etc'));
  await writeFile(
    join(control, 'conffiles'),
    `${[...settings.map((name) => `etc/totem/${name}`), POLICY_PLACE].map((path) => `/${path}`).join('\n')}\n`,
  );
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * The agent as it is shipped to an appliance: one file of JavaScript, the migrations beside it, and the few packages that
 * hold machine code, with what they need themselves. Node does not strip types under a real `node_modules`, so nothing of
 * ours is shipped as source.
 */
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative, resolve, sep } from 'node:path';
import { build } from 'vite';

export const ROOT = resolve(import.meta.dirname, '..', '..');
/** Packages with machine code; they find it by their own place on the disk. */
const NATIVE = ['better-sqlite3', 'serialport', 'usb'] as const;
/** Loaded by the cloud alone. */
const NEVER_LOADED = ['pg'];
/** Needed to compile and never at run time. */
const BUILD_ONLY = new Set(['node-addon-api', 'node-gyp', 'prebuild-install']);
/** Some packages have their machine code in others, one for each kind of machine; npm has installed that of this one. */
const OF_THIS_KIND = new RegExp(`linux-${process.arch}(-gnu)?$`);
/** The source of SQLite. */
const SOURCE_OF_NATIVE = ['deps', 'src'];

export type Architecture = 'x64' | 'arm64';

/** Builds the agent into `folder`: `agent/main.js`, and `node_modules` beside `agent`. */
export async function bundleAgent(folder: string, architecture: Architecture): Promise<void> {
  const agent = join(folder, 'agent');
  await build({
    root: join(ROOT, 'packages', 'edge'),
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: join(ROOT, 'packages', 'edge', 'main.ts'),
      outDir: agent,
      emptyOutDir: true,
      target: 'node26',
      minify: false,
      rolldownOptions: {
        output: { entryFileNames: 'main.js' },
        // Places for the simulated world to end a process at: there is none in what is shipped.
        treeshake: { manualPureFunctions: ['faultPoint'] },
      },
    },
    ssr: { noExternal: true, external: [...NATIVE, ...NEVER_LOADED], target: 'node' },
  });
  await cp(join(ROOT, 'migrations', 'sqlite'), join(agent, 'sqlite'), { recursive: true });
  await cp(join(ROOT, 'migrations', 'manifest.json'), join(agent, 'manifest.json'));
  await copyNative(join(folder, 'node_modules'), architecture);
}

async function copyNative(to: string, architecture: Architecture): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  const found = new Set<string>();
  for (const name of NATIVE) await collect(name, join(ROOT, 'packages', 'edge', 'package.json'), found);
  for (const from of found)
    await cp(from, join(to, placeOf(from)), {
      recursive: true,
      dereference: true,
      filter: (path) => isNeeded(placeOf(from), path.slice(from.length + 1), architecture),
    });
}

/** Adds the folders of a package and of all that it depends on. Where there are two versions of one, each stays where it is. */
async function collect(name: string, asker: string, found: Set<string>): Promise<void> {
  if (BUILD_ONLY.has(name)) return;
  const folder = await folderOf(name, asker);
  if (found.has(folder)) return;
  found.add(folder);
  const manifest = join(folder, 'package.json');
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(await readFile(manifest, 'utf8'));
  for (const each of Object.keys(dependencies)) await collect(each, manifest, found);
  for (const each of Object.keys(optionalDependencies))
    if (OF_THIS_KIND.test(each)) await collect(each, manifest, found);
}

/** Below `node_modules`. @throws Error for a package that a workspace has for itself: beside the bundle there is one folder. */
function placeOf(folder: string): string {
  const place = relative(join(ROOT, 'node_modules'), folder);
  if (place.startsWith('..')) throw new Error(`${folder} is not in the repository's node_modules`);
  return place;
}

async function folderOf(name: string, asker: string): Promise<string> {
  for (const base of createRequire(asker).resolve.paths(name) ?? []) {
    const folder = join(base, name);
    const manifest = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
    if (manifest !== undefined) return resolve(folder);
  }
  throw new Error(`${name} is not installed`);
}

/** @param path within its package. */
function isNeeded(name: string, path: string, architecture: Architecture): boolean {
  const [top = '', inside = ''] = path.split(sep);
  if (top === 'node_modules') return false;
  if (name === 'better-sqlite3' && SOURCE_OF_NATIVE.includes(top)) return false;
  if (top !== 'prebuilds' || inside === '') return true;
  return inside.replace(/\.node$/, '') === `linux-${architecture}`;
}

/**
 * Builds the screens with Vite, each only when its sources or the kit's have changed since the last build: a second
 * `npm start` has nothing to do. `npm run build` builds them all.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';

const ROOT = join(import.meta.dirname, '..');
const STAMPS = join(ROOT, '.cache', 'screens');

/** Each screen: its folder, with a `vite.config.ts`, building into `dist`. */
export const SCREENS = {
  kiosk: join(ROOT, 'apps', 'kiosk'),
  setup: join(ROOT, 'apps', 'setup'),
  panel: join(ROOT, 'apps', 'panel'),
  display: join(ROOT, 'apps', 'display'),
  admin: join(ROOT, 'apps', 'admin'),
  demo: join(ROOT, 'scripts', 'demo', 'page'),
} as const;
export type Screen = keyof typeof SCREENS;

/** What every screen is made of, besides its own folder. */
const SHARED = ['packages/ui', 'packages/domain', 'packages/sync', 'packages/api', 'package-lock.json'];

/** The folder with a screen's built files. */
export function screenDir(screen: Screen): string {
  return join(SCREENS[screen], 'dist');
}

/**
 * Builds what has changed. @returns the screens that were built.
 * @param force builds all, changed or not.
 */
export async function buildScreens(options: { force?: boolean; quiet?: boolean } = {}): Promise<Screen[]> {
  await mkdir(STAMPS, { recursive: true });
  const shared = await Promise.all(SHARED.map((path) => fingerprint(join(ROOT, path))));
  const built: Screen[] = [];
  for (const [screen, folder] of Object.entries(SCREENS) as [Screen, string][]) {
    const stamp = join(STAMPS, screen);
    const now = [...shared, await fingerprint(folder)].join('\n');
    const before = existsSync(stamp) ? await readFile(stamp, 'utf8') : '';
    if (!options.force && now === before && existsSync(join(screenDir(screen), 'index.html'))) continue;
    await build({
      root: folder,
      configFile: join(folder, 'vite.config.ts'),
      logLevel: options.quiet === true ? 'error' : 'warn',
    });
    await writeFile(stamp, now);
    built.push(screen);
  }
  return built;
}

/** A hash over the names and contents of a file or folder, without what was built or installed in it. */
async function fingerprint(path: string): Promise<string> {
  const hash = createHash('sha256');
  const visit = async (at: string, name: string): Promise<void> => {
    const entries = await readdir(at, { withFileTypes: true }).catch(() => null);
    if (entries === null) {
      hash.update(`${name}\n`).update(await readFile(at));
      return;
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name === 'dist' || entry.name === 'node_modules' || entry.name.includes('.test.')) continue;
      await visit(join(at, entry.name), `${name}/${entry.name}`);
    }
  };
  await visit(path, '');
  return hash.digest('hex');
}

if (import.meta.main) {
  const built = await buildScreens({ force: true });
  process.stdout.write(`built: ${built.join(', ')}\n`);
}

/**
 * The map of the repository that the rules share: which part of it a path belongs to, what that part may import, and
 * which files exist only for tests.
 */

const TEST = /\.test\.tsx?$/;
const TEST_ONLY = /(^|\/)(conformance|testing)\/|\.bench\.ts$|^packages\/testkit\/|^scripts\//;

/** The part of the repository a path belongs to (`packages/domain`, `cloud`, `apps/kiosk`), or undefined at the root. */
export function areaOf(path: string): string | undefined {
  return /^(?:(?:packages|apps)\/[^/]+(?=\/)|(?:cloud|migrations|scripts|docs|deploy)(?=\/))/.exec(path)?.[0];
}

export function isTest(path: string): boolean {
  return TEST.test(path);
}

/** Tests, and what only tests, benches and scripts load: conformance suites, `testing` folders, the test kit. */
export function isTestOnly(path: string): boolean {
  return TEST.test(path) || TEST_ONLY.test(path);
}

/** Whether `path` lies in one of these folders. */
export function within(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`));
}

/** Where the real clock, timers and randomness may be touched: the host that passes them in, the kit that fakes them, scripts and screens. */
export const WORLD_ROOMS = ['packages/host', 'packages/testkit', 'packages/ui', 'apps', 'scripts'] as const;

/**
 * What each part may import beside itself. `tests` are more for its test-only files. A part that is not listed may
 * import nothing: adding one means adding its row here.
 */
export const MAY_IMPORT: Readonly<
  Record<string, { readonly code: readonly string[]; readonly tests: readonly string[] }>
> = {
  'packages/domain': { code: [], tests: ['packages/testkit'] },
  'packages/api': { code: ['packages/domain'], tests: ['packages/testkit'] },
  'packages/sync': { code: ['packages/domain'], tests: ['packages/testkit'] },
  'packages/host': { code: ['packages/domain'], tests: ['packages/testkit'] },
  'packages/drivers': { code: ['packages/domain'], tests: ['packages/testkit'] },
  'packages/edge': {
    code: ['packages/domain', 'packages/sync', 'packages/host', 'packages/drivers', 'migrations'],
    tests: ['packages/testkit'],
  },
  'packages/ui': { code: ['packages/domain', 'packages/sync', 'packages/api'], tests: ['packages/testkit'] },
  'packages/testkit': {
    code: [
      'packages/domain',
      'packages/sync',
      'packages/host',
      'packages/drivers',
      'packages/edge',
      'cloud',
      'migrations',
    ],
    tests: [],
  },
  cloud: {
    code: [
      'packages/domain',
      'packages/sync',
      'packages/api',
      'packages/host',
      'packages/drivers',
      'migrations',
    ],
    tests: ['packages/testkit'],
  },
  migrations: { code: [], tests: ['packages/domain', 'packages/host', 'packages/testkit'] },
  apps: {
    code: ['packages/domain', 'packages/sync', 'packages/api', 'packages/ui'],
    tests: ['packages/testkit'],
  },
  scripts: {
    code: [
      'packages/domain',
      'packages/sync',
      'packages/api',
      'packages/host',
      'packages/drivers',
      'packages/edge',
      'packages/ui',
      'packages/testkit',
      'cloud',
      'migrations',
      'apps',
    ],
    tests: [],
  },
};

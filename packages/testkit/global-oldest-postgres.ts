/**
 * The oldest PostgreSQL that is served in production, where the machine has one: the suites in which versions may differ run
 * on it too. Where it is missing there is no server, and `vitest.config.ts` leaves one test that says so.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setupOldest } from './global-postgres.ts';

/** PostgreSQL 15 as Debian installs it. */
const OLDEST_PROGRAMS = '/usr/lib/postgresql/15';

export function hasOldest(): boolean {
  return existsSync(join(OLDEST_PROGRAMS, 'bin', 'postgres'));
}

/** For Vitest's `globalSetup`. @returns the teardown. */
export async function setup(): Promise<() => Promise<void>> {
  return hasOldest() ? setupOldest(OLDEST_PROGRAMS) : async () => {};
}

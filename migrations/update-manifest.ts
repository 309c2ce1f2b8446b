/**
 * Writes `manifest.json` anew: run as `node migrations/update-manifest.ts` after adding a migration, or after editing one
 * that has never been released.
 */
import { writeFileSync } from 'node:fs';
import { DIALECTS, readMigrations } from './manifest.ts';

const manifest = Object.fromEntries(
  DIALECTS.map((dialect) => [
    dialect,
    Object.fromEntries(readMigrations(dialect).map(({ name, hash }) => [name, hash])),
  ]),
);
writeFileSync(new URL('./manifest.json', import.meta.url), `${JSON.stringify(manifest, null, 2)}\n`);

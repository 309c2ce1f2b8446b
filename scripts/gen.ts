/**
 * `npm run gen`: makes docs/generated anew from the code. `npm run gen -- --check` writes nothing and ends with 1 when a file
 * is stale, so that no document lags behind what it describes.
 */
import { resolve } from 'node:path';
import { findStale, generateAll } from './gen/generate.ts';
import { GENERATORS } from './gen/generators.ts';

const root = resolve(import.meta.dirname, '..');

if (process.argv.slice(2).includes('--check')) {
  const stale = await findStale(root, GENERATORS);
  for (const { path, difference } of stale) console.log(`STALE ${path} ${difference}`);
  if (stale.length > 0) console.log('Run npm run gen, look at what changed, and commit it.');
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const path of await generateAll(root, GENERATORS)) console.log(`written ${path}`);
}

/**
 * `npm run seed -- [--tenants N] [--tickets N] [--seed N]`: many tenants with a long history, to try lists, plans and loads
 * on. Into the database of DATABASE_OWNER_URL, or else into the demo's, which is started when it does not run. Without
 * numbers it is small and done in moments.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '@totem/cloud';
import { systemEnv, systemTimers } from '@totem/host';
import { migratePostgres } from '@totem/migrations';
import { seedAtSize } from './seed/at-size.ts';
import { parseSize, SEED_USAGE } from './seed/options.ts';

const DEMO_DIR = process.env.TOTEM_DEMO_DIR ?? join(import.meta.dirname, '..', '.data', 'demo');
const TENANTS_TOLD = 25;
const NOT_ASKED = 2;

async function place() {
  const url = process.env.DATABASE_OWNER_URL;
  if (url !== undefined) return { url, stop: async () => {} };
  const dataDir = join(DEMO_DIR, 'postgres');
  if (!existsSync(dataDir))
    throw new RangeError(
      `DATABASE_OWNER_URL is not set, and there is no demo in ${DEMO_DIR}: npm start makes one`,
    );
  const postgres = await startEmbeddedPostgres({ dataDir, env: systemEnv, timers: systemTimers, join: true });
  return { url: postgres.urls.owner, stop: postgres.stop };
}

try {
  const { values } = parseArgs({
    options: { tenants: { type: 'string' }, tickets: { type: 'string' }, seed: { type: 'string' } },
  });
  const size = parseSize(values);
  const { url, stop } = await place();
  try {
    await migratePostgres(url, systemTimers);
    const seeded = await seedAtSize(url, size, ({ tenants, rows, seconds }) => {
      if (tenants % TENANTS_TOLD === 0)
        console.log(
          `${tenants} of ${size.tenants} tenants, ${rows} rows, ${Math.round(rows / seconds)} rows/s`,
        );
    });
    for (const [table, rows] of seeded.tables) console.log(`${table.padEnd(22)}${rows}`);
    console.log(
      `${seeded.rows} rows in ${seeded.seconds.toFixed(1)} s: ${Math.round(seeded.rowsPerSecond)} rows/s`,
    );
  } finally {
    await stop();
  }
} catch (error) {
  const isUsage = error instanceof RangeError || error instanceof TypeError;
  console.error(isUsage ? `${error.message}\n${SEED_USAGE}` : error);
  process.exitCode = NOT_ASKED;
}

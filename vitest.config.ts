/**
 * Test tiers. The suffix of a test file says what it needs: `.test.ts` needs nothing, `.pg.test.ts` a PostgreSQL,
 * `.pg15.test.ts` the oldest that is served, on which some of the suites run once more, `.sim.test.ts` runs from a printed
 * seed, `.e2e.test.ts` needs a browser. `scripts/test.ts` runs them in turn. The
 * limits here only end what hangs; no test is about its duration. Proofs in full may take hours.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

const HOUR_MS = 3_600_000;
const isProof = process.env.TOTEM_PROOF === 'full';
const exclude = [...configDefaults.exclude, '**/dist/**', '**/.cache/**', '**/.data/**'];

/** Starts one PostgreSQL for the tier. */
const globalSetup = ['packages/testkit/global-postgres.ts'];

/** What may differ between versions: migrations, fences, capture, folding in sets, locks that are skipped, and REST's errors. */
const OLDEST_TOO = [
  'migrations/migrate.pg.test.ts',
  'migrations/parity.pg.test.ts',
  'cloud/db/isolation.pg.test.ts',
  'cloud/shapes/capture.pg.test.ts',
  'cloud/ledger/ledger.pg.test.ts',
  'cloud/commands/call-next.pg.test.ts',
  'cloud/rest/rest.pg.test.ts',
];
const hasOldest = existsSync('/usr/lib/postgresql/15/bin/postgres');

const tier = (name: string, include: string[], timeoutMs: number, rest: object = {}) => ({
  test: {
    name,
    include,
    exclude,
    testTimeout: isProof ? HOUR_MS : timeoutMs,
    hookTimeout: isProof ? HOUR_MS : timeoutMs,
    ...rest,
  },
});

/** A worker waits for its database half of the time: as many as there are cores keep them busy. */
const maxWorkers = Math.max(2, availableParallelism() - 1);

export default defineConfig({
  test: {
    maxWorkers,
    projects: [
      // Here as below, loading all modules anew for each file would take as long as its tests.
      tier('unit', ['**/*.test.{ts,tsx}'], 30_000, {
        isolate: false,
        exclude: [...exclude, '**/*.{pg,pg15,sim,e2e}.test.{ts,tsx}'],
      }),
      tier('pg', ['**/*.pg.test.ts'], 60_000, { globalSetup, isolate: false }),
      tier('pg15', ['**/*.pg15.test.ts', ...(hasOldest ? OLDEST_TOO : [])], 60_000, {
        globalSetup: ['packages/testkit/global-oldest-postgres.ts'],
        isolate: false,
        // The proofs are those of the newest: here they are samples, and are not recorded a second time.
        env: { TOTEM_TEST_OLDEST: 'yes', TOTEM_PROOF: 'sample', TOTEM_PROOF_FILE: '' },
      }),
      tier('sim', ['**/*.sim.test.ts'], 80_000, { globalSetup }),
      tier('e2e', ['**/*.e2e.test.ts'], 120_000, {
        globalSetup: [...globalSetup, 'scripts/e2e/global-screens.ts'],
      }),
    ],
  },
});

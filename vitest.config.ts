/**
 * Test tiers. The suffix of a test file says what it needs: `.test.ts` needs nothing, `.pg.test.ts` a PostgreSQL,
 * `.sim.test.ts` runs from a printed seed, `.e2e.test.ts` needs a browser. `scripts/test.ts` runs them in turn. The
 * limits here only end what hangs; no test is about its duration. Proofs in full may take hours.
 */
import { configDefaults, defineConfig } from 'vitest/config';

const HOUR_MS = 3_600_000;
const isProof = process.env.TOTEM_PROOF === 'full';
const exclude = [...configDefaults.exclude, '**/dist/**', '**/.cache/**', '**/.data/**'];

/** Starts one PostgreSQL for the tier. */
const globalSetup = ['packages/testkit/global-postgres.ts'];

const tier = (name: string, include: string[], timeoutMs: number, rest: object = {}) => ({
  test: {
    name,
    include,
    exclude,
    testTimeout: isProof ? HOUR_MS : timeoutMs,
    hookTimeout: timeoutMs,
    ...rest,
  },
});

export default defineConfig({
  test: {
    projects: [
      tier('unit', ['**/*.test.{ts,tsx}'], 30_000, {
        exclude: [...exclude, '**/*.{pg,sim,e2e}.test.{ts,tsx}'],
      }),
      tier('pg', ['**/*.pg.test.ts'], 60_000, { globalSetup }),
      tier('sim', ['**/*.sim.test.ts'], 80_000, { globalSetup }),
      // One browser at a time: two would share two cores with a database and all servers.
      tier('e2e', ['**/*.e2e.test.ts'], 120_000, { globalSetup, fileParallelism: false }),
    ],
  },
});

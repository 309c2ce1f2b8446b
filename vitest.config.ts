/**
 * Test tiers. The suffix of a test file says what it needs: `.test.ts` needs nothing, `.pg.test.ts` a PostgreSQL,
 * `.sim.test.ts` runs from a printed seed, `.e2e.test.ts` needs a browser. `scripts/test.ts` runs them in turn.
 */
import { configDefaults, defineConfig } from 'vitest/config';

const exclude = [...configDefaults.exclude, '**/dist/**'];
const tier = (name: string, include: string[], rest: object = {}) => ({
  test: { name, include, exclude, ...rest },
});

export default defineConfig({
  test: {
    projects: [
      tier('unit', ['**/*.test.ts'], {
        exclude: [...exclude, '**/*.{pg,sim,e2e}.test.ts'],
      }),
      tier('pg', ['**/*.pg.test.ts'], { testTimeout: 60_000, hookTimeout: 60_000 }),
      tier('sim', ['**/*.sim.test.ts'], { testTimeout: 120_000 }),
      tier('e2e', ['**/*.e2e.test.ts'], {
        testTimeout: 120_000,
        hookTimeout: 120_000,
        fileParallelism: false,
      }),
    ],
  },
});

/**
 * The tiers of `npm test`, cheapest first, each with its budget. A budget is a limit, not a forecast: a tier that
 * exceeds it is stopped and counts as failed: what hangs on the slowest machine that runs it, not what is slow there.
 */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export const TIER_NAMES = ['checks', 'unit', 'pg', 'sim', 'e2e'] as const;
export type TierName = (typeof TIER_NAMES)[number];

/** Tiers that Vitest runs, with their projects in `vitest.config.ts`. */
export type VitestTier = Exclude<TierName, 'checks'>;
export const PROJECTS: Readonly<Record<VitestTier, readonly string[]>> = {
  unit: ['unit'],
  pg: ['pg', 'pg15'],
  sim: ['sim'],
  e2e: ['e2e'],
};

/** How long each tier may take under `npm test`, in milliseconds. */
export const TEST_BUDGET_MS: Readonly<Record<TierName, number>> = {
  checks: 2 * MINUTE,
  unit: 4 * MINUTE,
  pg: 9 * MINUTE,
  sim: 4 * MINUTE,
  e2e: 15 * MINUTE,
};

/** The same under `npm run proof`, where every proof runs in full. */
export const PROOF_BUDGET_MS: Readonly<Record<TierName, number>> = {
  checks: 2 * MINUTE,
  unit: 60 * MINUTE,
  pg: 120 * MINUTE,
  sim: 240 * MINUTE,
  e2e: 60 * MINUTE,
};

/** All of `npm test` is stopped within this, on whatever machine; on two cores it is meant to take less than half. */
export const TEST_TOTAL_MS_MAX = 35 * MINUTE;

/** One command of the first tier. */
export interface Check {
  readonly name: string;
  /** A program of node_modules/.bin, and its arguments. */
  readonly command: readonly [program: string, ...rest: string[]];
}

export const CHECKS: readonly Check[] = [
  { name: 'format and lint', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'types of the pure packages', command: ['tsc', '-p', 'tsconfig.pure.json'] },
  { name: 'types of what runs on Node', command: ['tsc', '-p', 'tsconfig.node.json'] },
  { name: 'types of the screens', command: ['tsc', '-p', 'tsconfig.web.json'] },
  {
    name: 'generated documents',
    command: ['node', '--disable-warning=ExperimentalWarning', 'scripts/gen.ts', '--check'],
  },
];

/**
 * Runs tiers one after the other and keeps going when one fails: the person learns everything in one run. Each tier
 * ends as counts; a tier that was stopped, could not start or held no test is a failure, because it proved nothing.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { type ChildEnd, runChild } from './child.ts';
import { describeMissing, type Missing, missingFor } from './prerequisites.ts';
import { type Counts, readReport, type TierReport } from './report.ts';
import { CHECKS, PROJECTS, type TierName, type VitestTier } from './tiers.ts';

export interface TierRequest {
  readonly root: string;
  readonly budgetsMs: Readonly<Record<TierName, number>>;
  readonly filters: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export interface TierResult extends Counts {
  readonly tier: TierName;
  readonly durationMs: number;
  readonly budgetMs: number;
  readonly skippedNames: readonly string[];
  /** Why it failed beside failed tests, in words. */
  readonly trouble: string | undefined;
  readonly interrupted: boolean;
}

type Outcome = Omit<TierResult, 'tier' | 'durationMs' | 'budgetMs'>;

const NOTHING: Outcome = {
  passed: 0,
  failed: 0,
  skipped: 0,
  skippedNames: [],
  trouble: undefined,
  interrupted: false,
};

/** Says what the machine lacks, then runs the tiers in order. Ends early only when interrupted. */
export async function runTiers(tiers: readonly TierName[], request: TierRequest): Promise<TierResult[]> {
  const missing = missingFor(tiers);
  for (const one of missing) say(describeMissing(one));
  const results: TierResult[] = [];
  for (const tier of tiers) {
    const budgetMs = request.budgetsMs[tier];
    say(`== ${tier} (at most ${seconds(budgetMs)})`);
    const start = performance.now();
    const outcome = await runTier(tier, request, missing);
    const durationMs = performance.now() - start;
    results.push({ ...outcome, tier, durationMs, budgetMs });
    if (outcome.trouble !== undefined) say(`FAILED ${tier}: ${outcome.trouble}`);
    say(`== ${tier}: ${seconds(durationMs)} of ${seconds(budgetMs)}`);
    if (outcome.interrupted) break;
  }
  return withEmptyRun(results, request.filters);
}

/** The table at the end: what each tier took of its budget, and what it found. */
export function summarise(results: readonly TierResult[]): string[] {
  return results.map((result) => {
    const time = `${seconds(result.durationMs)} of ${seconds(result.budgetMs)}`;
    const counts = `${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`;
    return `${result.tier.padEnd(7)}${time.padEnd(19)}${counts}${result.trouble === undefined ? '' : `  ${result.trouble}`}`;
  });
}

async function runTier(tier: TierName, request: TierRequest, missing: readonly Missing[]): Promise<Outcome> {
  const stopper = missing.find(({ stops }) => stops.includes(tier));
  if (stopper !== undefined)
    return { ...NOTHING, failed: 1, trouble: `${stopper.prerequisite.name} is missing` };
  return tier === 'checks' ? runChecks(request) : runVitest(tier, request);
}

/** All checks share the tier's budget; each runs even if the one before it failed. A failed check is one failure. */
async function runChecks(request: TierRequest): Promise<Outcome> {
  const deadline = performance.now() + request.budgetsMs.checks;
  const failed: string[] = [];
  for (const { name, command } of CHECKS) {
    const [program, ...args] = command;
    const end = await runProgram(program, args, request, Math.max(0, deadline - performance.now()));
    if (end.kind === 'killed') return { ...stopped(end), failed: failed.length + 1 };
    say(`${end.code === 0 ? 'ok    ' : 'FAILED'} ${name}`);
    if (end.code !== 0) failed.push(name);
  }
  return { ...NOTHING, failed: failed.length, trouble: failed.length > 0 ? failed.join(', ') : undefined };
}

async function runVitest(tier: VitestTier, request: TierRequest): Promise<Outcome> {
  const cache = join(request.root, '.cache');
  const reportFile = join(cache, `vitest-${tier}.json`);
  mkdirSync(cache, { recursive: true });
  rmSync(reportFile, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const projects = PROJECTS[tier].flatMap((project) => ['--project', project]);
  const args = ['run', ...projects, ...reporters, ...request.filters];
  const end = await runProgram('vitest', args, request, request.budgetsMs[tier]);
  if (end.kind === 'killed') return stopped(end);
  const report = tryReport(reportFile);
  if (report === undefined)
    return { ...NOTHING, failed: 1, trouble: `Vitest ended (${end.code}) without a report` };
  const skippedNames = report.skippedNames.map((name) => relative(request.root, name));
  const hasRun = report.passed + report.failed > 0;
  if (!hasRun && request.filters.length === 0) {
    return { ...report, skippedNames, failed: 1, trouble: 'it ran no test', interrupted: false };
  }
  const failed = end.code !== 0 && report.failed === 0 && hasRun ? 1 : report.failed;
  return { ...report, skippedNames, failed, trouble: undefined, interrupted: false };
}

/** With filters, tiers without a match are no fault, unless nothing at all matched. */
function withEmptyRun(results: readonly TierResult[], filters: readonly string[]): TierResult[] {
  const tested = results.filter(({ tier }) => tier !== 'checks');
  const isEmpty = tested.length > 0 && tested.every(({ passed, failed }) => passed + failed === 0);
  if (filters.length === 0 || !isEmpty) return [...results];
  const trouble = `no test matches ${filters.join(' ')}`;
  return results.map((result) => (result === tested[0] ? { ...result, failed: 1, trouble } : result));
}

function runProgram(
  program: string,
  args: readonly string[],
  request: TierRequest,
  budgetMs: number,
): Promise<ChildEnd> {
  const bin = join(request.root, 'node_modules', '.bin');
  const env = { ...request.env, PATH: `${bin}${delimiter}${request.env.PATH ?? ''}` };
  return runChild({ program: join(bin, program), args, cwd: request.root, env, budgetMs });
}

function stopped(end: Extract<ChildEnd, { kind: 'killed' }>): Outcome {
  const trouble = end.why === 'budget' ? 'stopped: its time was over' : 'interrupted';
  return { ...NOTHING, failed: 1, trouble, interrupted: end.why === 'interrupted' };
}

function tryReport(file: string): TierReport | undefined {
  try {
    return readReport(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function say(text: string): void {
  console.log(text);
}

/**
 * The bench harness. A bench runs several rounds and reports the median of each figure; in each round it also measures
 * its physical limit (the disk's raw commit, the loopback's round trip) and says how near it came. Goals are set on
 * those ratios, or on counts, never on times: a time is a promise about somebody else's machine.
 */
import { describeMachine, type Machine } from '../machine.ts';

/** Figures by name. The name ends in its unit, and after it, where it applies, the quantile: `commit_ms_p99`. */
export type Figures = Readonly<Record<string, number>>;

export interface Goal {
  readonly name: string;
  /** A ratio, or a figure in `count`. */
  readonly of: string;
  readonly limit: number;
  /** How the value must stand to the limit. `under` is strict. */
  readonly must: 'be under' | 'be at most' | 'be at least';
}

export interface Bench {
  /** As in `npm run bench -- NAME`. */
  readonly name: string;
  /** One line for the list. */
  readonly about: string;
  /** The figure that is the physical limit of the others, measured in the same round. */
  readonly physicalLimit: string;
  readonly rounds: number;
  readonly goals: readonly Goal[];
  /** One round from start to end: its figures. What it opens it closes. */
  round(number: number): Promise<Figures>;
  /** What matters about the figures of one round; names in snake_case. */
  ratios(figures: Figures): Figures;
}

export interface GoalResult {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  readonly holds: boolean;
}

/** What `--json` prints as its last line. */
export interface BenchResult {
  readonly bench: string;
  readonly machine: Machine;
  readonly figures: Figures;
  readonly ratios: Figures;
  readonly goals: readonly GoalResult[];
}

export const UNITS = ['ns', 'us', 'ms', 's', 'bytes', 'mib', 'count', 'per_s', 'percent'] as const;
export const QUALIFIERS = ['p50', 'p90', 'p95', 'p99', 'p999', 'min', 'max', 'mean'] as const;
export const ROUNDS_MAX = 100;

const FIGURE_NAME = new RegExp(
  `^[a-z][a-z0-9]*(_[a-z0-9]+)*_(${UNITS.join('|')})(_(${QUALIFIERS.join('|')}))?$`,
);
const COUNT_NAME = new RegExp(`_count(_(${QUALIFIERS.join('|')}))?$`);
const RATIO_NAME = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

/**
 * Runs all rounds and takes medians: of each figure, and of each ratio as it was within its round, where both sides
 * saw the same machine. @throws RangeError on names without units, on values that are no finite numbers, on rounds that disagree
 * about what they measured, and on goals about times.
 */
export async function runBench(bench: Bench, rounds: number = bench.rounds): Promise<BenchResult> {
  if (!Number.isSafeInteger(rounds) || rounds < 1 || rounds > ROUNDS_MAX) {
    throw new RangeError(`rounds must be from 1 to ${ROUNDS_MAX}`);
  }
  const figures: Figures[] = [];
  const ratios: Figures[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const measured = await bench.round(round);
    checkFigures(measured, bench.physicalLimit);
    const related = bench.ratios(measured);
    checkNumbers(related, RATIO_NAME, 'a ratio is named in snake_case');
    figures.push(measured);
    ratios.push(related);
  }
  const medians = { figures: mediansOf(figures), ratios: mediansOf(ratios) };
  return {
    bench: bench.name,
    machine: describeMachine(),
    ...medians,
    goals: bench.goals.map((goal) => judge(goal, medians.figures, medians.ratios)),
  };
}

/** The `p`-th percentile (0 to 100) by the nearest rank: a value that was measured, never one in between. @throws RangeError on no values. */
export function percentile(values: readonly number[], p: number): number {
  if (!(p >= 0 && p <= 100)) throw new RangeError(`no percentile ${p}`);
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('no percentile of nothing');
  return value;
}

/** The middle value; of an even number of values, the mean of the two in the middle. @throws RangeError on no values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError('no median of nothing');
  return (lower + upper) / 2;
}

/** `{name_p50, name_p99}` of samples, where `name` ends in its unit. */
export function quantiles(name: string, samples: readonly number[]): Figures {
  return { [`${name}_p50`]: percentile(samples, 50), [`${name}_p99`]: percentile(samples, 99) };
}

function checkFigures(figures: Figures, physicalLimit: string): void {
  checkNumbers(figures, FIGURE_NAME, `a figure's name ends in its unit (${UNITS.join(', ')})`);
  if (!(physicalLimit in figures))
    throw new RangeError(`the physical limit "${physicalLimit}" was not measured`);
}

function checkNumbers(figures: Figures, pattern: RegExp, rule: string): void {
  for (const [name, value] of Object.entries(figures)) {
    if (!pattern.test(name)) throw new RangeError(`"${name}": ${rule}`);
    if (!Number.isFinite(value)) throw new RangeError(`"${name}" is ${value}`);
  }
}

function mediansOf(rounds: readonly Figures[]): Figures {
  const names = Object.keys(rounds[0] ?? {});
  for (const round of rounds) {
    if (Object.keys(round).sort().join() !== [...names].sort().join()) {
      throw new RangeError('each round must measure the same figures');
    }
  }
  return Object.fromEntries(
    names.map((name) => [name, median(rounds.map((round) => round[name] ?? Number.NaN))]),
  );
}

function judge(goal: Goal, figures: Figures, ratios: Figures): GoalResult {
  const value = ratios[goal.of] ?? (COUNT_NAME.test(goal.of) ? figures[goal.of] : undefined);
  if (value === undefined)
    throw new RangeError(`goal "${goal.name}" is not about a ratio or a count: "${goal.of}"`);
  return { name: goal.name, value, limit: goal.limit, holds: stands(value, goal) };
}

function stands(value: number, { must, limit }: Goal): boolean {
  switch (must) {
    case 'be under':
      return value < limit;
    case 'be at most':
      return value <= limit;
    case 'be at least':
      return value >= limit;
    default:
      return must satisfies never;
  }
}

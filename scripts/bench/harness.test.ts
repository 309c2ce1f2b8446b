/** The bench harness: its arithmetic, and everything it refuses to publish. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBenchArguments } from './arguments.ts';
import { type Bench, type Figures, median, percentile, quantiles, runBench } from './harness.ts';

const BENCH: Bench = {
  name: 'sample',
  about: 'a sample',
  physicalLimit: 'fsync_ms_p99',
  rounds: 3,
  goals: [],
  round: async (number) => ({ commit_ms_p99: number * 2, fsync_ms_p99: number, lost_count: 0 }),
  ratios: (figures) => ({
    commit_over_fsync_p99: (figures.commit_ms_p99 ?? 0) / (figures.fsync_ms_p99 ?? 0),
  }),
};

const withFigures = (figures: Figures): Bench => ({
  ...BENCH,
  round: async () => ({ fsync_ms_p99: 1, ...figures }),
});

describe('percentiles', () => {
  test.each([
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 50, 5],
    [[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 99, 10],
    [[3, 1, 2], 0, 1],
    [[3, 1, 2], 100, 3],
    [[7], 50, 7],
    [[2, 10], 50, 2],
    [[100, 9], 100, 100],
  ])('of %j the %ith is %i', (values, p, expected) => {
    expect(percentile(values, p)).toBe(expected);
  });

  test('are measured values, grow with p, and leave at least that share at or below them', () => {
    const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(values, fc.nat(100), fc.nat(100), (samples, p, q) => {
        const value = percentile(samples, p);
        expect(samples).toContain(value);
        if (p <= q) expect(value).toBeLessThanOrEqual(percentile(samples, q));
        const below = samples.filter((sample) => sample <= value).length;
        expect(below * 100).toBeGreaterThanOrEqual(p * samples.length);
      }),
    );
  });

  test('of nothing, and beyond the ends, are refused', () => {
    expect(() => percentile([], 50)).toThrow(RangeError);
    expect(() => percentile([1], 101)).toThrow(RangeError);
    expect(() => percentile([1], Number.NaN)).toThrow(RangeError);
    expect(() => median([])).toThrow(RangeError);
  });

  test('the median of an even number is the mean of the middle two', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([3, 1, 2])).toBe(2);
  });

  test('quantiles carry the unit in their names', () => {
    expect(quantiles('commit_ms', [1, 2, 3])).toEqual({ commit_ms_p50: 2, commit_ms_p99: 3 });
  });
});

describe('a bench', () => {
  test('publishes medians over its rounds, with the machine', async () => {
    const result = await runBench(BENCH);
    expect(result).toMatchObject({
      bench: 'sample',
      figures: { commit_ms_p99: 4, fsync_ms_p99: 2, lost_count: 0 },
      ratios: { commit_over_fsync_p99: 2 },
      goals: [],
    });
    expect(result.machine.cpus).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  test('takes ratios within each round, where both sides saw the same machine', async () => {
    const rounds = [
      { fsync_ms_p99: 1, commit_ms_p99: 3 },
      { fsync_ms_p99: 10, commit_ms_p99: 10 },
      { fsync_ms_p99: 2, commit_ms_p99: 4 },
    ];
    const uneven: Bench = { ...BENCH, round: async (number) => rounds[number - 1] ?? {} };
    expect((await runBench(uneven)).ratios).toEqual({ commit_over_fsync_p99: 2 });
  });

  test.each(['commit_p99', 'commit', 'ms', 'commitMs', 'commit_ms_p98', 'Commit_ms'])(
    'with a figure called %s is refused: no unit',
    async (name) => {
      await expect(runBench(withFigures({ [name]: 1 }))).rejects.toThrow(RangeError);
    },
  );

  test.each([
    'commit_ms',
    'commit_ms_p999',
    'tickets_per_s',
    'tickets_count',
    'file_bytes_max',
    'load_percent_mean',
  ])('with a figure called %s is published', async (name) => {
    expect((await runBench(withFigures({ [name]: 1 }), 1)).figures[name]).toBe(1);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('with a figure of %d is refused', async (value) => {
    await expect(runBench(withFigures({ commit_ms: value }))).rejects.toThrow(RangeError);
  });

  test('without its physical limit is refused', async () => {
    await expect(runBench({ ...BENCH, round: async () => ({ commit_ms: 1 }) })).rejects.toThrow(
      'physical limit',
    );
  });

  test('whose rounds measure different things is refused', async () => {
    const uneven: Bench = {
      ...BENCH,
      round: async (number) => ({ fsync_ms_p99: 1, commit_ms_p99: 1, [`extra${number}_ms`]: 1 }),
    };
    await expect(runBench(uneven)).rejects.toThrow('same figures');
  });

  test.each([0, -1, 1.5, 101, Number.NaN])('of %d rounds is refused', async (rounds) => {
    await expect(runBench(BENCH, rounds)).rejects.toThrow(RangeError);
  });
});

describe('a goal', () => {
  const judged = async (of: string, must: 'be under' | 'be at most' | 'be at least', limit: number) => {
    const { goals } = await runBench({ ...BENCH, goals: [{ name: 'near the disk', of, must, limit }] });
    return goals[0];
  };

  test.each([
    ['be under', 2, false],
    ['be under', 2.1, true],
    ['be at most', 2, true],
    ['be at most', 1.9, false],
    ['be at least', 2, true],
    ['be at least', 2.1, false],
  ] as const)('that a ratio of 2 must %s %d: %s', async (must, limit, holds) => {
    expect(await judged('commit_over_fsync_p99', must, limit)).toEqual({
      name: 'near the disk',
      value: 2,
      limit,
      holds,
    });
  });

  test('may be about a count', async () => {
    expect(await judged('lost_count', 'be at most', 0)).toMatchObject({ value: 0, holds: true });
  });

  test('is never about a time, which belongs to one machine, nor about nothing', async () => {
    await expect(judged('commit_ms_p99', 'be under', 5)).rejects.toThrow('not about a ratio');
    await expect(judged('nothing', 'be under', 5)).rejects.toThrow('not about a ratio');
  });
});

describe('arguments', () => {
  test('name a bench, its rounds and the form of the result', () => {
    expect(parseBenchArguments(['issue', '--json', '--rounds', '7'])).toEqual({
      name: 'issue',
      json: true,
      rounds: 7,
    });
    expect(parseBenchArguments([])).toEqual({ name: undefined, json: false, rounds: undefined });
  });

  test.each([[['a', 'b']], [['--rounds', 'many']], [['--rounds', '0']], [['--fast']]])(
    '%j is refused',
    (words) => {
      expect(() => parseBenchArguments(words)).toThrow();
    },
  );
});

/**
 * The runner of tiers, with stand-ins for the programs it calls: a folder whose node_modules/.bin/vitest writes the
 * report it is told to. What must never happen is a green end without tests behind it.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseArguments } from './arguments.ts';
import { describeMissing, missingFor, type Prerequisite } from './prerequisites.ts';
import { lastLine, readReport, sum } from './report.ts';
import { runTiers, summarise, type TierResult } from './run-tiers.ts';
import { CHECKS, TEST_BUDGET_MS, TEST_TOTAL_MS_MAX } from './tiers.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'totem-tiers-'));
  mkdirSync(join(root, 'node_modules', '.bin'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

function standIn(program: string, code: string): void {
  const path = join(root, 'node_modules', '.bin', program);
  writeFileSync(path, `#!${process.execPath}\n${code}\n`);
  chmodSync(path, 0o755);
}

interface Report {
  readonly passed?: number;
  readonly failed?: number;
  readonly skipped?: number;
  readonly brokenFile?: boolean;
}

function report({ passed = 0, failed = 0, skipped = 0, brokenFile = false }: Report): string {
  const statuses = [
    ...Array<string>(passed).fill('passed'),
    ...Array<string>(failed).fill('failed'),
    ...Array<string>(skipped).fill('skipped'),
  ];
  const isGood = failed === 0 && !brokenFile && statuses.length > 0;
  return JSON.stringify({
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: skipped,
    numTodoTests: 0,
    success: isGood,
    testResults: [
      {
        name: join(root, 'a.test.ts'),
        status: failed > 0 ? 'failed' : 'passed',
        assertionResults: statuses.map((status, index) => ({ fullName: `case ${index}`, status })),
      },
      ...(brokenFile ? [{ name: join(root, 'b.test.ts'), status: 'failed', assertionResults: [] }] : []),
    ],
  });
}

/** A Vitest that writes this report and ends with this code. */
function vitestWith(text: string, code: number): void {
  standIn(
    'vitest',
    `const file = process.argv.find((word) => word.startsWith('--outputFile.json=')).split('=')[1];
     require('fs').writeFileSync(file, ${JSON.stringify(text)}); process.exit(${code});`,
  );
}

async function runUnit(filters: readonly string[] = [], budgetMs = 30_000): Promise<TierResult[]> {
  return runTiers(['unit'], {
    root,
    budgetsMs: { ...TEST_BUDGET_MS, unit: budgetMs },
    filters,
    env: process.env,
  });
}

describe('a tier', () => {
  test('brings its counts, and names what it skipped', async () => {
    vitestWith(report({ passed: 3, skipped: 1 }), 0);
    const results = await runUnit();
    expect(results).toMatchObject([
      { passed: 3, failed: 0, skipped: 1, skippedNames: ['a.test.ts > case 3'] },
    ]);
  });

  test.each<readonly [string, Report, number, number]>([
    ['with a failed test has failed', { passed: 2, failed: 1 }, 1, 1],
    ['with a file that cannot be loaded has failed', { passed: 2, brokenFile: true }, 1, 1],
    ['whose only file cannot be loaded has failed', { brokenFile: true }, 1, 1],
    ['that ends badly after good tests has failed', { passed: 2 }, 1, 1],
    ['without any test has failed', {}, 1, 1],
    ['that skipped everything has failed', { skipped: 4 }, 0, 1],
  ])('%s', async (_fact, content, code, failed) => {
    vitestWith(report(content), code);
    expect(sum(await runUnit()).failed).toBe(failed);
  });

  test('that leaves no report has failed, also when an older report lies there', async () => {
    vitestWith(report({ passed: 1 }), 0);
    expect(sum(await runUnit()).failed).toBe(0);
    standIn('vitest', 'process.exit(0)');
    expect(await runUnit()).toMatchObject([{ failed: 1, trouble: 'Vitest ended (0) without a report' }]);
  });

  test('that exceeds its budget is stopped and has failed', async () => {
    standIn('vitest', 'setInterval(() => {}, 60_000)');
    expect(await runUnit([], 200)).toMatchObject([{ failed: 1, trouble: 'stopped: its time was over' }]);
  });

  test('may be empty under a filter, but not all of them', async () => {
    vitestWith(report({}), 1);
    expect(await runUnit(['nowhere'])).toMatchObject([{ failed: 1, trouble: 'no test matches nowhere' }]);
  });

  test('that fails does not keep the next from running', async () => {
    vitestWith(report({ failed: 1 }), 1);
    for (const { command } of CHECKS) standIn(command[0], 'process.exit(1)');
    const results = await runTiers(['checks', 'unit'], {
      root,
      budgetsMs: TEST_BUDGET_MS,
      filters: [],
      env: process.env,
    });
    expect(results.map(({ tier, failed }) => [tier, failed])).toEqual([
      ['checks', CHECKS.length],
      ['unit', 1],
    ]);
    expect(summarise(results)).toHaveLength(2);
  });
});

describe('the numbers', () => {
  test('the budgets together end what hangs', () => {
    const total = Object.values(TEST_BUDGET_MS).reduce((all, one) => all + one, 0);
    expect(total).toBeLessThan(TEST_TOTAL_MS_MAX);
  });

  test('add up to the last line', () => {
    const counts = [
      { passed: 2, failed: 0, skipped: 1 },
      { passed: 3, failed: 1, skipped: 0 },
    ];
    expect(lastLine(sum(counts))).toBe('5 passed, 1 failed, 1 skipped');
  });

  test('come from a report and from nothing else', () => {
    expect(() => readReport('{}')).toThrow();
    expect(() => readReport('')).toThrow();
  });
});

describe('arguments', () => {
  test('name tiers, in the order of the tiers, and pass on the rest', () => {
    expect(parseArguments([]).tiers).toEqual(['checks', 'unit', 'pg', 'sim', 'e2e']);
    expect(parseArguments(['pg', 'unit', '--', 'ledger', '-t', 'gap'])).toEqual({
      tiers: ['unit', 'pg'],
      filters: ['ledger', '-t', 'gap'],
    });
    expect(() => parseArguments(['units'])).toThrow('"units" is no tier');
  });
});

describe('prerequisites', () => {
  const browser: Prerequisite = {
    name: 'a browser',
    neededBy: ['e2e'],
    why: 'screens',
    how: 'install one',
    find: () => undefined,
  };

  test('a missing program stops only the tiers that need it, and says how to get it', () => {
    expect(missingFor(['unit', 'e2e'], [browser])).toMatchObject([{ stops: ['e2e'] }]);
    expect(missingFor(['unit'], [browser])).toMatchObject([{ stops: [] }]);
    expect(missingFor(['e2e'], [{ ...browser, find: () => '/usr/bin/browser' }])).toEqual([]);
    expect(describeMissing({ prerequisite: browser, stops: ['e2e'] })).toBe(
      'MISSING a browser (screens); cannot run: e2e. To get it: install one.',
    );
  });
});

/** Reads Vitest's JSON report into the three numbers that `npm test` ends with, and the names of what was skipped. */
import { z } from 'zod';

const REPORT = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  success: z.boolean(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface TierReport extends Counts {
  /** `file > title` of each test that did not run. */
  readonly skippedNames: readonly string[];
}

/**
 * The counts of one report. A file that could not be loaded holds no tests, so it counts as one failure of its own;
 * a run that calls itself unsuccessful without any failure (an unhandled error) counts as one too.
 * @throws ZodError when the text is no report.
 */
export function readReport(text: string): TierReport {
  const report = REPORT.parse(JSON.parse(text));
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  ).length;
  const failed = report.numFailedTests + brokenFiles;
  const ran = report.numPassedTests + failed;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !report.success && ran > 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
    skippedNames: report.testResults.flatMap((file) =>
      file.assertionResults
        .filter(({ status }) => status !== 'passed' && status !== 'failed')
        .map(({ fullName }) => `${file.name} > ${fullName}`),
    ),
  };
}

export function sum(counts: readonly Counts[]): Counts {
  const total = (of: (one: Counts) => number): number => counts.reduce((all, one) => all + of(one), 0);
  return { passed: total((c) => c.passed), failed: total((c) => c.failed), skipped: total((c) => c.skipped) };
}

/** The last line of `npm test`. */
export function lastLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

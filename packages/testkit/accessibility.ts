/** What axe finds wrong with a page, as lines that a failing test can print. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Elements of one fault that are named, at most. */
const ELEMENTS_MAX = 5;

/** Runs every rule of axe over what the page shows now. @returns one line for each element and rule; empty when all is well. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] }),
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes
      .slice(0, ELEMENTS_MAX)
      .map(({ html, failureSummary }) => `${id}: ${help}: ${html} ${failureSummary}`),
  );
}

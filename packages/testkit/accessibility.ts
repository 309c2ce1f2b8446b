/** What axe finds wrong with a page, as lines that a failing test can print. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Elements of one fault that are named, at most. */
const ELEMENTS_MAX = 5;

/** Run in the page, as text: resolves when nothing is on its way any more but what moves for ever. */
const AT_REST = `(async () => {
  const onTheWay = () => document.getAnimations().filter((animation) =>
    animation.playState === 'running' && animation.effect?.getComputedTiming().endTime !== Infinity);
  for (let moving = onTheWay(); moving.length > 0; moving = onTheWay())
    await Promise.allSettled(moving.map((animation) => animation.finished));
})()`;

/** Waits until what comes in or fades is where it belongs: half-way nothing has its place, nor its contrast. */
export async function atRest(page: Page): Promise<void> {
  await page.evaluate(AT_REST);
}

/** Runs every rule of axe over what the page shows when it is at rest. @returns one line for each element and rule; empty when all is well. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await atRest(page);
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

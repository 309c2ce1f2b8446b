/** What is wrong with a screen as it stands there: for who cannot see it, for the finger, and for the edge of the glass. */
import { accessibilityFaults, atRest } from '@totem/testkit/accessibility';
import type { Page } from 'playwright-core';

/** The least side of what is touched: 20 mm on a 32 inch panel of 1080 x 1920 are 54 dots; a tablet has its own rule (WCAG 2.2, 2.5.8 doubled). */
const TARGET_PX_MIN = { kiosk: 54, tablet: 44 } as const;
const KIOSK_WIDTH = 1_000;

export interface Look {
  /** False where only sizes and edges differ from a screen that axe has seen. */
  readonly withAxe?: boolean;
}

/** One line for each fault; empty when all is well. */
export async function faultsOn(page: Page, screen: string, { withAxe = true }: Look = {}): Promise<string[]> {
  await atRest(page);
  const width = page.viewportSize()?.width ?? 0;
  const least = width >= KIOSK_WIDTH ? TARGET_PX_MIN.kiosk : TARGET_PX_MIN.tablet;
  const faults = [
    ...(withAxe ? await accessibilityFaults(page) : []),
    ...(await outside(page)).map((words) => `outside the screen: ${words}`),
    ...(await smallTargets(page, least)).map((words) => `too small to touch: ${words}`),
  ];
  return faults.map((fault) => `${screen}: ${fault}`);
}

/** Run in the page: as text, because these files are checked for Node, which has no document. */
const OUTSIDE = `[...document.querySelectorAll('button, h1, h2, p, dd')]
  .filter((element) => element.checkVisibility())
  .filter((element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1;
  })
  .map((element) => element.textContent)`;
/** The button over a whole card is measured by the card. */
const smallerThan = (least: number) => `[...document.querySelectorAll('button')]
  .filter((button) => button.checkVisibility())
  .flatMap((button) => {
    const { width, height } = (button.closest('li') ?? button).getBoundingClientRect();
    const words = button.getAttribute('aria-label') ?? button.textContent;
    const isSmall = Math.min(width, height) < ${least};
    return isSmall ? [words + ' ' + Math.round(width) + 'x' + Math.round(height)] : [];
  })`;

/** Buttons and texts that reach over the edge of the screen, by their words: nobody scrolls a kiosk. */
export function outside(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(OUTSIDE);
}

/** Buttons of which a finger has too little. */
function smallTargets(page: Page, least: number): Promise<string[]> {
  return page.evaluate<string[]>(smallerThan(least));
}

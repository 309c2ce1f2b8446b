/** Random touches and keys, as children and cleaning cloths make them; the same for the same seed. */
import type { Page } from 'playwright-core';

const KEYS = [
  'Tab',
  'Tab',
  'Enter',
  'Space',
  'Escape',
  'Backspace',
  'ArrowDown',
  'a',
  '7',
  'F5',
  'F11',
  'F12',
  'Alt+ArrowLeft',
  'Control+r',
  'Control+p',
  'Control+n',
  'Control+Shift+i',
  'Meta+d',
] as const;
/** Of all events, those that are keys; the rest are touches, some of them with another button. */
const KEY_SHARE = 0.25;
const OTHER_BUTTON_SHARE = 0.05;
/** Most touches hit something: a storm on empty glass would prove nothing. */
const AIMED_SHARE = 0.7;
/** Between two events, so that the screen listens again. */
const PACE_MS = 360;

/** Numbers from 0 to 1 that a seed repeats (mulberry32). */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One event of a storm, after which the page's time has gone on. */
export async function oneEvent(page: Page, chance: () => number): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 1, height: 1 };
  if (chance() < KEY_SHARE) {
    await page.keyboard.press(KEYS[Math.floor(chance() * KEYS.length)] ?? 'Tab');
  } else {
    const target = chance() < AIMED_SHARE ? await somewhereOnAButton(page, chance()) : null;
    const { x, y } = target ?? { x: chance() * (width - 1), y: chance() * (height - 1) };
    if (chance() < OTHER_BUTTON_SHARE) await page.mouse.click(x, y, { button: 'right' });
    else await page.touchscreen.tap(x, y);
  }
  await page.clock.fastForward(PACE_MS);
}

/** Run in the page: as text, because these files are checked for Node, which has no document. */
const middleOf = (share: number) => `(() => {
  const buttons = [...document.querySelectorAll('button')].filter((button) => button.checkVisibility());
  const box = buttons[Math.floor(${share} * buttons.length)]?.getBoundingClientRect();
  return box === undefined ? null : { x: box.x + box.width / 2, y: box.y + box.height / 2 };
})()`;
const KNOWN = `(async () => ({
  text: document.documentElement.outerHTML + Object.values(localStorage).join(' '),
  stored: [
    ...Object.keys(localStorage),
    ...Object.keys(sessionStorage),
    ...(await caches.keys()),
    ...(await indexedDB.databases()).map(({ name }) => String(name)),
  ],
}))()`;

function somewhereOnAButton(page: Page, share: number): Promise<{ x: number; y: number } | null> {
  return page.evaluate<{ x: number; y: number } | null>(middleOf(share));
}

/** What a tab still knows: the texts on the screen and in its storage, and the names of everything that it could have stored. */
export async function leftBehind(page: Page): Promise<{ text: string; stored: string[] }> {
  const { text, stored } = await page.evaluate<{ text: string; stored: string[] }>(KNOWN);
  const cookies = await page.context().cookies();
  return { text, stored: [...stored, ...cookies.map(({ name }) => name)] };
}

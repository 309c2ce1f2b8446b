/**
 * A finger that trembles taps twice, and its second tap falls on whatever the first one brought up. The guard lets one tap
 * through and is deaf for a moment after it, for the whole page, so that no second tap chooses something on the next screen.
 */

/** How long a page is deaf after a tap. Longer than a tremble, shorter than a decision. */
export const DEAF_MS = 350;

/** A guard over a page's taps. `now` is a clock that never jumps, in milliseconds. */
export function createTapGuard(now: () => number): { accepts(): boolean } {
  let deafUntil = Number.NEGATIVE_INFINITY;
  return {
    accepts: () => {
      const at = now();
      if (at < deafUntil) return false;
      deafUntil = at + DEAF_MS;
      return true;
    },
  };
}

/** The guard of this page. */
export const pageTaps = createTapGuard(() => performance.now());

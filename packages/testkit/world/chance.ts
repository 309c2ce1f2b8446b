/**
 * Chance by name: what is drawn depends on the seed and on what it is drawn for, and not on what was drawn before. So one more
 * request in one place changes nothing in another, and a failing seed stays the same failure while the world around it grows.
 */

/** A number in [0, 1) for these words. */
export function draw(seed: number, ...words: readonly (string | number)[]): number {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  for (const letter of words.join('\u0000')) {
    state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    state ^= state >>> 15;
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b) >>> 0;
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35) >>> 0;
  return ((state ^ (state >>> 16)) >>> 0) / 2 ** 32;
}

/** Spread evenly over orders of magnitude. */
export function logUniform(share: number, least: number, most: number): number {
  return least * (most / least) ** share;
}

/** One of some, by a share. @throws RangeError for none. */
export function chosen<T>(items: readonly T[], share: number): T {
  const item = items[Math.floor(share * items.length)];
  if (item === undefined) throw new RangeError('nothing to choose from');
  return item;
}

/**
 * Keys of wishes that must not be granted twice: pressed again after an answer was lost, the same wish is sent under the same key,
 * and the server answers with what it did the first time. Once it was granted, the same words are a new wish.
 */

export interface Wishes {
  /** The key of a wish, by what it says. @param wish as it is sent. */
  keyOf(wish: object): string;
  /** Its answer has come. */
  granted(wish: object): void;
}

export function createWishes(newKey: () => string): Wishes {
  const keys = new Map<string, string>();
  return {
    keyOf(wish) {
      const words = wordsOf(wish);
      const key = keys.get(words) ?? newKey();
      keys.set(words, key);
      return key;
    },
    granted: (wish) => void keys.delete(wordsOf(wish)),
  };
}

/** The same for the same members, whatever their order. */
function wordsOf(wish: object): string {
  return JSON.stringify(Object.entries(wish).sort(([a], [b]) => (a < b ? -1 : 1)));
}

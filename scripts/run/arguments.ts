/** The arguments of `npm test` and `npm run proof`: names of tiers, then, after `--`, what Vitest shall filter by. */
import { TIER_NAMES, type TierName } from './tiers.ts';

export interface RunArguments {
  readonly tiers: readonly TierName[];
  /** Passed to Vitest as they are: file names or parts of them, `-t` and a title. */
  readonly filters: readonly string[];
}

/** @throws Error that names the tiers when a word is none of them. */
export function parseArguments(words: readonly string[]): RunArguments {
  const end = words.indexOf('--');
  const named = end === -1 ? words : words.slice(0, end);
  const unknown = named.find((word) => !TIER_NAMES.some((tier) => tier === word));
  if (unknown !== undefined) {
    throw new Error(
      `"${unknown}" is no tier. Tiers: ${TIER_NAMES.join(', ')}. Filters for Vitest go after --.`,
    );
  }
  const tiers = TIER_NAMES.filter((tier) => named.length === 0 || named.includes(tier));
  return { tiers, filters: end === -1 ? [] : words.slice(end + 1) };
}

/** The same for a program's first line: prints what is wrong and ends the process with 2. */
export function argumentsOrExit(words: readonly string[]): RunArguments {
  try {
    return parseArguments(words);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

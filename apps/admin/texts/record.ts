/** The words of record pages. */
import type { TextTree } from './text-tree.ts';

export const RECORD_TEXTS = {} as const satisfies TextTree;

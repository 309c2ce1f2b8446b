/** The words of settings pages. */
import type { TextTree } from './text-tree.ts';

export const SETTINGS_TEXTS = {} as const satisfies TextTree;

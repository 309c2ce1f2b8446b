/** A slip of paper as a printer made it from the bytes: its rows, and the same as plain text. */
import type { Alignment } from '../layout.ts';

/** Characters of one style. */
export interface Span {
  readonly text: string;
  /** Times wider and higher than a normal character. */
  readonly width: number;
  readonly height: number;
  readonly bold: boolean;
  readonly inverted: boolean;
}

export type PaperRow =
  | {
      readonly kind: 'line';
      readonly align: Alignment;
      readonly spans: readonly Span[];
      /** To the top of the next row. */
      readonly heightDots: number;
    }
  /** `bits`: rows of `widthBytes` bytes, first dot in the highest bit, 1 is black. */
  | {
      readonly kind: 'raster';
      readonly align: Alignment;
      readonly bits: Uint8Array;
      readonly widthBytes: number;
      readonly heightDots: number;
    }
  | { readonly kind: 'feed'; readonly heightDots: number };

export const PAPER_ENDS = ['full', 'partial', 'torn'] as const;
/** How the slip ended: by a cut, or torn out by the person who cleared a jam. */
export type PaperEnd = (typeof PAPER_ENDS)[number];

export interface Slip {
  readonly rows: readonly PaperRow[];
  readonly end: PaperEnd;
}

/** The words of a slip, one line for each printed line; raster and feeds say nothing. */
export function slipText({ rows }: Slip): string {
  return rows
    .flatMap((row) => (row.kind === 'line' ? [row.spans.map((span) => span.text).join('')] : []))
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}

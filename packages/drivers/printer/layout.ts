/**
 * The layout of a slip: blocks in, rows out, the same for every printer, for plain text and for the picture on a screen.
 * Pure. Wrapping counts columns of what is really printed (after the code page has had its say) and honours enlarged
 * characters; nothing is lost without three dots, and no block is ever changed.
 */
import { graphemes, visibleLine } from './text.ts';

export const ALIGNMENTS = ['left', 'center', 'right'] as const;
export type Alignment = (typeof ALIGNMENTS)[number];

export const SCALES = [1, 2, 3, 4, 5, 6, 7, 8] as const;
/** How many times wider or higher than a normal character. */
export type Scale = (typeof SCALES)[number];

export interface TextStyle {
  readonly align: Alignment;
  readonly width: Scale;
  readonly height: Scale;
  readonly bold: boolean;
  /** White on black, with a space at both ends. */
  readonly inverted: boolean;
}

export interface TextBlock extends TextStyle {
  readonly kind: 'text';
  readonly text: string;
  /** Further lines are left out, and the last one kept ends with dots. */
  readonly linesMax: number;
  /** Takes a smaller scale, down to 1, rather than a second line. */
  readonly shrinks: boolean;
}

export type Block =
  | TextBlock
  /** A label at the left edge and its value at the right one; on separate lines when they do not fit on one. */
  | { readonly kind: 'pair'; readonly left: string; readonly right: string; readonly bold: boolean }
  /** Lines as somebody else has laid them out, blanks included; one that is too long goes on in the next. */
  | { readonly kind: 'verbatim'; readonly lines: readonly string[] }
  | { readonly kind: 'rule' }
  | { readonly kind: 'feed'; readonly lines: number }
  /** Printable ASCII of at most `QR_DATA_LENGTH_MAX` characters, see `isQrData`. */
  | { readonly kind: 'qr'; readonly data: string }
  | { readonly kind: 'cut' };

/** One printed line, or one of the things between lines. `text` fits: its columns times `width` are within the paper's. */
export type Row =
  | (TextStyle & { readonly kind: 'line'; readonly text: string })
  | { readonly kind: 'feed'; readonly lines: number }
  | { readonly kind: 'qr'; readonly data: string }
  | { readonly kind: 'cut' };

export interface LayoutOptions {
  /** Normal characters in one line. */
  readonly columns: number;
  /** The largest scale that the printer has; all of them by default. */
  readonly scaleMax?: Scale;
  /** Makes a text printable, each grapheme one column wide. By default, all visible characters stay. */
  readonly toPrintable?: (raw: string) => string;
}

export const LINES_MAX_DEFAULT = 8;
export const FEED_LINES_MAX = 32;
/** Version 13 at error correction M, which still has dots of 4 on the narrow paper. */
export const QR_DATA_LENGTH_MAX = 300;

const ELLIPSIS = '...';
const RULE_CHAR = '─';
const QR_DATA = /^[\x21-\x7e]+$/;
const PLAIN: TextStyle = { align: 'left', width: 1, height: 1, bold: false, inverted: false };

/** Whether a text may become a QR code: printable ASCII without spaces, as every address is, and not too long. */
export function isQrData(data: string): boolean {
  return data.length <= QR_DATA_LENGTH_MAX && QR_DATA.test(data);
}

/** A text block; what is not said is plain, at the left, and at most `LINES_MAX_DEFAULT` lines. */
export function text(
  content: string,
  style: Partial<TextStyle> & { readonly linesMax?: number; readonly shrinks?: boolean } = {},
): TextBlock {
  return { kind: 'text', text: content, linesMax: LINES_MAX_DEFAULT, shrinks: false, ...PLAIN, ...style };
}

/** The rows of the blocks. @throws RangeError for fewer than 8 columns: no paper is that narrow. */
export function layoutRows(blocks: readonly Block[], options: LayoutOptions): Row[] {
  if (options.columns < 8) throw new RangeError(`A paper of ${options.columns} columns is too narrow.`);
  const toPrintable = options.toPrintable ?? visibleLine;
  const { columns, scaleMax = 8 } = options;
  return blocks.flatMap((block) => rowsOf(atMost(block, scaleMax), columns, toPrintable));
}

/** The same block in no larger letters than the printer has. */
function atMost(block: Block, scaleMax: Scale): Block {
  if (block.kind !== 'text') return block;
  const smaller = (scale: Scale): Scale => (scale > scaleMax ? scaleMax : scale);
  return { ...block, width: smaller(block.width), height: smaller(block.height) };
}

/** The blocks as plain text, for a screen, a log or a test: one character for each column, enlarged text at normal size. */
export function renderText(blocks: readonly Block[], columns: number): string {
  return layoutRows(blocks, { columns })
    .flatMap((row) => plainLines(row, columns))
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Cuts to a budget of columns, with dots where something is left out. */
export function truncate(content: string, columns: number): string {
  const all = graphemes(content);
  if (all.length <= columns) return content;
  const dots = ELLIPSIS.slice(0, Math.max(0, columns));
  return `${all.slice(0, columns - dots.length).join('')}${dots}`;
}

/** Breaks at spaces, and inside words that are longer than a line. An empty text is one empty line. */
export function wrap(content: string, columns: number): string[] {
  const lines: string[] = [];
  let line: string[] = [];
  for (const word of content.split(' ').filter((part) => part !== '')) {
    let rest = graphemes(word);
    if (line.length > 0 && line.length + 1 + rest.length <= columns) {
      line = [...line, ' ', ...rest];
      continue;
    }
    if (line.length > 0) lines.push(line.join(''));
    while (rest.length > columns) {
      lines.push(rest.slice(0, columns).join(''));
      rest = rest.slice(columns);
    }
    line = rest;
  }
  if (line.length > 0 || lines.length === 0) lines.push(line.join(''));
  return lines;
}

function rowsOf(block: Block, columns: number, toPrintable: (raw: string) => string): Row[] {
  switch (block.kind) {
    case 'text':
      return textRows(block, columns, toPrintable);
    case 'pair':
      return pairRows(toPrintable(block.left).trim(), toPrintable(block.right).trim(), block.bold, columns);
    case 'verbatim':
      return block.lines.flatMap((line) => cutInto(toPrintable(line).trimEnd(), columns));
    case 'rule':
      return [{ kind: 'line', ...PLAIN, text: toPrintable(RULE_CHAR.repeat(columns)) }];
    case 'feed':
      return [{ kind: 'feed', lines: Math.min(Math.max(1, Math.trunc(block.lines)), FEED_LINES_MAX) }];
    case 'qr':
      if (!isQrData(block.data)) throw new RangeError('A QR code holds short printable ASCII only.');
      return [block];
    case 'cut':
      return [block];
    default:
      return block satisfies never;
  }
}

function textRows(block: TextBlock, columns: number, toPrintable: (raw: string) => string): Row[] {
  const content = toPrintable(block.text).trim();
  const padding = block.inverted ? 2 : 0;
  const length = graphemes(content).length + padding;
  const scale = block.shrinks ? shrunk(block.width, length, columns) : block.width;
  const budget = Math.max(1, Math.floor(columns / scale) - padding);
  const lines = wrap(content, budget);
  const kept = lines.slice(0, block.linesMax);
  const last = kept.at(-1);
  if (last !== undefined && lines.length > kept.length) {
    kept[kept.length - 1] = truncate(`${last}${ELLIPSIS}`, budget);
  }
  const height = block.shrinks ? shrunkHeight(block, scale) : block.height;
  const { align, bold, inverted } = block;
  return kept.map((line) => ({
    kind: 'line',
    text: inverted ? ` ${line} ` : line,
    align,
    width: scale,
    height,
    bold,
    inverted,
  }));
}

function shrunk(scale: Scale, length: number, columns: number): Scale {
  const fitting = SCALES.filter((candidate) => candidate <= scale && candidate * length <= columns);
  return fitting.at(-1) ?? 1;
}

/** Letters that shrink keep their proportions. */
function shrunkHeight(block: TextBlock, width: Scale): Scale {
  const height = Math.round((block.height * width) / block.width);
  return SCALES.find((candidate) => candidate >= height) ?? block.height;
}

function pairRows(left: string, right: string, bold: boolean, columns: number): Row[] {
  const gap = columns - graphemes(left).length - graphemes(right).length;
  if (gap >= 1) return [{ kind: 'line', ...PLAIN, bold, text: `${left}${' '.repeat(gap)}${right}` }];
  const lines = (content: string, align: Alignment): Row[] =>
    wrap(content, columns)
      .slice(0, LINES_MAX_DEFAULT)
      .map((line) => ({ kind: 'line', ...PLAIN, align, bold, text: line }));
  return [...lines(left, 'left'), ...lines(right, 'right')];
}

function cutInto(content: string, columns: number): Row[] {
  const all = graphemes(content);
  const parts = Array.from({ length: Math.max(1, Math.ceil(all.length / columns)) }, (_, index) =>
    all.slice(index * columns, (index + 1) * columns).join(''),
  );
  return parts.map((part) => ({ kind: 'line', ...PLAIN, text: part }));
}

function plainLines(row: Row, columns: number): string[] {
  switch (row.kind) {
    case 'line':
      return [`${' '.repeat(indentOf(row.align, graphemes(row.text).length, columns))}${row.text}`];
    case 'feed':
      return Array.from({ length: row.lines }, () => '');
    case 'qr':
      return [row.data];
    case 'cut':
      return [`${'- '.repeat(Math.floor(columns / 2))}`];
    default:
      return row satisfies never;
  }
}

function indentOf(align: Alignment, length: number, columns: number): number {
  switch (align) {
    case 'left':
      return 0;
    case 'center':
      return Math.max(0, Math.floor((columns - length) / 2));
    case 'right':
      return Math.max(0, columns - length);
    default:
      return align satisfies never;
  }
}

/**
 * A slip as a picture for a browser, dot for dot: one unit is one dot of the print head. Characters stand in the cells
 * that the printer would give them, enlarged as it would; raster is one path; the paper has the printer's margins, a cut
 * edge above and a torn or cut one below.
 */
import type { PrinterProfile } from '../profile.ts';
import type { PaperRow, Slip, Span } from './paper.ts';

export type SvgProfile = Pick<PrinterProfile, 'paperWidthMm' | 'dots' | 'charDots'>;

const DOTS_PER_MM = 8;
const TOP_MARGIN_DOTS = 24;
const TOOTH_DOTS = 8;
const INK = '#26262b';
const PAPER = '#fdfcf8';
const EDGE = '#dedbd2';
const FONT = "'DejaVu Sans Mono','Cascadia Mono',Menlo,Consolas,'Liberation Mono',monospace";
/** A monospaced font of this size has characters of 0.6 em: 12 dots. */
const FONT_SIZE_PER_CHAR_WIDTH = 5 / 3;
const BASELINE = 0.78;

/** The picture. `id` must be unique on the page it is put into. `title` is read aloud instead of the picture. */
export function paperSvg(slip: Slip, profile: SvgProfile, id: string, title: string): string {
  const widthDots = profile.paperWidthMm * DOTS_PER_MM;
  const left = (widthDots - profile.dots) / 2;
  const parts: string[] = [];
  let y = TOP_MARGIN_DOTS;
  for (const row of slip.rows) {
    parts.push(rowSvg(row, profile, left, y));
    y += row.heightDots;
  }
  const height = y + TOOTH_DOTS;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${widthDots} ${height}" width="${widthDots}" height="${height}" role="img" aria-labelledby="${id}-title">`,
    `<title id="${id}-title">${escaped(title)}</title>`,
    `<path d="${outline(widthDots, height, slip.end === 'torn')}" fill="${PAPER}" stroke="${EDGE}" stroke-width="2"/>`,
    `<g fill="${INK}" font-family="${FONT}" font-size="${profile.charDots.width * FONT_SIZE_PER_CHAR_WIDTH}">`,
    ...parts,
    '</g></svg>',
  ].join('');
}

/** A cutter's edge is straight with the bridge's nick; a torn one has teeth of two sizes. */
function outline(width: number, height: number, isTorn: boolean): string {
  const bottom = height - TOOTH_DOTS;
  const teeth: string[] = [];
  const count = Math.round(width / (isTorn ? 20 : 8));
  for (let tooth = 0; tooth < count; tooth++) {
    const right = width - (tooth * width) / count;
    const depth = isTorn && tooth % 3 === 1 ? TOOTH_DOTS : TOOTH_DOTS / 2;
    teeth.push(
      `L${round(right - width / count / 2)} ${bottom + depth}L${round(right - width / count)} ${bottom}`,
    );
  }
  return `M0 1H${width}V${bottom}${teeth.join('')}Z`;
}

function rowSvg(row: PaperRow, profile: SvgProfile, left: number, y: number): string {
  switch (row.kind) {
    case 'line':
      return lineSvg(row, profile, left, y);
    case 'raster': {
      const x = left + indent(row.align, profile.dots, row.widthBytes * 8);
      return `<path transform="translate(${x} ${y})" shape-rendering="crispEdges" d="${rasterPath(row.bits, row.widthBytes)}"/>`;
    }
    case 'feed':
      return '';
    default:
      return row satisfies never;
  }
}

function lineSvg(row: PaperRow & { kind: 'line' }, profile: SvgProfile, left: number, y: number): string {
  const { width: charWidth, height: charHeight } = profile.charDots;
  const widthOf = (span: Span): number => span.text.length * span.width * charWidth;
  const lineHeight = Math.max(...row.spans.map((span) => span.height * charHeight));
  let x =
    left +
    indent(
      row.align,
      profile.dots,
      row.spans.reduce((sum, span) => sum + widthOf(span), 0),
    );
  const parts: string[] = [];
  for (const span of row.spans) {
    // Characters of different heights share the line's base.
    parts.push(spanSvg(span, x, y + lineHeight - span.height * charHeight, profile));
    x += widthOf(span);
  }
  return parts.join('');
}

function spanSvg(span: Span, x: number, y: number, { charDots }: SvgProfile): string {
  const width = span.text.length * charDots.width;
  const place = `translate(${x} ${y}) scale(${span.width} ${span.height})`;
  const weight = span.bold ? ' font-weight="700"' : '';
  const fill = span.inverted ? ` fill="${PAPER}"` : '';
  const bar = span.inverted ? `<rect width="${width}" height="${charDots.height}"/>` : '';
  if (span.text.trim() === '' && !span.inverted) return '';
  return `<g transform="${place}">${bar}<text y="${round(charDots.height * BASELINE)}" textLength="${width}" lengthAdjust="spacingAndGlyphs" xml:space="preserve" style="white-space:pre"${weight}${fill}>${escaped(span.text)}</text></g>`;
}

function indent(align: 'left' | 'center' | 'right', dots: number, width: number): number {
  switch (align) {
    case 'left':
      return 0;
    case 'center':
      return Math.floor((dots - width) / 2);
    case 'right':
      return dots - width;
    default:
      return align satisfies never;
  }
}

/** Runs of black dots as rectangles, equal rows below each other as one. */
function rasterPath(bits: Uint8Array, widthBytes: number): string {
  const height = widthBytes === 0 ? 0 : bits.length / widthBytes;
  const parts: string[] = [];
  for (let y = 0; y < height; ) {
    const row = bits.subarray(y * widthBytes, (y + 1) * widthBytes);
    let next = y + 1;
    while (next < height && isSame(row, bits.subarray(next * widthBytes, (next + 1) * widthBytes))) next += 1;
    for (const [from, to] of blackRuns(row)) parts.push(`M${from} ${y}H${to}V${next}H${from}Z`);
    y = next;
  }
  return parts.join('');
}

function blackRuns(row: Uint8Array): [number, number][] {
  const runs: [number, number][] = [];
  let from = -1;
  for (let dot = 0; dot <= row.length * 8; dot++) {
    const isBlack = ((row[dot >> 3] ?? 0) & (0x80 >> (dot & 7))) !== 0;
    if (isBlack && from < 0) from = dot;
    if (!isBlack && from >= 0) {
      runs.push([from, dot]);
      from = -1;
    }
  }
  return runs;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, index) => byte === b[index]);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Text inside XML; what XML cannot hold at all becomes a question mark. */
function escaped(content: string): string {
  return content
    .replace(/[^\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd]/g, '?')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

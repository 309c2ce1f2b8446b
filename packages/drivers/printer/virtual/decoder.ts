/**
 * The part of a printer that turns commands into paper: style, line buffer, raster, cut. It reads bytes, not our blocks,
 * so that what it shows is what a real printer would.
 */
import { type CodePage, charInPage } from '../code-pages.ts';
import type { Alignment } from '../layout.ts';
import type { PrinterProfile } from '../profile.ts';
import { EPSON_CODE_PAGE_NUMBERS } from '../profiles.ts';
import { qrRaster } from '../qr-raster.ts';
import { ACCENTS } from './accents/accents.ts';
import type { PaperEnd, PaperRow, Slip, Span } from './paper.ts';
import type { Token } from './tokens.ts';

export type DecoderProfile = Pick<
  PrinterProfile,
  'dialect' | 'charDots' | 'lineDots' | 'dots' | 'qrDots' | 'codePage' | 'codePageNumber'
>;

export interface PaperDecoder {
  /** Obeys one command. @returns the slip, when the command was the cut that ends it. */
  take(token: Token): Slip | null;
  /** Rows on the slip that has not been cut yet. */
  rowCount(): number;
  /** Ends the slip here and forgets all state, as when a jam is cleared. @returns null when nothing was on it. */
  tear(): Slip | null;
}

interface Style extends Omit<Span, 'text'> {
  readonly align: Alignment;
  readonly codePage: CodePage | null;
  readonly lineDots: number;
}

const ALIGNMENT_NUMBERS: readonly Alignment[] = ['left', 'center', 'right'];

export function createDecoder(profile: DecoderProfile): PaperDecoder {
  const initial: Style = {
    align: 'left',
    width: 1,
    height: 1,
    bold: false,
    inverted: false,
    // After ESC @ a printer is on its default page, 437, which no table of ours has: accents then show as `?`. A Daruma
    // is on the page that it was set up with.
    codePage: profile.dialect === 'daruma' ? profile.codePage : null,
    lineDots: profile.lineDots,
  };
  let style = initial;
  let rows: PaperRow[] = [];
  let spans: Span[] = [];
  let usedDots = 0;

  const endLine = (): void => {
    const charHeight = Math.max(0, ...spans.map((span) => span.height * profile.charDots.height));
    const heightDots = Math.max(style.lineDots, charHeight);
    rows.push(
      spans.length === 0
        ? { kind: 'feed', heightDots }
        : { kind: 'line', align: style.align, spans, heightDots },
    );
    spans = [];
    usedDots = 0;
  };
  const addChar = (byte: number): void => {
    const dots = style.width * profile.charDots.width;
    if (usedDots + dots > profile.dots) endLine();
    usedDots += dots;
    const char =
      style.codePage === null && byte > 0x7f ? '?' : charInPage(byte, style.codePage ?? profile.codePage);
    const { width, height, bold, inverted } = style;
    const last = spans.at(-1);
    const isSame =
      last?.width === width && last.height === height && last.bold === bold && last.inverted === inverted;
    if (last !== undefined && isSame) spans[spans.length - 1] = { ...last, text: last.text + char };
    else spans.push({ text: char, width, height, bold, inverted });
  };
  const addRaster = ({ bits, widthBytes, height }: Token & { kind: 'raster' }): void => {
    const last = rows.at(-1);
    const continues = last?.kind === 'raster' && last.widthBytes === widthBytes && last.align === style.align;
    if (continues) rows.pop();
    rows.push({
      kind: 'raster',
      align: style.align,
      bits: continues ? Buffer.concat([last.bits, bits]) : bits,
      widthBytes,
      heightDots: (continues ? last.heightDots : 0) + height,
    });
  };
  /** The printer's own QR code, then the end of its line. */
  const addQr = (data: string): void => {
    if (spans.length > 0) endLine();
    const { bits, widthBytes, heightDots } = qrRaster(data.trimEnd(), profile);
    rows.push({ kind: 'raster', align: 'left', bits, widthBytes, heightDots });
  };
  const feed = (heightDots: number): void => {
    if (spans.length > 0) endLine();
    if (heightDots > 0) rows.push({ kind: 'feed', heightDots });
  };
  const finish = (end: PaperEnd): Slip => {
    const slip: Slip = { rows, end };
    rows = [];
    return slip;
  };

  const take = (token: Token): Slip | null => {
    switch (token.kind) {
      case 'char':
        addChar(token.byte);
        return null;
      case 'line_feed':
        endLine();
        return null;
      case 'raster':
        if (spans.length > 0) endLine();
        addRaster(token);
        return null;
      case 'qr':
        addQr(token.data);
        return null;
      case 'feed_lines':
        feed(token.lines * style.lineDots);
        return null;
      case 'feed_dots':
        feed(token.dots);
        return null;
      case 'cut':
        // Obeyed at the start of a line only.
        if (spans.length > 0) return null;
        feed(token.feedDots);
        return rows.length === 0 ? null : finish(token.cut);
      default:
        style = changed(style, token, initial, profile);
        return null;
    }
  };

  return {
    take,
    rowCount: () => rows.length,
    tear: () => {
      if (spans.length > 0) endLine();
      style = initial;
      return rows.length === 0 ? null : finish('torn');
    },
  };
}

type StyleToken = Exclude<
  Token,
  { kind: 'char' | 'line_feed' | 'raster' | 'qr' | 'feed_lines' | 'feed_dots' | 'cut' }
>;

function changed(style: Style, token: StyleToken, initial: Style, profile: DecoderProfile): Style {
  switch (token.kind) {
    case 'initialise':
      return initial;
    case 'code_page':
      return { ...style, codePage: codePageOf(token.number, profile) };
    case 'align':
      return { ...style, align: ALIGNMENT_NUMBERS[token.n] ?? style.align };
    case 'bold':
      return { ...style, bold: token.on };
    case 'inverted':
      return { ...style, inverted: token.on };
    case 'size':
      return { ...style, width: token.width ?? style.width, height: token.height ?? style.height };
    case 'line_spacing':
      return { ...style, lineDots: token.dots ?? initial.lineDots };
    case 'paper_status':
    case 'process_id':
    case 'automatic_status':
    case 'etb':
    case 'present':
    case 'retract':
    case 'quiet':
    case 'unknown':
      return style;
    default:
      return token satisfies never;
  }
}

function codePageOf(number: number, profile: DecoderProfile): CodePage | null {
  if (number === profile.codePageNumber) return profile.codePage;
  if (profile.dialect !== 'escpos') return null;
  const pages: readonly (readonly [CodePage, number])[] = [
    ['cp850', EPSON_CODE_PAGE_NUMBERS.cp850],
    ['cp858', EPSON_CODE_PAGE_NUMBERS.cp858],
    ['cp860', EPSON_CODE_PAGE_NUMBERS.cp860],
    ['cp1252', EPSON_CODE_PAGE_NUMBERS.cp1252],
  ];
  return pages.find(([, known]) => known === number)?.[0] ?? null;
}

/** What a whole job puts on paper. `unknown` counts the commands that no printer of ours knows, and `rest` the bytes left over. */
export function decodeJob(
  job: Uint8Array,
  profile: DecoderProfile,
): { readonly slips: readonly Slip[]; readonly unknown: number; readonly rest: number } {
  const decoder = createDecoder(profile);
  const { readToken } = ACCENTS[profile.dialect];
  const slips: Slip[] = [];
  let unknown = 0;
  let at = 0;
  for (let read = readToken(job, at); read !== null; read = readToken(job, at)) {
    at += read.length;
    if (read.token.kind === 'unknown') unknown += 1;
    const slip = decoder.take(read.token);
    if (slip !== null) slips.push(slip);
  }
  const rest = decoder.tear();
  if (rest !== null) slips.push(rest);
  return { slips, unknown, rest: job.length - at };
}

/**
 * What is different from printer to printer, as data: geometry, code page, cutter, and which questions it answers. A new
 * model is a new row; a new command set is a new dialect, and then the compiler shows each place that must learn it.
 * Sources: Epson's ESC/POS reference, and the geometry of 203 dpi heads (8 dots for each millimetre).
 */
import type { CodePage } from './code-pages.ts';

export const DIALECTS = ['escpos'] as const;
export type Dialect = (typeof DIALECTS)[number];

export const CUTS = ['partial', 'full'] as const;
/** Partial leaves a bridge, so that slips do not fall: the safe default. Full is for presenters. */
export type Cut = (typeof CUTS)[number];

export const COMPLETIONS = ['process_id', 'paper_status'] as const;
/**
 * How a printer tells that a job is out. `process_id` (GS ( H): it echoes our id when the data before it is on paper.
 * `paper_status` (GS r): it answers in order, so an answer means that everything before was processed.
 */
export type Completion = (typeof COMPLETIONS)[number];

export const STATUS_QUESTIONS = [1, 2, 3, 4] as const;
/** The n of DLE EOT n: printer, cause of off line, cause of error, roll paper. */
export type StatusQuestion = (typeof STATUS_QUESTIONS)[number];

export interface PrinterProfile {
  readonly id: string;
  readonly name: string;
  readonly dialect: Dialect;
  readonly paperWidthMm: number;
  /** Normal characters in one line. */
  readonly columns: number;
  /** Dots in one line; a multiple of 8. */
  readonly dots: number;
  readonly charDots: { readonly width: number; readonly height: number };
  /** Dots from one line of normal characters to the next, after initialising. */
  readonly lineDots: number;
  readonly codePage: CodePage;
  /** The n of ESC t n that selects the code page on this model. */
  readonly codePageNumber: number;
  /** Chinese-made printers pair bytes from 80 hex up unless told to leave Kanji mode (FS .). */
  readonly leavesKanji: boolean;
  readonly cut: Cut;
  /** Lines from the print head to the cutter. */
  readonly cutterFeedLines: number;
  /** A QR code is printed as large as fits in a square of this many dots. */
  readonly qrDots: number;
  readonly completion: Completion;
  /** The real-time status questions that it answers; those it does not are never asked. */
  readonly statusQuestions: readonly StatusQuestion[];
}

/** The n of ESC t n on Epson's models and most compatible ones. */
export const EPSON_CODE_PAGE_NUMBERS = {
  cp850: 2,
  cp858: 19,
  cp860: 3,
  cp1252: 16,
} as const satisfies Record<CodePage, number>;

const WIDE: PrinterProfile = {
  id: 'generic-80',
  name: 'ESC/POS, 80 mm',
  dialect: 'escpos',
  paperWidthMm: 80,
  columns: 48,
  dots: 576,
  charDots: { width: 12, height: 24 },
  lineDots: 34,
  codePage: 'cp850',
  codePageNumber: EPSON_CODE_PAGE_NUMBERS.cp850,
  leavesKanji: true,
  cut: 'partial',
  cutterFeedLines: 4,
  qrDots: 296,
  completion: 'paper_status',
  statusQuestions: STATUS_QUESTIONS,
};

/** The profiles that come with the product. An installation may pass its own. */
export const PRINTER_PROFILES: readonly PrinterProfile[] = [
  WIDE,
  {
    ...WIDE,
    id: 'generic-58',
    name: 'ESC/POS, 58 mm',
    paperWidthMm: 58,
    columns: 32,
    dots: 384,
    qrDots: 264,
  },
  { ...WIDE, id: 'epson-80', name: 'Epson TM, 80 mm', completion: 'process_id' },
];

export const DEFAULT_PROFILE: PrinterProfile = WIDE;

/** A profile by its id, or undefined. */
export function profileById(id: string): PrinterProfile | undefined {
  return PRINTER_PROFILES.find((profile) => profile.id === id);
}

/**
 * What is different from printer to printer, as data: geometry, code page, cutter, and which questions it answers. A new
 * model is a new row in `profiles.ts`; a new command set is a new dialect, and then the compiler shows each place that must
 * learn it.
 */
import type { CodePage } from './code-pages.ts';
import type { Scale } from './layout.ts';

export const DIALECTS = ['escpos', 'star', 'daruma'] as const;
/** The command set: ESC/POS, Star Line, and Daruma's own. */
export type Dialect = (typeof DIALECTS)[number];

export const CUTS = ['partial', 'full'] as const;
/** Partial leaves a bridge, so that slips do not fall: the safe default. Full is for presenters. */
export type Cut = (typeof CUTS)[number];

export const CUTTERS = ['gs_v', 'esc_i'] as const;
/** Which command of ESC/POS cuts: GS V, or ESC i and ESC m on Custom's kiosk printers. */
export type Cutter = (typeof CUTTERS)[number];

export const PICTURES = ['raster', 'columns'] as const;
/** How dots are sent in ESC/POS: GS v 0, or ESC * in columns of 24 where raster gives trouble. */
export type Picture = (typeof PICTURES)[number];

export const COMPLETIONS = ['process_id', 'paper_status', 'etb_counter', 'idle'] as const;
/**
 * How a printer tells that a job is out. `process_id` (GS ( H): it echoes our id when the data before it is on paper.
 * `paper_status` (GS r): it answers in order, so an answer means that everything before was processed. `etb_counter`
 * (Star): a counter in its status that goes up by one when it comes to our mark. `idle`: it only says whether it prints.
 */
export type Completion = (typeof COMPLETIONS)[number];

export const STATUS_QUESTIONS = [1, 2, 3, 4] as const;
/** The n of DLE EOT n: printer, cause of off line, cause of error, roll paper. */
export type StatusQuestion = (typeof STATUS_QUESTIONS)[number];

/** A mouth that holds the slip until it is taken, and draws it in when nobody does. */
export interface Presenter {
  /** How far the slip is pushed out; the length of a step differs by model. */
  readonly steps: number;
}

export interface PrinterProfile {
  readonly id: string;
  readonly name: string;
  readonly dialect: Dialect;
  /** Sent first in every job: a command set that the printer must be switched to. */
  readonly prefix: readonly number[];
  readonly paperWidthMm: number;
  /** Normal characters in one line. */
  readonly columns: number;
  /** Dots in one line; a multiple of 8. */
  readonly dots: number;
  readonly charDots: { readonly width: number; readonly height: number };
  /** Dots from one line of normal characters to the next, after initialising. */
  readonly lineDots: number;
  /** How many times larger than normal its characters can be. */
  readonly scaleMax: Scale;
  readonly codePage: CodePage;
  /** The number that selects the code page on this model. */
  readonly codePageNumber: number;
  /** Chinese-made printers pair bytes from 80 hex up unless told to leave Kanji mode (FS .). */
  readonly leavesKanji: boolean;
  readonly cut: Cut;
  readonly cutter: Cutter;
  /** Lines from the print head to the cutter. */
  readonly cutterFeedLines: number;
  readonly picture: Picture;
  /** A QR code is printed as large as fits in a square of this many dots. */
  readonly qrDots: number;
  readonly completion: Completion;
  /** The real-time status questions that it answers; those it does not are never asked. */
  readonly statusQuestions: readonly StatusQuestion[];
  readonly presenter: Presenter | null;
}

/** What the conversation with a printer needs to know of it. */
export type SpokenProfile = Pick<PrinterProfile, 'dialect' | 'completion' | 'statusQuestions' | 'presenter'>;

/**
 * The printers that the product knows, as data. Sources: Epson's ESC/POS reference, the makers' public manuals and, for
 * Daruma, the drivers that are used in the field; 203 dpi heads have 8 dots for each millimetre. What a clone does
 * differently is told by the test print of the technician's screen.
 */
import type { CodePage } from './code-pages.ts';
import { type PrinterProfile, STATUS_QUESTIONS } from './profile.ts';

/** The n of ESC t n on Epson's models and most compatible ones. */
export const EPSON_CODE_PAGE_NUMBERS = {
  cp850: 2,
  cp858: 19,
  cp860: 3,
  cp1252: 16,
} as const satisfies Record<CodePage, number>;

/** The n of ESC GS t n on Star's models; they have no 850, and 858 is 850 with a euro sign. */
const STAR_CP858 = 4;
/** GS F9 20 31: obey ESC/POS until switched off. Bematech's own command set is the factory's setting. */
const BEMATECH_TO_ESCPOS = [0x1d, 0xf9, 0x20, 0x31] as const;

const WIDE: PrinterProfile = {
  id: 'generic-80',
  name: 'ESC/POS, 80 mm',
  dialect: 'escpos',
  prefix: [],
  paperWidthMm: 80,
  columns: 48,
  dots: 576,
  charDots: { width: 12, height: 24 },
  lineDots: 34,
  scaleMax: 8,
  codePage: 'cp850',
  codePageNumber: EPSON_CODE_PAGE_NUMBERS.cp850,
  leavesKanji: true,
  cut: 'partial',
  cutter: 'gs_v',
  cutterFeedLines: 4,
  picture: 'raster',
  qrDots: 296,
  completion: 'paper_status',
  statusQuestions: STATUS_QUESTIONS,
  presenter: null,
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
  { ...WIDE, id: 'epson-80', name: 'Epson TM, 80 mm', completion: 'process_id', leavesKanji: false },
  {
    ...WIDE,
    id: 'bematech-80',
    name: 'Bematech MP-4200, 80 mm',
    prefix: BEMATECH_TO_ESCPOS,
    columns: 41,
    charDots: { width: 14, height: 24 },
    leavesKanji: false,
  },
  { ...WIDE, id: 'elgin-80', name: 'Elgin i7, i8, i9, 80 mm' },
  { ...WIDE, id: 'tanca-80', name: 'Tanca TP, 80 mm' },
  {
    ...WIDE,
    id: 'daruma-80',
    name: 'Daruma DR800, 80 mm',
    dialect: 'daruma',
    // Its characters are doubled or not, and its code page is set in the printer, not by a job.
    scaleMax: 2,
    leavesKanji: false,
    completion: 'idle',
  },
  {
    ...WIDE,
    id: 'star-80',
    name: 'Star (Line), 80 mm',
    dialect: 'star',
    scaleMax: 6,
    codePage: 'cp858',
    codePageNumber: STAR_CP858,
    leavesKanji: false,
    completion: 'etb_counter',
  },
  {
    ...WIDE,
    id: 'custom-80',
    name: 'Custom VKP80, KPM, TG, 80 mm',
    leavesKanji: false,
    cut: 'full',
    cutter: 'esc_i',
    picture: 'columns',
    presenter: { steps: 12 },
  },
];

export const DEFAULT_PROFILE: PrinterProfile = WIDE;

/** A profile by its id, or undefined. */
export function profileById(id: string): PrinterProfile | undefined {
  return PRINTER_PROFILES.find((profile) => profile.id === id);
}

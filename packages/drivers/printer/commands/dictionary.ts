/**
 * The one place that touches node-thermal-printer, and only as a dictionary of command bytes: it is built without an
 * interface, is given bytes and never text, and never sends. Its own text, wrapping, size, drawer, QR, image, status and
 * transport code are not used: they swap width and height, hunt through code pages, let control bytes through, and take
 * a full socket buffer for a printed page.
 */
import { PrinterTypes, ThermalPrinter } from 'node-thermal-printer';
import type { Alignment } from '../layout.ts';
import type { Dialect } from '../profile.ts';

/** Styles, as each dialect says them. */
export interface Dictionary {
  align(alignment: Alignment): Uint8Array;
  bold(on: boolean): Uint8Array;
  /** Empty where the dialect has no inverted characters. */
  inverted(on: boolean): Uint8Array;
  newLine(): Uint8Array;
}

const TYPES: Readonly<Record<Dialect, PrinterTypes>> = {
  escpos: PrinterTypes.EPSON,
  star: PrinterTypes.STAR,
  daruma: PrinterTypes.DARUMA,
};

export function dictionaryOf(dialect: Dialect): Dictionary {
  // An empty interface means none: the object only builds bytes.
  const pages = new ThermalPrinter({ type: TYPES[dialect], interface: '' });
  const bytes = (look: (dictionary: ThermalPrinter) => void): Uint8Array => {
    pages.clear();
    look(pages);
    return Uint8Array.from(pages.getBuffer() ?? []);
  };
  const ALIGN = {
    left: () => pages.alignLeft(),
    center: () => pages.alignCenter(),
    right: () => pages.alignRight(),
  } as const satisfies Record<Alignment, () => void>;
  return {
    align: (alignment) => bytes(ALIGN[alignment]),
    bold: (on) => bytes((dictionary) => dictionary.bold(on)),
    inverted: (on) =>
      dialect === 'daruma' ? new Uint8Array(0) : bytes((dictionary) => dictionary.invert(on)),
    newLine: () => bytes((dictionary) => dictionary.newLine()),
  };
}

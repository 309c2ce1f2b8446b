/**
 * The one place that touches node-thermal-printer, and only as a dictionary of command bytes: it is built without an
 * interface, is given bytes and never text, and never sends. Its own text, wrapping, size, drawer, QR, image, status and
 * transport code are not used: they swap width and height, hunt through code pages, let control bytes through, and take
 * a full socket buffer for a printed page.
 */
import { PrinterTypes, ThermalPrinter } from 'node-thermal-printer';
import type { Alignment, Scale } from './layout.ts';
import type { Cut, PrinterProfile } from './profile.ts';

type Command = (dictionary: ThermalPrinter) => void;

const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;
const NUL = 0x00;

/** Rows in one raster command: small buffers hold a band whole, and one dimension byte is enough. */
export const RASTER_BAND_ROWS_MAX = 128;

const ALIGN: Readonly<Record<Alignment, Command>> = {
  left: (dictionary) => dictionary.alignLeft(),
  center: (dictionary) => dictionary.alignCenter(),
  right: (dictionary) => dictionary.alignRight(),
};

/** The dictionary would feed eight lines of its own before cutting. */
const CUT: Readonly<Record<Cut, Command>> = {
  partial: (dictionary) => dictionary.partialCut({ verticalTabAmount: 0 }),
  full: (dictionary) => dictionary.cut({ verticalTabAmount: 0 }),
};

/** Builds one job as one buffer; nothing is kept from one job to the next. */
export class CommandBuilder {
  readonly #dictionary: ThermalPrinter;
  readonly #parts: Uint8Array[] = [];

  constructor() {
    // An empty interface means none: the object only builds bytes.
    this.#dictionary = new ThermalPrinter({ type: PrinterTypes.EPSON, interface: '' });
  }

  /** Initialise (ESC @), leave Kanji mode (FS .), select the code page (ESC t): the state of the last job is unknown. */
  start(profile: PrinterProfile): void {
    const kanji = profile.leavesKanji ? [FS, 0x2e] : [];
    this.raw(Uint8Array.of(ESC, 0x40, ...kanji, ESC, 0x74, profile.codePageNumber));
  }

  align(alignment: Alignment): void {
    this.#command(ALIGN[alignment]);
  }

  bold(on: boolean): void {
    this.#command((dictionary) => dictionary.bold(on));
  }

  inverted(on: boolean): void {
    this.#command((dictionary) => dictionary.invert(on));
  }

  newLine(): void {
    this.#command((dictionary) => dictionary.newLine());
  }

  /** GS ! n: width in the high half, height in the low one. */
  size(width: Scale, height: Scale): void {
    this.raw(Uint8Array.of(GS, 0x21, ((width - 1) << 4) | (height - 1)));
  }

  /** ESC d n: prints what is in the line and feeds n lines. */
  feed(lines: number): void {
    this.raw(Uint8Array.of(ESC, 0x64, lines));
  }

  /** GS V, which is obeyed at the start of a line only, followed by ESC @. */
  cut(cut: Cut): void {
    this.#command(CUT[cut]);
  }

  /** GS v 0 in bands. `bits`: rows of `widthBytes` bytes, first dot in the highest bit, 1 is black. */
  raster(bits: Uint8Array, widthBytes: number): void {
    const rows = bits.length / widthBytes;
    for (let from = 0; from < rows; from += RASTER_BAND_ROWS_MAX) {
      const count = Math.min(RASTER_BAND_ROWS_MAX, rows - from);
      const size = [widthBytes & 0xff, widthBytes >> 8, count & 0xff, count >> 8];
      this.raw(Uint8Array.of(GS, 0x76, 0x30, NUL, ...size));
      this.raw(bits.subarray(from * widthBytes, (from + count) * widthBytes));
    }
  }

  /** Bytes as they are: encoded text, or a command that is ours. */
  raw(bytes: Uint8Array): void {
    this.#parts.push(bytes);
  }

  /** The whole job. */
  bytes(): Uint8Array {
    return Buffer.concat(this.#parts);
  }

  #command(add: Command): void {
    this.#dictionary.clear();
    add(this.#dictionary);
    this.raw(this.#dictionary.getBuffer());
  }
}

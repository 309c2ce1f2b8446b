/** ESC/POS, as Epson's reference has it, with the ways in which compatible printers differ. */
import type { PrinterProfile } from '../profile.ts';
import { qrRaster, type Raster } from '../qr-raster.ts';
import type { OwnCommands } from './own-commands.ts';

const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;
const LF = 0x0a;

/** Rows in one raster command: small buffers hold a band whole, and one dimension byte is enough. */
export const RASTER_BAND_ROWS_MAX = 128;
/** The widest paper's band and its head: no command of ours is longer. Printers ignore a NUL that belongs to nothing. */
export const FLUSH_NULS = 9_600;
/** Dots of a column that ESC * 33 prints at once, and the bytes that they take. */
const COLUMN_DOTS = 24;
const COLUMN_BYTES = COLUMN_DOTS / 8;

export function escPos(profile: PrinterProfile): OwnCommands {
  const start = (): Uint8Array => {
    const kanji = profile.leavesKanji ? [FS, 0x2e] : [];
    return Uint8Array.of(...profile.prefix, ESC, 0x40, ...kanji, ESC, 0x74, profile.codePageNumber);
  };
  /** ESC d n. */
  const feed = (lines: number): Uint8Array => Uint8Array.of(ESC, 0x64, lines);
  return {
    start,
    feed,
    flush: () => new Uint8Array(FLUSH_NULS),
    /** GS ! n: width in the high half, height in the low one. */
    size: (width, height) => Uint8Array.of(GS, 0x21, ((width - 1) << 4) | (height - 1)),
    cut: () => Buffer.concat([feed(profile.cutterFeedLines), cutOf(profile), presentOf(profile), start()]),
    qr: (data) => {
      const raster = qrRaster(data, profile);
      return profile.picture === 'raster' ? inBands(raster) : inColumns(raster);
    },
  };
}

function cutOf({ cutter, cut }: PrinterProfile): Uint8Array {
  switch (cutter) {
    case 'gs_v':
      return Uint8Array.of(GS, 0x56, cut === 'full' ? 0 : 1);
    case 'esc_i':
      return Uint8Array.of(ESC, cut === 'full' ? 0x69 : 0x6d);
    default:
      return cutter satisfies never;
  }
}

/** GS e 3 m: pushes the slip out by m steps. */
function presentOf({ presenter }: PrinterProfile): Uint8Array {
  return presenter === null ? new Uint8Array(0) : Uint8Array.of(GS, 0x65, 3, presenter.steps);
}

/** GS v 0 in bands. */
export function inBands({ bits, widthBytes, heightDots }: Raster): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let from = 0; from < heightDots; from += RASTER_BAND_ROWS_MAX) {
    const count = Math.min(RASTER_BAND_ROWS_MAX, heightDots - from);
    const size = [widthBytes & 0xff, widthBytes >> 8, count & 0xff, count >> 8];
    parts.push(Uint8Array.of(GS, 0x76, 0x30, 0, ...size));
    parts.push(bits.subarray(from * widthBytes, (from + count) * widthBytes));
  }
  return Buffer.concat(parts);
}

/** ESC * 33 in columns of 24 dots, one band for each line, with lines that touch. */
function inColumns({ bits, widthBytes, heightDots }: Raster): Uint8Array {
  const width = widthBytes * 8;
  const parts: Uint8Array[] = [Uint8Array.of(ESC, 0x33, COLUMN_DOTS)];
  for (let top = 0; top < heightDots; top += COLUMN_DOTS) {
    const columns = new Uint8Array(width * COLUMN_BYTES);
    for (let x = 0; x < width; x++) {
      for (let y = 0; y < Math.min(COLUMN_DOTS, heightDots - top); y++) {
        if (((bits[(top + y) * widthBytes + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) === 0) continue;
        const at = x * COLUMN_BYTES + (y >> 3);
        columns[at] = (columns[at] ?? 0) | (0x80 >> (y & 7));
      }
    }
    parts.push(Uint8Array.of(ESC, 0x2a, 33, width & 0xff, width >> 8), columns, Uint8Array.of(LF));
  }
  return Buffer.concat([...parts, Uint8Array.of(ESC, 0x32)]);
}

/** Star Line mode, as Star's command reference has it. */
import type { PrinterProfile } from '../profile.ts';
import { qrRaster } from '../qr-raster.ts';
import { FLUSH_NULS, RASTER_BAND_ROWS_MAX } from './escpos.ts';
import type { OwnCommands } from './own-commands.ts';

const ESC = 0x1b;
const GS = 0x1d;

export function star(profile: PrinterProfile): OwnCommands {
  /** ESC @ initialises, ESC GS t n selects the code page. */
  const start = (): Uint8Array => Uint8Array.of(ESC, 0x40, ESC, GS, 0x74, profile.codePageNumber);
  /** ESC a n. */
  const feed = (lines: number): Uint8Array => Uint8Array.of(ESC, 0x61, lines);
  return {
    start,
    feed,
    flush: () => new Uint8Array(FLUSH_NULS),
    /** ESC i n1 n2: height first, then width. */
    size: (width, height) => Uint8Array.of(ESC, 0x69, height - 1, width - 1),
    /** ESC d n: 2 cuts, 3 leaves a bridge, and both feed to the cutter by themselves. */
    cut: () => Buffer.concat([Uint8Array.of(ESC, 0x64, profile.cut === 'full' ? 2 : 3), start()]),
    /** ESC GS S 1: dots, in bands. */
    qr: (data) => {
      const { bits, widthBytes, heightDots } = qrRaster(data, profile);
      const parts: Uint8Array[] = [];
      for (let from = 0; from < heightDots; from += RASTER_BAND_ROWS_MAX) {
        const count = Math.min(RASTER_BAND_ROWS_MAX, heightDots - from);
        const size = [widthBytes & 0xff, widthBytes >> 8, count & 0xff, count >> 8];
        parts.push(Uint8Array.of(ESC, GS, 0x53, 1, ...size, 0));
        parts.push(bits.subarray(from * widthBytes, (from + count) * widthBytes));
      }
      return Buffer.concat(parts);
    },
  };
}

/**
 * QR codes as dots. The printers' own QR commands differ from brand to brand and some have none, so the matrix is made
 * here and printed as raster, which works nearly everywhere.
 */
import { create } from 'qrcode';
import { isQrData } from './layout.ts';
import type { PrinterProfile } from './profile.ts';

/** White around the code, in modules (ISO/IEC 18004 section 6.3.8 asks for 4). */
const QUIET_MODULES = 4;
/**
 * Dots for each module, at least. A printer obeys real-time commands even inside raster data, and all begin with the byte
 * 10 hex: one black dot between white ones. With modules of two dots and more that byte cannot occur.
 */
const MODULE_DOTS_MIN = 2;

export interface Raster {
  /** Rows of `widthBytes` bytes, first dot in the highest bit, 1 is black. */
  readonly bits: Uint8Array;
  readonly widthBytes: number;
  readonly heightDots: number;
}

/**
 * The QR code of a text at error correction M, centred on the paper by its own white margin (alignment of raster differs
 * between models). @throws RangeError for data that `isQrData` refuses, or that the paper has no room for.
 */
export function qrRaster(data: string, profile: Pick<PrinterProfile, 'dots' | 'qrDots'>): Raster {
  if (!isQrData(data)) throw new RangeError('A QR code holds short printable ASCII only.');
  const { modules } = create(data, { errorCorrectionLevel: 'M' });
  const side = modules.size + 2 * QUIET_MODULES;
  const moduleDots = Math.max(MODULE_DOTS_MIN, Math.floor(profile.qrDots / side));
  const sideDots = side * moduleDots;
  if (sideDots > profile.dots) throw new RangeError('The QR code is wider than the paper.');
  const firstDot = Math.floor((profile.dots - sideDots) / 2) + QUIET_MODULES * moduleDots;
  const widthBytes = Math.ceil((firstDot + modules.size * moduleDots) / 8);
  const bits = new Uint8Array(widthBytes * sideDots);
  for (let y = 0; y < modules.size; y++) {
    const row = rowBits(modules, y, moduleDots, firstDot, widthBytes);
    for (let dot = 0; dot < moduleDots; dot++) {
      bits.set(row, ((y + QUIET_MODULES) * moduleDots + dot) * widthBytes);
    }
  }
  return { bits, widthBytes, heightDots: sideDots };
}

function rowBits(
  modules: { readonly size: number; get(row: number, column: number): number | boolean },
  y: number,
  moduleDots: number,
  firstDot: number,
  widthBytes: number,
): Uint8Array {
  const row = new Uint8Array(widthBytes);
  for (let x = 0; x < modules.size; x++) {
    if (!modules.get(y, x)) continue;
    for (let dot = firstDot + x * moduleDots; dot < firstDot + (x + 1) * moduleDots; dot++) {
      row[dot >> 3] = (row[dot >> 3] ?? 0) | (0x80 >> (dot & 7));
    }
  }
  return row;
}

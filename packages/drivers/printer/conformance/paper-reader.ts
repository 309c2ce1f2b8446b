/** Reads a slip as a customer would: the largest words, and the QR code with a camera's eyes, on paper and on a screen. */
import jsQrModule from 'jsqr';
import { PNG } from 'pngjs';
import type { PaperRow, Slip } from '../virtual/paper.ts';

// The package is CommonJS: its function is the default of its default where Node loads it.
const jsQr: unknown = Reflect.get(jsQrModule, 'default') ?? jsQrModule;

/** The words in the largest characters. */
export function largestText({ rows }: Pick<Slip, 'rows'>): string {
  const spans = rows.flatMap((row) => (row.kind === 'line' ? row.spans : []));
  const areaOf = ({ width, height }: { readonly width: number; readonly height: number }): number =>
    width * height;
  const largest = Math.max(...spans.map(areaOf));
  return spans
    .filter((span) => areaOf(span) === largest)
    .map((span) => span.text)
    .join('');
}

/** What the QR code on the slip says, or null when there is none that can be read. */
export function readQr({ rows }: Pick<Slip, 'rows'>): string | null {
  const raster = rows.find((row): row is PaperRow & { kind: 'raster' } => row.kind === 'raster');
  if (raster === undefined) return null;
  const width = raster.widthBytes * 8;
  const pixels = new Uint8ClampedArray(width * raster.heightDots * 4).fill(255);
  for (let dot = 0; dot < width * raster.heightDots; dot++) {
    const isBlack = ((raster.bits[dot >> 3] ?? 0) & (0x80 >> (dot & 7))) !== 0;
    if (isBlack) pixels.fill(0, dot * 4, dot * 4 + 3);
  }
  return decoded(pixels, width, raster.heightDots);
}

/** What the QR code on a picture says, or null when there is none that can be read. @param png the file's bytes. */
export function readQrOfPicture(png: Buffer): string | null {
  const { data, width, height } = PNG.sync.read(png);
  return decoded(new Uint8ClampedArray(data), width, height);
}

function decoded(pixels: Uint8ClampedArray, width: number, height: number): string | null {
  if (typeof jsQr !== 'function') return null;
  const found: unknown = jsQr(pixels, width, height);
  return typeof found === 'object' && found !== null && 'data' in found ? String(found.data) : null;
}

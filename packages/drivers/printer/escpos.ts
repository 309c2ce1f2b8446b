/**
 * Blocks to ESC/POS bytes. One job is one buffer that sets everything it relies on, so a ticket never depends on what was
 * printed before it. Style commands are sent when the style changes, and reset by the prefix.
 */
import { CommandBuilder } from './command-builder.ts';
import { type Block, layoutRows, type Row, type TextStyle } from './layout.ts';
import type { PrinterProfile } from './profile.ts';
import { qrRaster } from './qr-raster.ts';
import { encodeLine, pageLine } from './text.ts';

/** As the printer is after ESC @. */
const INITIAL: TextStyle = { align: 'left', width: 1, height: 1, bold: false, inverted: false };

/**
 * The bytes of one job for a printer. @throws RangeError for a QR block with data that `isQrData` refuses.
 */
export function encodeJob(blocks: readonly Block[], profile: PrinterProfile): Uint8Array {
  const builder = new CommandBuilder();
  builder.start(profile);
  const toPrintable = (raw: string): string => pageLine(raw, profile.codePage);
  let style = INITIAL;
  for (const row of layoutRows(blocks, { columns: profile.columns, toPrintable })) {
    style = addRow(builder, row, style, profile);
  }
  return builder.bytes();
}

/** @returns the style that the printer is left in. */
function addRow(builder: CommandBuilder, row: Row, style: TextStyle, profile: PrinterProfile): TextStyle {
  switch (row.kind) {
    case 'line':
      changeStyle(builder, style, row);
      builder.raw(encodeLine(row.text, profile.codePage));
      builder.newLine();
      return row;
    case 'feed':
      builder.feed(row.lines);
      return style;
    case 'qr': {
      changeStyle(builder, style, INITIAL);
      const raster = qrRaster(row.data, profile);
      builder.raster(raster.bits, raster.widthBytes);
      return INITIAL;
    }
    case 'cut':
      changeStyle(builder, style, INITIAL);
      builder.feed(profile.cutterFeedLines);
      builder.cut(profile.cut);
      // The dictionary's cut ends with ESC @, which also forgets the code page.
      builder.start(profile);
      return INITIAL;
    default:
      return row satisfies never;
  }
}

function changeStyle(builder: CommandBuilder, from: TextStyle, to: TextStyle): void {
  if (from.align !== to.align) builder.align(to.align);
  if (from.width !== to.width || from.height !== to.height) builder.size(to.width, to.height);
  if (from.bold !== to.bold) builder.bold(to.bold);
  if (from.inverted !== to.inverted) builder.inverted(to.inverted);
}

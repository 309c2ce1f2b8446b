/**
 * Blocks to the bytes of a printer. One job is one buffer that sets everything it relies on, so a ticket never depends on
 * what was printed before it. Style commands are sent when the style changes, and reset by the prefix.
 */
import { type CommandSet, commandsOf } from './commands/command-set.ts';
import { type Block, layoutRows, type Row, type TextStyle } from './layout.ts';
import type { PrinterProfile } from './profile.ts';
import { encodeLine, pageLine } from './text.ts';

/** As the printer is after it was initialised. */
const INITIAL: TextStyle = { align: 'left', width: 1, height: 1, bold: false, inverted: false };

/** The bytes of one job for a printer. @throws RangeError for a QR block with data that `isQrData` refuses. */
export function encodeJob(blocks: readonly Block[], profile: PrinterProfile): Uint8Array {
  const commands = commandsOf(profile);
  const parts: Uint8Array[] = [commands.start()];
  let style = INITIAL;
  for (const row of printedRows(blocks, profile)) style = addRow(parts, commands, row, style, profile);
  return Buffer.concat(parts);
}

/** The rows as this printer has them: its columns, its characters, its sizes. */
export function printedRows(blocks: readonly Block[], profile: PrinterProfile): Row[] {
  const { columns, scaleMax, codePage } = profile;
  return layoutRows(blocks, { columns, scaleMax, toPrintable: (raw) => pageLine(raw, codePage) });
}

/** @returns the style that the printer is left in. */
function addRow(
  parts: Uint8Array[],
  commands: CommandSet,
  row: Row,
  style: TextStyle,
  profile: PrinterProfile,
): TextStyle {
  switch (row.kind) {
    case 'line':
      parts.push(
        ...changes(commands, style, row),
        encodeLine(row.text, profile.codePage),
        commands.newLine(),
      );
      return row;
    case 'feed':
      parts.push(commands.feed(row.lines));
      return style;
    case 'qr':
      parts.push(...changes(commands, style, INITIAL), commands.qr(row.data));
      return INITIAL;
    case 'cut':
      parts.push(...changes(commands, style, INITIAL), commands.cut());
      return INITIAL;
    default:
      return row satisfies never;
  }
}

function changes(commands: CommandSet, from: TextStyle, to: TextStyle): Uint8Array[] {
  return [
    ...(from.align === to.align ? [] : [commands.align(to.align)]),
    ...(from.width === to.width && from.height === to.height ? [] : [commands.size(to.width, to.height)]),
    ...(from.bold === to.bold ? [] : [commands.bold(to.bold)]),
    ...(from.inverted === to.inverted ? [] : [commands.inverted(to.inverted)]),
  ];
}

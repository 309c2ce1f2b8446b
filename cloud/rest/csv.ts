/** Comma-separated values (RFC 4180) for spreadsheets, in which no cell is ever a formula. */

/** A byte order mark: without it, spreadsheets take UTF-8 for the code page of their machine. */
export const CSV_MARK = '\uFEFF';

/** What makes a spreadsheet calculate, in wide letters too; a tab or a line's end before it is skipped by some. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** One line, its end included. A cell that would be a formula is made text by an apostrophe before it. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(text: string): string {
  const plain = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

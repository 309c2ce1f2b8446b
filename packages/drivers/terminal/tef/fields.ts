/**
 * The text of TEF files: one field for each line, `NNN-NNN = value`, ended by `999-999 = 0`. Without its end a file is not
 * there yet. Values are taken as bytes of Latin-1, since managers answer in code pages and never in UTF-8.
 */

export type TefFields = ReadonlyMap<string, string>;

const LINE = /^(\d{3}-\d{3}) = ?(.*)$/;
const TRAILER = '999-999';

/** @param fields in order, with or without the trailer. Characters outside printable ASCII lose their accents or are dropped. */
export function encodeTef(fields: readonly (readonly [string, string])[]): Buffer {
  const lines = [...fields.filter(([id]) => id !== TRAILER), [TRAILER, '0'] as const];
  return Buffer.from(lines.map(([id, value]) => `${id} = ${plain(value)}\r\n`).join(''), 'latin1');
}

/** The fields of a file; undefined while it has not been written to its end. Unknown lines are skipped. */
export function decodeTef(bytes: Uint8Array): TefFields | undefined {
  const lines = Buffer.from(bytes).toString('latin1').split(/\r?\n/);
  const fields = new Map<string, string>();
  for (const line of lines) {
    const [, id, value] = LINE.exec(line) ?? [];
    if (id === undefined || value === undefined) continue;
    if (id === TRAILER) return fields;
    fields.set(id, value.trimEnd());
  }
  return undefined;
}

/** The numbered lines of a block (`029`), in order, without one pair of quotes and with their inner blanks. */
export function linesOf(fields: TefFields, block: string): string[] {
  return [...fields]
    .filter(([id]) => id.startsWith(`${block}-`) && id !== `${block}-000`)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([, line]) => line.replace(/^"(.*)"$/, '$1'));
}

function plain(value: string): string {
  return value
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]/g, '');
}

/** No cell of a file is ever a formula, and every text comes out as it went in. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvLine } from './csv.ts';

/** A reader of RFC 4180, for one line. */
function cellsOf(line: string): string[] {
  const cells: string[] = [];
  let rest = line.replace(/\r\n$/, '');
  for (;;) {
    const [all, quoted, plain = ''] = /^(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/.exec(rest) ?? [];
    if (all === undefined) throw new Error(`not a line: ${line}`);
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (all.length === rest.length) return cells;
    rest = rest.slice(all.length + 1);
  }
}

const nasty = fc.constantFrom(
  '=1+1',
  '+A1',
  '-2',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '＝1',
  '"',
  ',',
  '\r\n',
  "'=1",
);
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  nasty,
  fc.tuple(nasty, fc.string()).map(([a, b]) => a + b),
);

test('a line is read as it was written, with an apostrophe before what would be a formula', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1 }), (cells) => {
      const read = cellsOf(csvLine(cells));
      expect(read.length).toBe(cells.length);
      for (const [index, cell] of read.entries()) {
        expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        expect([cells[index], `'${cells[index]}`]).toContain(cell);
      }
    }),
  );
});

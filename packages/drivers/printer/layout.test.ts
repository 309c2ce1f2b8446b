/** Rows out of blocks: wrapping, cutting short, enlarging, and that nothing ever leaves the paper. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ALIGNMENTS,
  type Block,
  isQrData,
  layoutRows,
  QR_DATA_LENGTH_MAX,
  renderText,
  SCALES,
  text,
  truncate,
  wrap,
} from './layout.ts';
import { graphemes, pageLine } from './text.ts';

describe('wrapping', () => {
  test.each([
    ['at spaces', 'um dois três', 8, ['um dois', 'três']],
    ['inside a word longer than a line', 'abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['after a short word that leaves no room', 'a bcdefghij', 4, ['a', 'bcde', 'fghi', 'j']],
    ['by what a reader sees as single', 'áé íó', 2, ['áé', 'íó']],
    ['an empty text to one empty line', '', 8, ['']],
  ])('%s', (_title, content, columns, lines) => {
    expect(wrap(content, columns)).toEqual(lines);
  });

  test('loses no letter, and no line is wider than its budget', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (content, columns) => {
        const lines = wrap(content, columns);
        expect(lines.join('').replaceAll(' ', '')).toBe(content.replaceAll(' ', ''));
        for (const line of lines) expect(graphemes(line).length).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

test.each([
  ['short', 8, 'short'],
  ['exactly8', 8, 'exactly8'],
  ['a little longer', 8, 'a lit...'],
  ['abc', 2, '..'],
])('%j in %d columns is %j', (content, columns, cut) => {
  expect(truncate(content, columns)).toBe(cut);
});

describe('rows', () => {
  const lines = (blocks: readonly Block[], columns: number) =>
    layoutRows(blocks, { columns }).flatMap((row) => (row.kind === 'line' ? [row] : []));

  test('enlarged text has fewer columns', () => {
    expect(lines([text('um dois', { width: 2 })], 12).map((line) => line.text)).toEqual(['um', 'dois']);
  });

  test('a text that shrinks takes the largest scale that fits on one line, in proportion', () => {
    const scaleOf = (code: string, columns: number) =>
      lines([text(code, { width: 7, height: 7, shrinks: true })], columns).map(({ width, height }) => [
        width,
        height,
      ]);
    expect(scaleOf('A001', 48)).toEqual([[7, 7]]);
    expect(scaleOf('A2-014', 32)).toEqual([[5, 5]]);
    expect(scaleOf('A'.repeat(40), 32)).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  test('lines beyond the limit are left out, and the last one says so', () => {
    const [first, second, ...none] = lines([text('um dois três quatro', { linesMax: 2 })], 8);
    expect([first?.text, second?.text, none]).toEqual(['um dois', 'três...', []]);
  });

  test('inverted text has a space at both ends within its columns', () => {
    expect(lines([text('um dois', { inverted: true })], 8).map((line) => line.text)).toEqual([
      ' um ',
      ' dois ',
    ]);
  });

  test('a pair fills the line, or takes a line for each when it does not fit', () => {
    const pair = (left: string, right: string): Block => ({ kind: 'pair', left, right, bold: false });
    expect(lines([pair('Chegada', '12:03')], 16).map((line) => line.text)).toEqual(['Chegada    12:03']);
    expect(lines([pair('Pessoas à frente', '7')], 12).map(({ text: line, align }) => [line, align])).toEqual([
      ['Pessoas à', 'left'],
      ['frente', 'left'],
      ['7', 'right'],
    ]);
  });

  test('the text that a page makes longer is measured after the page has had its say', () => {
    const toPrintable = (raw: string): string => pageLine(raw, 'cp850');
    const rows = layoutRows([text('12 € 34 €')], { columns: 8, toPrintable });
    expect(rows.map((row) => row.kind === 'line' && row.text)).toEqual(['12 EUR', '34 EUR']);
  });

  test('I-PRN-8 no line is wider than the paper, whatever the text, the scale and the paper', () => {
    const style = fc.record({
      align: fc.constantFrom(...ALIGNMENTS),
      width: fc.constantFrom(...SCALES),
      height: fc.constantFrom(...SCALES),
      bold: fc.boolean(),
      inverted: fc.constant(false),
      shrinks: fc.boolean(),
      linesMax: fc.integer({ min: 1, max: 4 }),
    });
    const anyBlock = fc.oneof(
      fc.tuple(fc.string({ unit: 'grapheme' }), style).map(([content, how]): Block => text(content, how)),
      fc
        .tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }))
        .map(([left, right]): Block => ({ kind: 'pair', left, right, bold: true })),
    );
    fc.assert(
      fc.property(anyBlock, fc.integer({ min: 16, max: 64 }), (block, columns) => {
        const before = structuredClone(block);
        for (const line of lines([block], columns)) {
          expect(graphemes(line.text).length * line.width).toBeLessThanOrEqual(columns);
        }
        expect(block).toEqual(before);
      }),
    );
  });

  test('a paper too narrow for anything is a bug', () => {
    expect(() => layoutRows([], { columns: 7 })).toThrow(RangeError);
  });
});

test('only short printable ASCII becomes a QR code', () => {
  expect(isQrData('https://totem.example/t/1?s=ab_c')).toBe(true);
  for (const data of ['', 'a b', 'é', 'a\u0000', 'a\n', 'x'.repeat(QR_DATA_LENGTH_MAX + 1)]) {
    expect(isQrData(data)).toBe(false);
    expect(() => layoutRows([{ kind: 'qr', data }], { columns: 48 })).toThrow(RangeError);
  }
});

test('plain text keeps the order and the alignment', () => {
  const blocks: Block[] = [
    text('meio', { align: 'center' }),
    { kind: 'rule' },
    { kind: 'pair', left: 'a', right: 'b', bold: false },
    text('fim', { align: 'right' }),
    { kind: 'feed', lines: 1 },
    { kind: 'qr', data: 'x' },
    { kind: 'cut' },
  ];
  expect(renderText(blocks, 10).split('\n')).toEqual([
    '   meio',
    '──────────',
    'a        b',
    '       fim',
    '',
    'x',
    '- - - - -',
  ]);
});

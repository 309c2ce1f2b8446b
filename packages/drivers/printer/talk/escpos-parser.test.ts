/** The reply parser: the bytes of the manuals, any chunking, any rubbish; and what the status bits mean. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PAPER_LEVELS, PRINTER_ERRORS, type PrinterStatus, printable, UNREACHABLE } from '../port.ts';
import { BLOCK_BYTES_MAX, createEscPosParser } from './escpos-parser.ts';
import { readStatus, statusQuestion } from './escpos-status.ts';
import type { PrinterReply } from './reply.ts';

const parse = (...pieces: number[][]): PrinterReply[] => {
  const parser = createEscPosParser();
  return pieces.flatMap((piece) => parser.push(Uint8Array.from(piece)));
};

test.each<[string, number[], PrinterReply[]]>([
  ['a real-time answer', [0x16], [{ kind: 'realtime', byte: 0x16 }]],
  ['a single answer', [0x0c], [{ kind: 'single', byte: 0x0c }]],
  [
    'automatic status',
    [0x18, 0x20, 0x0c, 0x00],
    [{ kind: 'automatic', bytes: Uint8Array.of(0x18, 0x20, 0x0c, 0) }],
  ],
  [
    'an echoed id',
    [0x37, 0x22, 0x41, 0x20, 0x7e, 0x30, 0x00],
    [{ kind: 'block', header: 0x37, data: Uint8Array.of(0x22, 0x41, 0x20, 0x7e, 0x30) }],
  ],
  [
    'flow control anywhere',
    [0x11, 0x37, 0x13, 0x25, 0x11, 0x00, 0x13],
    [{ kind: 'block', header: 0x37, data: Uint8Array.of(0x25) }],
  ],
  [
    'automatic status that was cut off by a real-time answer',
    [0x10, 0x00, 0x12],
    [{ kind: 'realtime', byte: 0x12 }],
  ],
  ['a byte that is nothing', [0x91, 0xff, 0x12], [{ kind: 'realtime', byte: 0x12 }]],
])('understands %s', (_title, bytes, replies) => {
  expect(parse(bytes)).toEqual(replies);
});

test('the full status of a presenter is six bytes, whatever they are, and only where there is one', () => {
  const bytes = [0x10, 0x0f, 0x20, 0x11, 0x91, 0x00];
  expect(createEscPosParser({ hasPresenter: true }).push(Uint8Array.from([...bytes, 0x12]))).toEqual([
    { kind: 'presenter', bytes: Uint8Array.of(0x20, 0x11, 0x91, 0x00) },
    { kind: 'realtime', byte: 0x12 },
  ]);
  expect(parse(bytes).some(({ kind }) => kind === 'presenter')).toBe(false);
});

test('I-PRN-10 where the bytes are cut changes nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat({ max: 64 }), (bytes, cut) => {
      const pieces = [[...bytes.subarray(0, cut)], [...bytes.subarray(cut)]];
      expect(parse(...pieces)).toEqual(parse([...bytes]));
    }),
  );
});

test('I-PRN-10 a block that never ends is dropped, and the parser goes on', () => {
  const endless = Array.from({ length: BLOCK_BYTES_MAX + 1 }, () => 0x35);
  expect(parse(endless, [0x12])).toEqual([{ kind: 'realtime', byte: 0x12 }]);
});

describe('status', () => {
  const healthy = {
    reachable: true,
    online: true,
    paper: 'adequate',
    coverOpen: false,
    error: null,
  } as const;
  const read = (one: number, two: number, three: number, four: number): PrinterStatus =>
    readStatus(
      new Map([
        [1, one],
        [2, two],
        [3, three],
        [4, four],
      ]),
    );

  test.each<[string, PrinterStatus, Partial<PrinterStatus>]>([
    ['nothing wrong', read(0x12, 0x12, 0x12, 0x12), {}],
    ['an open cover', read(0x1a, 0x16, 0x12, 0x12), { online: false, coverOpen: true }],
    ['paper near its end', read(0x12, 0x12, 0x12, 0x1e), { paper: 'near_end' }],
    ['no paper by its sensor', read(0x1a, 0x12, 0x12, 0x7e), { online: false, paper: 'out' }],
    ['no paper by the cause of off line', read(0x1a, 0x32, 0x12, 0x12), { online: false, paper: 'out' }],
    ['the presenter of a kiosk printer', read(0x12, 0x12, 0x12, 0x52), {}],
    ['a cutter error', read(0x1a, 0x52, 0x1a, 0x12), { online: false, error: 'cutter' }],
    [
      'an unrecoverable error before others',
      read(0x1a, 0x52, 0x3e, 0x12),
      { online: false, error: 'unrecoverable' },
    ],
    ['a hot head', read(0x1a, 0x52, 0x52, 0x12), { online: false, error: 'recoverable' }],
    ['an error without a cause', read(0x1a, 0x52, 0x12, 0x12), { online: false, error: 'recoverable' }],
    ['a printer without a paper question', readStatus(new Map([[1, 0x12]])), { paper: 'unknown' }],
  ])('%s is read as such', (_title, status, difference) => {
    expect(status).toEqual({ ...healthy, ...difference });
  });

  test('a question is DLE EOT n', () => {
    expect([...statusQuestion(4)]).toEqual([0x10, 0x04, 0x04]);
  });

  test('I-PRN-3 only a reachable, online printer with paper, a closed cover and no error may be sent a job', () => {
    const anyStatus = fc.record({
      reachable: fc.boolean(),
      online: fc.boolean(),
      paper: fc.constantFrom(...PAPER_LEVELS),
      coverOpen: fc.boolean(),
      error: fc.option(fc.constantFrom(...PRINTER_ERRORS)),
    });
    fc.assert(
      fc.property(anyStatus, (status) => {
        const fine =
          status.reachable &&
          status.online &&
          !status.coverOpen &&
          status.paper !== 'out' &&
          status.error === null;
        expect(printable(status).ok).toBe(fine);
      }),
    );
    expect(printable(UNREACHABLE)).toEqual({ ok: false, cause: 'offline' });
  });
});

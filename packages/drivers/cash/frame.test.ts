/** Frames of ccTalk, held to vectors of the specification and of other people's libraries. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECKS, type Check, decodeFrame, encodeFrame, findFrame, HOST } from './frame.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (one) => Number.parseInt(one, 16));

/** What, to, from, header, data, and the bytes. */
const VECTORS: readonly (readonly [string, number, number, number, readonly number[], string])[] = [
  ['simple poll', 2, 1, 254, [], '02 00 01 FE FF'],
  ['an acknowledgement', 1, 2, 0, [], '01 00 02 00 FD'],
  ['serial number request', 2, 1, 242, [], '02 00 01 F2 0B'],
  ['serial number 78 97 188', 1, 2, 0, [78, 97, 188], '01 03 02 00 4E 61 BC 8F'],
  ['manufacturer request', 2, 1, 246, [], '02 00 01 F6 07'],
  ['category request', 2, 1, 245, [], '02 00 01 F5 08'],
  ['read bill events', 40, 1, 159, [], '28 00 01 9F 38'],
  ['read coin events', 2, 1, 229, [], '02 00 01 E5 18'],
  ['bill id 1', 40, 1, 157, [1], '28 01 01 9D 01 38'],
  ['reply BR0010A', 1, 40, 0, [66, 82, 48, 48, 49, 48, 65], '01 07 28 00 42 52 30 30 31 30 41 3A'],
  ['country scaling BR', 40, 1, 156, [66, 82], '28 02 01 9C 42 52 A5'],
  ['reply 100, 2 decimals', 1, 40, 0, [100, 0, 2], '01 03 28 00 64 00 02 6E'],
  ['mode stacker and escrow', 40, 1, 153, [3], '28 01 01 99 03 3A'],
  ['enable all 16', 40, 1, 231, [255, 255], '28 02 01 E7 FF FF F0'],
  ['accept', 40, 1, 228, [1], '28 01 01 E4 01 F1'],
  ['refuse', 40, 1, 228, [0], '28 01 01 E4 00 F2'],
  ['route to the stacker', 40, 1, 154, [1], '28 01 01 9A 01 3B'],
  ['route back', 40, 1, 154, [0], '28 01 01 9A 00 3C'],
  ['escrow empty', 1, 40, 0, [254], '01 01 28 00 FE D8'],
  [
    'counter 1, type 3 in escrow',
    1,
    40,
    0,
    [1, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0],
    '01 0B 28 00 01 03 01 00 00 00 00 00 00 00 00 C7',
  ],
];

describe('a frame', () => {
  it.each(VECTORS)('%s is written and read', (_, to, from, header, data, hex) => {
    const frame = { to, from, header, data: Uint8Array.from(data) };
    expect(encodeFrame(frame, 'sum')).toEqual(bytes(hex));
    expect(decodeFrame(bytes(hex), 'sum')).toEqual(frame);
  });

  it('with a CRC has it where source and checksum were', () => {
    expect(encodeFrame({ to: 40, from: HOST, header: 1, data: new Uint8Array() }, 'crc')).toEqual(
      bytes('28 00 46 01 3F'),
    );
    expect(decodeFrame(bytes('01 03 72 00 41 53 54 C0'), 'crc')).toEqual({
      to: HOST,
      from: null,
      header: 0,
      data: bytes('41 53 54'),
    });
  });

  const frames = fc.record({
    to: fc.nat(255),
    from: fc.nat(255),
    header: fc.nat(255),
    data: fc.uint8Array({ maxLength: 255 }),
  });

  it.each(CHECKS)(
    'of any content comes back whole, and is short until its last byte (%s)',
    (check: Check) => {
      fc.assert(
        fc.property(frames, (frame) => {
          const written = encodeFrame(frame, check);
          const from = check === 'sum' ? frame.from : null;
          expect(decodeFrame(written, check)).toEqual({ ...frame, from });
          for (let length = 0; length < written.length; length += 1)
            expect(decodeFrame(written.subarray(0, length), check)).toBe('short');
        }),
        { numRuns: 50 },
      );
    },
  );

  it.each(CHECKS)('of which any one byte of the data is another is none (%s)', (check: Check) => {
    fc.assert(
      fc.property(frames, fc.nat(), fc.integer({ min: 1, max: 255 }), (frame, at, flip) => {
        fc.pre(frame.data.length > 0);
        const written = encodeFrame(frame, check);
        const place = 4 + (at % frame.data.length);
        written[place] = (written[place] ?? 0) ^ flip;
        expect(decodeFrame(written, check)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it('is found behind noise and the echo of a question', () => {
    const question = bytes('28 00 01 9F 38');
    const answer = bytes('01 01 28 00 FE D8');
    const heard = Uint8Array.of(0xff, 1, ...question, 0, ...answer);
    const found = findFrame(heard, 'sum', ({ to, from }) => to === HOST && from === 40);
    expect(found).toMatchObject({ frame: { header: 0, data: Uint8Array.of(254) }, end: heard.length });
  });
});

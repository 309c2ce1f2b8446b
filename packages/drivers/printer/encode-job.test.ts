/** Blocks to bytes: the commands as the manuals write them, and none of the dictionary's own ideas. */
import { describe, expect, test } from 'vitest';
import { RASTER_BAND_ROWS_MAX } from './commands/escpos.ts';
import { encodeJob } from './encode-job.ts';
import { type Block, text } from './layout.ts';
import type { PrinterProfile } from './profile.ts';
import { DEFAULT_PROFILE, PRINTER_PROFILES, profileById } from './profiles.ts';
import { qrRaster } from './qr-raster.ts';
import { ACCENTS } from './virtual/accents/accents.ts';
import type { Token } from './virtual/tokens.ts';

const PREFIX = '1b 40 1c 2e 1b 74 02';

function hex(blocks: readonly Block[], profile = DEFAULT_PROFILE): string {
  return Array.from(encodeJob(blocks, profile), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function tokens(job: Uint8Array, { dialect }: PrinterProfile): Token[] {
  const { readToken } = ACCENTS[dialect];
  const found: Token[] = [];
  let at = 0;
  for (let read = readToken(job, at); read !== null; read = readToken(job, at)) {
    at += read.length;
    found.push(read.token);
  }
  expect(at).toBe(job.length);
  return found;
}

describe('bytes', () => {
  test.each<[string, Block[], string]>([
    ['a plain line needs no style', [text('Olá')], '4f 6c a0 0a'],
    ['an empty line is one line feed', [text('')], '0a'],
    [
      'width is the high half of the size, height the low one',
      [text('A', { width: 3, height: 2 })],
      '1d 21 21 41 0a',
    ],
    [
      'style is sent when it changes',
      [text('A', { bold: true }), text('B', { bold: true }), text('C')],
      '1b 45 01 41 0a 42 0a 1b 45 00 43 0a',
    ],
    [
      'alignment is sent when it changes',
      [text('A', { align: 'right' }), text('B', { align: 'center' })],
      '1b 61 02 41 0a 1b 61 01 42 0a',
    ],
    [
      'inverted text is switched on and off',
      [text('A', { inverted: true }), text('B')],
      '1d 42 01 20 41 20 0a 1d 42 00 42 0a',
    ],
    ['a feed is one command', [{ kind: 'feed', lines: 3 }], '1b 64 03'],
    [
      'a cut feeds to the cutter, cuts a bridge, and sets up anew',
      [{ kind: 'cut' }],
      `1b 64 04 1d 56 01 ${PREFIX}`,
    ],
  ])('%s', (_title, blocks, bytes) => {
    expect(hex(blocks)).toBe(`${PREFIX} ${bytes}`);
  });

  test('the profile says code page, Kanji and cut', () => {
    const profile = {
      ...DEFAULT_PROFILE,
      codePage: 'cp858',
      codePageNumber: 19,
      leavesKanji: false,
      cut: 'full',
    } as const;
    expect(hex([text('5 €'), { kind: 'cut' }], profile)).toBe(
      '1b 40 1b 74 13 35 20 d5 0a 1b 64 04 1d 56 00 1b 40 1b 74 13',
    );
  });
});

describe('other dialects say the same in their own words', () => {
  const styled = [text('Á', { width: 2, height: 2, bold: true, align: 'center' }), { kind: 'cut' }] as const;

  test.each<[string, string]>([
    [
      'star-80',
      '1b 40 1b 1d 74 04 1b 1d 61 01 1b 69 01 01 1b 45 b5 0a 1b 1d 61 00 1b 69 00 00 1b 46 1b 64 03 1b 40 1b 1d 74 04',
    ],
    [
      'daruma-80',
      '1b 40 1b 6a 01 1b 57 01 1b 77 01 1b 45 b5 0a 1b 6a 00 1b 57 00 1b 77 00 1b 46 0a 0a 0a 0a 1b 6d 1b 40',
    ],
    [
      'custom-80',
      '1b 40 1b 74 02 1b 61 01 1d 21 11 1b 45 01 b5 0a 1b 61 00 1d 21 00 1b 45 00 1b 64 04 1b 69 1d 65 03 0c 1b 40 1b 74 02',
    ],
    [
      'bematech-80',
      '1d f9 20 31 1b 40 1b 74 02 1b 61 01 1d 21 11 1b 45 01 b5 0a 1b 61 00 1d 21 00 1b 45 00 1b 64 04 1d 56 01 1d f9 20 31 1b 40 1b 74 02',
    ],
  ])('%s', (id, bytes) => {
    expect(hex(styled, profileById(id))).toBe(bytes);
  });
});

const ESCPOS = PRINTER_PROFILES.filter(({ dialect }) => dialect === 'escpos');

describe.each(ESCPOS.map((profile) => [profile.name, profile] as const))('dots on %s', (_name, profile) => {
  const data = 'https://totem.example/t/019ab3f0-6f2e-7c11-9d60-5a1e0f3b7c22';

  test('go out in bands that a small buffer holds, and within the paper', () => {
    const bands = tokens(encodeJob([{ kind: 'qr', data }], profile), profile).flatMap((token) =>
      token.kind === 'raster' ? [token] : [],
    );
    expect(bands.length).toBeGreaterThan(1);
    for (const band of bands) {
      expect(band.height).toBeLessThanOrEqual(RASTER_BAND_ROWS_MAX);
      expect(band.widthBytes * 8).toBeLessThanOrEqual(profile.dots);
    }
    const rows = bands.reduce((sum, band) => sum + band.height, 0);
    const { heightDots } = qrRaster(data, profile);
    // Columns are of 24 dots: the last band may be longer than the picture.
    expect(rows).toBe(profile.picture === 'raster' ? heightDots : Math.ceil(heightDots / 24) * 24);
  });
});

describe.each(PRINTER_PROFILES.map((profile) => [profile.name, profile] as const))(
  'QR on %s',
  (_name, profile) => {
    test('I-PRN-9 never has one dot alone, so never the byte that opens a real-time command', () => {
      for (const length of [1, 60, 120, 200, 300]) {
        expect(qrRaster('x'.repeat(length), profile).bits).not.toContain(0x10);
      }
    });
  },
);

test('a QR code wider than the paper is a bug', () => {
  expect(() => qrRaster('x'.repeat(300), { dots: 100, qrDots: 100 })).toThrow(RangeError);
});

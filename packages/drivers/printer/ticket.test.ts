/** The ticket from content to bytes to paper, on every profile; and the bytes of one, held as they are. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { largestText, readQr } from './conformance/paper-reader.ts';
import { buildTicket } from './conformance/tickets.ts';
import { encodeJob, printedRows } from './encode-job.ts';
import { QR_DATA_LENGTH_MAX, renderText } from './layout.ts';
import type { PrinterProfile } from './profile.ts';
import { PRINTER_PROFILES } from './profiles.ts';
import { type TicketContent, ticketLayout } from './ticket.ts';
import { decodeJob } from './virtual/decoder.ts';
import { type Slip, slipText } from './virtual/paper.ts';

/** The one slip of a ticket, from bytes that a printer understands to the last one. */
function printed(content: TicketContent, profile: PrinterProfile): Slip {
  const { slips, unknown, rest } = decodeJob(encodeJob(ticketLayout(content), profile), profile);
  expect([slips.length, unknown, rest]).toEqual([1, 0, 0]);
  const [slip] = slips;
  if (slip === undefined) throw new Error('A ticket is one slip.');
  return slip;
}

function hexLines(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  const lines = Array.from({ length: Math.ceil(hex.length / 32) }, (_, line) =>
    hex.slice(line * 32, (line + 1) * 32).join(' '),
  );
  return `${lines.join('\n')}\n`;
}

describe.each(PRINTER_PROFILES.map((profile) => [profile.name, profile] as const))(
  'on %s',
  (_name, profile) => {
    test('the code is the largest thing on it, and the QR code reads', () => {
      const slip = printed(buildTicket(), profile);
      expect(largestText(slip)).toBe('A2-014');
      expect(readQr(slip)).toBe(buildTicket().qrUrl);
      expect(slip.end).toBe(profile.cut);
    });

    test('the longest address still makes a QR code that reads', () => {
      const qrUrl = 'https://totem.example/'.padEnd(QR_DATA_LENGTH_MAX, 'aZ9-_~');
      expect(readQr(printed(buildTicket({ qrUrl }), profile))).toBe(qrUrl);
    });

    test('I-PRN-1 no name can bring a command: the paper has the words of the layout and nothing else', () => {
      const anyText = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
        fc.string({
          unit: fc.constantFrom(
            '\u001b',
            '@',
            '\u001d',
            'V',
            '\u0000',
            '\u0010',
            '\u0004',
            '\u0014',
            'ç',
            '€',
          ),
        }),
      );
      const content = fc
        .record({
          siteName: anyText,
          serviceName: anyText,
          code: anyText,
          priorityName: fc.option(anyText),
          issuedAt: anyText,
          peopleAhead: fc.option(fc.nat()),
          qrUrl: fc.option(anyText),
          secondCopy: fc.boolean(),
        })
        .map(buildTicket);
      fc.assert(
        fc.property(content, (ticket) => {
          const wanted = printedRows(ticketLayout(ticket), profile)
            .map((row) => (row.kind === 'line' ? row.text.trimEnd() : ''))
            .filter((line) => line !== '');
          expect(slipText(printed(ticket, profile))).toBe(wanted.join('\n'));
        }),
      );
    });

    test('I-PRN-9 no job holds a real-time command, neither by text nor by the dots of a QR code', () => {
      fc.assert(
        fc.property(fc.webUrl(), fc.string({ unit: 'binary' }), (qrUrl, siteName) => {
          const job = encodeJob(ticketLayout(buildTicket({ qrUrl, siteName })), profile);
          for (let at = 0; at < job.length; at++) {
            if (job[at] === 0x10 && [0x04, 0x05, 0x14].includes(job[at + 1] ?? 0)) return false;
            if (profile.dialect === 'daruma' && job[at] === 0x05) return false;
            if (profile.dialect === 'star' && job[at] === 0x1b && job[at + 1] === 0x06) return false;
          }
          return true;
        }),
      );
    });
  },
);

describe('the ticket', () => {
  test('claims nothing that is not known', () => {
    const plain = renderText(
      ticketLayout(buildTicket({ peopleAhead: null, priorityName: null, qrUrl: null })),
      48,
    );
    expect(plain).not.toMatch(/frente|deficiência|celular|via/);
    expect(plain).toContain('A2-014');
  });

  test('nobody ahead is said, not left out', () => {
    expect(renderText(ticketLayout(buildTicket({ peopleAhead: 0 })), 48)).toMatch(/frente +0/);
  });

  test('a second copy says so before anything else', () => {
    const [first] = renderText(ticketLayout(buildTicket({ secondCopy: true })), 48).split('\n');
    expect(first?.trim()).toBe('2ª via');
  });

  test('an address that cannot be a QR code is left out, and the ticket still comes', () => {
    const profile = PRINTER_PROFILES[0] as PrinterProfile;
    const slip = printed(buildTicket({ qrUrl: 'https://totem.example/ã b' }), profile);
    expect(readQr(slip)).toBeNull();
    expect(largestText(slip)).toBe('A2-014');
  });

  test('I-PRN-7 two jobs in one stream print the same accents', () => {
    const profile = PRINTER_PROFILES[0] as PrinterProfile;
    const job = encodeJob(ticketLayout(buildTicket()), profile);
    const { slips } = decodeJob(Buffer.concat([job, job]), profile);
    expect(slips.map(slipText)).toEqual([
      slipText(printed(buildTicket(), profile)),
      slipText(printed(buildTicket(), profile)),
    ]);
  });

  test.each(PRINTER_PROFILES.map((profile) => [profile.id, profile] as const))(
    'has these bytes on %s',
    async (id, profile) => {
      const job = encodeJob(ticketLayout(buildTicket({ secondCopy: true })), profile);
      await expect(hexLines(job)).toMatchFileSnapshot(`./golden/ticket-${id}.hex`);
    },
  );
});

/**
 * Daruma's own command set, as the drivers in the field speak it. It has no dots that are known, so the QR code is the
 * printer's; and no inverted characters, so what stands out is bold.
 */
import { isQrData, type Scale } from '../layout.ts';
import type { PrinterProfile } from '../profile.ts';
import type { OwnCommands } from './own-commands.ts';

const ESC = 0x1b;
const LF = 0x0a;
/** A question in real time, which the printer would answer even in the middle of a command: no byte of a job is this one. */
const ENQ = 0x05;
/** Dots of a module, and error correction M. */
const QR_SIZE = 6;
const QR_CORRECTION = 0x4d;
/** Its longest command is a QR code's. */
const FLUSH_NULS = 512;

const isDouble = (scale: Scale): number => (scale > 1 ? 1 : 0);

export function daruma(profile: PrinterProfile): OwnCommands {
  const start = (): Uint8Array => Uint8Array.of(ESC, 0x40);
  const feed = (lines: number): Uint8Array => new Uint8Array(lines).fill(LF);
  return {
    start,
    feed,
    flush: () => new Uint8Array(FLUSH_NULS),
    /** ESC W n doubles the width, ESC w n the height. */
    size: (width, height) => Uint8Array.of(ESC, 0x57, isDouble(width), ESC, 0x77, isDouble(height)),
    cut: () => Buffer.concat([feed(profile.cutterFeedLines), Uint8Array.of(ESC, 0x6d), start()]),
    /** ESC 81 hex, the length of what follows, size, correction, data; centred by ESC j. */
    qr: (data) => {
      if (!isQrData(data)) throw new RangeError('A QR code holds short printable ASCII only.');
      // A length that reads as the question is made longer by a space, which no reader of addresses minds.
      const isQuestion = ((data.length + 2) & 0xff) === ENQ;
      const payload = isQuestion ? `${data} ` : data;
      const length = payload.length + 2;
      const head = [ESC, 0x6a, 1, ESC, 0x81, length & 0xff, length >> 8, QR_SIZE, QR_CORRECTION];
      return Buffer.concat([
        Uint8Array.of(...head),
        Buffer.from(payload, 'latin1'),
        Uint8Array.of(LF, ESC, 0x6a, 0),
      ]);
    },
  };
}

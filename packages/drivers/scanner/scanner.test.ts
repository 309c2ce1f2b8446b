/** Readers over a real pair of pseudo-terminals: only in scan mode, bounded, and nothing but readings. */
import { READING_LENGTH_MAX } from '@totem/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manualTimers } from '../printer/conformance/manual-timers.ts';
import { hasSocat, plugCable, type SerialCable } from '../printer/conformance/serial-cable.ts';
import { closeSerialPort, openSerialPort } from '../serial/open-port.ts';
import { createReadingLines } from './lines.ts';
import { createSerialScanner, PRESENCE_MS } from './serial-scanner.ts';

const settings = (path: string) => ({ path, baudRate: 9_600, hasFlowControl: false });
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('bytes of a reader', () => {
  it('I-SCN-1: any bytes, cut anywhere, give the same readings: printable, bounded, or none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 800 }), fc.nat(800), (all, cut) => {
        const whole = createReadingLines();
        const pieces = createReadingLines();
        const readings = [...whole.push(all), ...whole.silence()];
        const again = [
          ...pieces.push(all.subarray(0, cut)),
          ...pieces.push(all.subarray(cut)),
          ...pieces.silence(),
        ];
        expect(again).toEqual(readings);
        for (const reading of readings) {
          expect(reading.length).toBeLessThanOrEqual(READING_LENGTH_MAX);
          expect(reading).toMatch(/^[\x20-\x7e]+$/);
        }
      }),
    );
  });

  it('I-SCN-1: one that never ends is dropped up to its end, and the next one counts', () => {
    const lines = createReadingLines();
    expect(lines.push(bytes('9'.repeat(100_000)))).toEqual([]);
    expect(lines.push(bytes('\rAB12\r'))).toEqual(['AB12']);
  });
});

describe('a reader on a serial port', () => {
  const played = async (
    play: (far: NonNullable<Awaited<ReturnType<typeof openSerialPort>>>, cable: SerialCable) => Promise<void>,
  ) => {
    const cable = await plugCable();
    const far = await openSerialPort(settings(cable.far));
    if (far === null) throw new Error('the far end opens');
    await play(far, cable);
    await closeSerialPort(far);
    await cable.pull();
  };

  it('gives one reading, by its end or by its silence, and hears nothing of it outside of scan mode', async (context) => {
    if (!hasSocat()) return context.skip('socat is not installed');
    await played(async (far, cable) => {
      const timers = manualTimers();
      const scanner = createSerialScanner(settings(cable.near), timers);
      const never = new AbortController().signal;
      const first = scanner.scan(never);
      await expect(scanner.scan(never)).rejects.toThrow(RangeError);
      // It listens: what comes before is thrown away.
      await timers.fire(PRESENCE_MS);
      far.write(bytes(']Q3AB12\r\nIGNORED\r\n'));
      expect(await first).toBe('AB12');
      const second = scanner.scan(never);
      await timers.fire(PRESENCE_MS);
      far.write(bytes('CD34'));
      timers.fireAlways(60);
      expect(await second).toBe('CD34');
    });
  });

  it('ends with its signal, with its cable, and at once where there is no reader', async (context) => {
    if (!hasSocat()) return context.skip('socat is not installed');
    await played(async (_far, cable) => {
      const timers = manualTimers();
      const scanner = createSerialScanner(settings(cable.near), timers);
      const enough = new AbortController();
      const asked = scanner.scan(enough.signal);
      enough.abort();
      expect(await asked).toBeNull();
      const pulled = scanner.scan(new AbortController().signal);
      await timers.fire(PRESENCE_MS);
      await cable.pull();
      // Its node goes a moment after the cable.
      timers.fireAlways(PRESENCE_MS);
      expect(await pulled).toBeNull();
    });
    const nowhere = createSerialScanner(settings('/dev/totem-no-reader'), manualTimers());
    expect(await nowhere.scan(new AbortController().signal)).toBeNull();
  });
});

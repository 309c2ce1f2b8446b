/** The serial printer: the suite against the virtual printer over a real pair of pseudo-terminals. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { manualTimers } from './conformance/manual-timers.ts';
import { describePrinter } from './conformance/printer-conformance.ts';
import { hasSocat, plugCable, startSerialPrinter } from './conformance/serial-cable.ts';
import { PRINTER_LIMITS } from './printer-port.ts';
import { DEFAULT_PROFILE, PRINTER_PROFILES } from './profiles.ts';
import { createSerialPrinter, isSerialLine, serialLinks } from './serial.ts';

const limits = { ...PRINTER_LIMITS, completionPollsMax: 3, heldPollsMax: 2 };
const line = (path: string) => ({ path, baudRate: 115_200, hasFlowControl: false });
/** One of each dialect and way of completing: the cable is what is tried here. */
const PROFILES = PRINTER_PROFILES.filter(({ id }) =>
  ['generic-80', 'epson-80', 'daruma-80', 'star-80', 'custom-80'].includes(id),
);

if (hasSocat()) {
  for (const profile of PROFILES) {
    describePrinter(`serial, ${profile.name}`, async () => {
      const clock = manualTimers();
      const printer = await startSerialPrinter({ profile, timers: clock });
      const port = createSerialPrinter({ line: line(printer.path), profile, timers: clock, limits });
      return { port, printer, clock, profile, limits };
    });
  }
}

test('a pair of pseudo-terminals can be made here', (context) => {
  if (!hasSocat()) context.skip('socat is not installed: nothing was tried over a serial cable');
  expect(hasSocat()).toBe(true);
});

describe('a serial port', () => {
  test('carries all 256 values of a byte both ways', async (context) => {
    if (!hasSocat()) return context.skip('socat is not installed');
    const cable = await plugCable();
    const never = new AbortController().signal;
    const timers = manualTimers();
    const ends = await Promise.all(
      [cable.near, cable.far].map((path) => serialLinks(line(path), timers)(never)),
    );
    const [near, far] = ends;
    if (near == null || far == null) throw new Error('both ends open');
    const all = Uint8Array.from({ length: 256 }, (_, value) => value);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      const heard: number[] = [];
      const whole = new Promise<void>((resolve) => {
        to.onData((bytes) => {
          heard.push(...bytes);
          if (heard.length === all.length) resolve();
        });
      });
      expect(await from.write(all)).toBe(true);
      await whole;
      expect(heard).toEqual([...all]);
    }
    await near.end(limits.closeMs);
    await far.end(limits.closeMs);
    await cable.pull();
  });

  test('that somebody else holds is not opened a second time', async (context) => {
    if (!hasSocat()) return context.skip('socat is not installed');
    const cable = await plugCable();
    const never = new AbortController().signal;
    const open = serialLinks(line(cable.near), manualTimers());
    const first = await open(never);
    expect(first).not.toBeNull();
    expect(await open(never)).toBeNull();
    await first?.end(limits.closeMs);
    await cable.pull();
  });

  test('that is not there, or is a file, is nobody’s printer', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'totem-serial-'));
    writeFileSync(join(folder, 'file'), '');
    const never = new AbortController().signal;
    for (const path of ['/dev/totem-no-such-port', join(folder, 'file')])
      expect(await serialLinks(line(path), manualTimers())(never)).toBeNull();
    rmSync(folder, { recursive: true });
  });

  test.each([
    ['/dev/ttyUSB0', 9_600, true],
    ['/dev/serial/by-id/usb-Bematech_MP-4200_123-if00', 115_200, true],
    ['COM3', 19_200, true],
    ['/dev/../etc/passwd', 9_600, false],
    ['/etc/passwd', 9_600, false],
    ['ttyUSB0', 9_600, false],
    ['', 9_600, false],
    ['/dev/ttyUSB0', 0, false],
    ['/dev/ttyUSB0', 12_345, false],
  ])('I-PRN-11 %s at %d: %s', (path, baudRate, isOne) => {
    expect(isSerialLine({ path, baudRate, hasFlowControl: true })).toBe(isOne);
    const make = () =>
      createSerialPrinter({
        line: { path, baudRate, hasFlowControl: true },
        profile: DEFAULT_PROFILE,
        timers: manualTimers(),
      });
    if (!isOne) expect(make).toThrow(RangeError);
  });
});

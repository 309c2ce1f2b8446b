/**
 * A printer on a serial port, real or over USB. The port is opened for each call and locked while it is open; a device that is
 * pulled out closes it. Flow control by the lines is what keeps a printer with a small buffer from losing the end of a slip.
 */
import type { Timers } from '@totem/domain';
import type { SerialPort } from 'serialport';
import { closeSerialPort, openSerialPort, type SerialSettings } from '../serial/open-port.ts';
import type { OpenLink, PrinterLink } from './link.ts';
import type { PrinterPort } from './port.ts';
import { createPrinterPort, PRINTER_LIMITS, type PrinterLimits } from './printer-port.ts';
import type { PrinterProfile } from './profile.ts';

/**
 * `path`: a device node; a stable name (`/dev/serial/by-id/…`) survives being plugged in again. `baudRate`: 9,600 to 115,200
 * on most printers. `hasFlowControl`: RTS and CTS; off only where the cable has no such wires.
 */
export type SerialLine = SerialSettings;

export interface SerialPrinterOptions {
  readonly line: SerialLine;
  readonly profile: PrinterProfile;
  readonly timers: Timers;
  readonly limits?: Partial<PrinterLimits>;
}

const DEVICE_PATH = /^\/dev\/[\w./:@-]{1,200}$|^COM\d{1,3}$/;
const BAUD_RATES: readonly number[] = [9_600, 19_200, 38_400, 57_600, 115_200];

/** Whether the line is one that a printer can be on: a device node, never another file. */
export function isSerialLine({ path, baudRate }: SerialLine): boolean {
  return DEVICE_PATH.test(path) && !path.split('/').includes('..') && BAUD_RATES.includes(baudRate);
}

/** Opens nothing yet. @throws RangeError for a line that `isSerialLine` refuses. */
export function createSerialPrinter({ line, profile, timers, limits }: SerialPrinterOptions): PrinterPort {
  if (!isSerialLine(line)) throw new RangeError('Not a serial line of a printer.');
  return createPrinterPort({
    openLink: serialLinks(line, timers),
    profile,
    timers,
    limits: { ...PRINTER_LIMITS, ...limits },
  });
}

/** Opens the port; null when it is not there, is no serial port, or somebody else holds it. */
export function serialLinks(line: SerialLine, timers: Timers): OpenLink {
  return async (signal) => {
    if (signal.aborted) return null;
    const port = await openSerialPort(line);
    if (port === null || !signal.aborted) return port === null ? null : linkOver(port, signal, timers);
    await closeSerialPort(port);
    return null;
  };
}

function linkOver(port: SerialPort, signal: AbortSignal, timers: Timers): PrinterLink {
  let listener: (bytes: Uint8Array) => void = () => undefined;
  const over = Promise.withResolvers<void>();
  const giveUp = (): void => void closeSerialPort(port);
  signal.addEventListener('abort', giveUp);
  port.on('data', (bytes: Uint8Array) => listener(bytes));
  // A device that is pulled out says so twice at times; a promise hears it once.
  port.on('close', () => {
    signal.removeEventListener('abort', giveUp);
    over.resolve();
  });
  return {
    closed: over.promise,
    isOpen: () => port.isOpen && !port.closing,
    onData: (next) => {
      listener = next;
    },
    write: (bytes) => {
      if (!port.isOpen || port.closing) return Promise.resolve(false);
      const taken = new Promise<boolean>((resolve) => {
        port.write(Buffer.from(bytes), (error) => {
          if (error != null) resolve(false);
          // Taken by the system is not sent: a port that is closed drops what it still holds.
          else port.drain((failed) => resolve(failed == null));
        });
      });
      return Promise.race([taken, over.promise.then(() => false)]);
    },
    end: async (closeMs) => {
      const cancelTimer = timers.after(closeMs, () => over.resolve());
      void closeSerialPort(port);
      await over.promise;
      cancelTimer();
    },
  };
}

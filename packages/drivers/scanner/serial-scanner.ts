/**
 * A scanner on a serial port, real or over USB. It is listened to in scan mode only: what is read while nobody has been asked
 * for a code is thrown away, and so is what the reader still had to say of before.
 */
import { existsSync } from 'node:fs';
import type { Timers } from '@totem/domain';
import { closeSerialPort, openSerialPort, type SerialSettings } from '../serial/open-port.ts';
import { createReadingLines } from './lines.ts';

export interface Scanner {
  /**
   * Scan mode: one reading, or null when the signal ends it or no reader is there. Only one at a time.
   * @throws RangeError while somebody scans already: a bug.
   */
  scan(signal: AbortSignal): Promise<string | null>;
}

/** Between two bytes of one reading at 9,600 bits for each second, many times over. */
const SILENCE_MS = 60;
/** Between two looks at whether the reader is still plugged in: a port that was hung up reads as silence, for ever. */
export const PRESENCE_MS = 1_000;

export function createSerialScanner(settings: SerialSettings, timers: Timers): Scanner {
  let isScanning = false;
  const scanOnce = async (signal: AbortSignal): Promise<string | null> => {
    // Opened for each scan: nothing that was read before is waiting in it.
    const port = await openSerialPort(settings);
    if (port === null) return null;
    const found = Promise.withResolvers<string | null>();
    const lines = createReadingLines();
    let cancelSilence: (() => void) | undefined;
    const offer = (readings: readonly string[]): void => {
      const [first] = readings;
      if (first !== undefined) found.resolve(first);
    };
    const giveUp = (): void => found.resolve(null);
    port.on('data', (bytes: Uint8Array) => {
      cancelSilence?.();
      offer(lines.push(bytes));
      cancelSilence = timers.after(SILENCE_MS, () => offer(lines.silence()));
    });
    port.on('close', giveUp);
    let cancelLook = timers.after(PRESENCE_MS, function look() {
      // Only Linux has a node for each port that goes with it.
      if (!settings.path.startsWith('/') || existsSync(settings.path))
        cancelLook = timers.after(PRESENCE_MS, look);
      else giveUp();
    });
    signal.addEventListener('abort', giveUp);
    if (signal.aborted) giveUp();
    const reading = await found.promise;
    signal.removeEventListener('abort', giveUp);
    cancelSilence?.();
    cancelLook();
    await closeSerialPort(port);
    return reading;
  };
  return {
    async scan(signal) {
      if (isScanning) throw new RangeError('Somebody scans already.');
      isScanning = true;
      try {
        return await scanOnce(signal);
      } finally {
        isScanning = false;
      }
    },
  };
}

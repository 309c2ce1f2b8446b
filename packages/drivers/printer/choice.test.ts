/** How a printer is named in one text, there and back, and what is none. */
import { expect, test } from 'vitest';
import { parsePrinterWay, printerWayText } from './choice.ts';

test.each([
  ['192.168.0.9', 'tcp://192.168.0.9:9100'],
  ['tcp://printer.branch:9101', 'tcp://printer.branch:9101'],
  ['[::1]:9100', 'tcp://[::1]:9100'],
  ['serial:/dev/ttyS0', 'serial:/dev/ttyS0?baud=115200'],
  [
    'serial:/dev/serial/by-id/usb-X-if00?baud=9600&flow=on',
    'serial:/dev/serial/by-id/usb-X-if00?baud=9600&flow=on',
  ],
  ['usb:04b8:0e15:X3AB', 'usb:04b8:0e15:X3AB'],
  ['usb:04b8:0e15@1-2.3', 'usb:04b8:0e15@1-2.3'],
  ['queue:Kiosk_1', 'queue:Kiosk_1'],
])('%s is read, and written as %s', (written, text) => {
  const way = parsePrinterWay(written);
  expect(way && printerWayText(way)).toBe(text);
  expect(parsePrinterWay(text)).toEqual(way);
});

test.each([
  '',
  'serial:',
  'serial:/etc/passwd',
  'serial:/dev/ttyS0?baud=1',
  'usb:04b8',
  'queue:-d',
  'queue:a b',
  '/dev/usb/lp0',
  'tcp//x',
])('I-PRN-11 %j is no printer', (written) => {
  expect(parsePrinterWay(written)).toBeNull();
});

/** Addresses that technicians type, and what becomes of a slip of the finger. */
import { expect, test } from 'vitest';
import { parsePrinterAddress } from './address.ts';

test.each([
  ['192.168.0.50', '192.168.0.50', 9100],
  ['192.168.0.50:9101', '192.168.0.50', 9101],
  ['tcp://192.168.0.50:9100', '192.168.0.50', 9100],
  ['TCP://printer.local/', 'printer.local', 9100],
  [' printer-1 ', 'printer-1', 9100],
  ['::1', '::1', 9100],
  ['[fe80::1%eth0]:9102', 'fe80::1%eth0', 9102],
  ['tcp://[::1]', '::1', 9100],
])('%j is %s port %d', (written, host, port) => {
  expect(parsePrinterAddress(written)).toEqual({ host, port });
});

test.each([
  '',
  'tcp//printer',
  'tcp://',
  'http://printer',
  'printer:0',
  'printer:65536',
  'printer:',
  '192.168.0.300',
  '192.168.0',
  '[::1',
  '[not-v6]:9100',
  'printer?x=1',
  'printer/path',
  'user@printer',
  '-printer',
  'a b',
  '/dev/usb/lp0',
  `${'a'.repeat(64)}.local`,
])('I-PRN-11 %j is refused', (written) => {
  expect(parsePrinterAddress(written)).toBeNull();
});

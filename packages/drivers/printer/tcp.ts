/** A network printer as a port: raw TCP. */
import type { Timers } from '@totem/domain';
import { isPrinterAddress, type PrinterAddress } from './address.ts';
import { tcpLinks } from './link.ts';
import type { PrinterPort } from './port.ts';
import { createPrinterPort, PRINTER_LIMITS, type PrinterLimits } from './printer-port.ts';
import type { PrinterProfile } from './profile.ts';

export interface TcpPrinterOptions {
  readonly address: PrinterAddress;
  readonly profile: PrinterProfile;
  readonly timers: Timers;
  readonly limits?: Partial<PrinterLimits>;
}

/** Opens nothing yet. @throws RangeError for an address that `isPrinterAddress` refuses. */
export function createTcpPrinter({ address, profile, timers, limits }: TcpPrinterOptions): PrinterPort {
  if (!isPrinterAddress(address)) throw new RangeError('Not an address of a printer.');
  const allLimits = { ...PRINTER_LIMITS, ...limits };
  const openLink = tcpLinks(address, timers, allLimits.connectMs);
  return createPrinterPort({ openLink, profile, timers, limits: allLimits });
}

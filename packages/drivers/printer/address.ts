/**
 * Where a network printer is. Addresses are typed by technicians, and a typo must be a refusal, not a file of that name
 * or a connection to somewhere else.
 */
import { isIP } from 'node:net';

/** Raw printing, as printers offer it (AppSocket). */
export const RAW_PRINT_PORT = 9100;

export interface PrinterAddress {
  /** A name, an IPv4 address, or an IPv6 address without brackets (with `%zone` where it is link-local). */
  readonly host: string;
  readonly port: number;
}

const HOST_LENGTH_MAX = 253;
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/i;
const FORM = /^(?:tcp:\/\/)?(?:\[(?<v6>[^\]]+)\]|(?<name>[^:/?#@[\]\s]+))(?::(?<port>\d{1,5}))?\/?$/i;

/** Reads `host`, `host:port`, `[::1]:port`, each with or without `tcp://`, or a bare IPv6 address. @returns null for anything else. */
export function parsePrinterAddress(written: string): PrinterAddress | null {
  const trimmed = written.trim();
  if (isIP(trimmed) === 6) return { host: trimmed, port: RAW_PRINT_PORT };
  const groups = FORM.exec(trimmed)?.groups;
  if (groups === undefined) return null;
  const { v6, name } = groups;
  if (v6 !== undefined && isIP(v6) !== 6) return null;
  const address = { host: v6 ?? name ?? '', port: Number(groups.port ?? RAW_PRINT_PORT) };
  return isPrinterAddress(address) ? address : null;
}

/** Whether host and port are well-formed. An all-digit last label that is no IPv4 address is a mistyped one. */
export function isPrinterAddress({ host, port }: PrinterAddress): boolean {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return false;
  if (isIP(host) !== 0) return true;
  const labels = host.split('.');
  const isNumeric = /^\d+$/.test(labels.at(-1) ?? '');
  return host.length <= HOST_LENGTH_MAX && !isNumeric && labels.every((label) => LABEL.test(label));
}

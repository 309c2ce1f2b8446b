/** How a cash machine is reached: on a serial port, real or over USB, or through a converter on the network. */
import type { Timers } from '@totem/domain';
import type { PaymentPort } from '../payment/port.ts';
import { type OpenLink, tcpLinks } from '../printer/link.ts';
import { serialLinks } from '../printer/serial.ts';
import { type CashPortParts, createCashPort } from './adapter.ts';

export type CashWay =
  | { readonly kind: 'serial'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** Of the specification; eight bits, no parity, one stop bit, and nothing holds the flow. */
const BAUD_RATE = 9_600;
const CONNECT_MS = 2_000;

/** Opens nothing yet. */
export function createCashPortAt(way: CashWay, parts: Omit<CashPortParts, 'openLink'>): PaymentPort {
  return createCashPort({ ...parts, openLink: linksTo(way, parts.timers) });
}

function linksTo(way: CashWay, timers: Timers): OpenLink {
  return way.kind === 'tcp'
    ? tcpLinks(way, timers, CONNECT_MS)
    : serialLinks({ path: way.path, baudRate: BAUD_RATE, hasFlowControl: false }, timers);
}

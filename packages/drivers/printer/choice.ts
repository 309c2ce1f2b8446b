/**
 * Which printer a totem has, as one text that a technician or a setting gives: `tcp://host:port`, `serial:/dev/ttyUSB0?baud=115200`,
 * `usb:04b8:0e15:SERIAL`, `queue:NAME`. A typo is a refusal, never another printer.
 */
import type { Timers } from '@totem/domain';
import { parsePrinterAddress } from './address.ts';
import type { PrinterPort } from './port.ts';
import type { PrinterProfile } from './profile.ts';
import { createSerialPrinter, isSerialLine, type SerialLine } from './serial.ts';
import { createSystemQueuePrinter, isQueueName } from './system-queue.ts';
import { createTcpPrinter } from './tcp.ts';
import { createUsbPrinter } from './usb.ts';
import { loadUsbBus, type UsbBus } from './usb-bus.ts';

/** How a printer is reached. */
export type PrinterWay =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'serial'; readonly line: SerialLine }
  | { readonly kind: 'usb'; readonly id: string }
  | { readonly kind: 'queue'; readonly queue: string };

const DEFAULT_BAUD_RATE = 115_200;
const USB_ID = /^[0-9a-f]{4}:[0-9a-f]{4}(:[\x21-\x7e]{1,80}|@\d+-[\d.]*)$/;
const SERIAL = /^([^?]+)(?:\?baud=(\d{4,6}))?(&flow=(?:on|off))?$/;

/** @returns null for anything that is none. */
export function parsePrinterWay(written: string): PrinterWay | null {
  const [, scheme, rest = ''] = /^(serial|usb|queue):(.*)$/s.exec(written.trim()) ?? [];
  switch (scheme) {
    case 'serial':
      return serialWay(rest);
    case 'usb':
      return USB_ID.test(rest) ? { kind: 'usb', id: rest } : null;
    case 'queue':
      return isQueueName(rest) ? { kind: 'queue', queue: rest } : null;
    default: {
      const address = parsePrinterAddress(written);
      return address === null ? null : { kind: 'tcp', ...address };
    }
  }
}

function serialWay(rest: string): PrinterWay | null {
  const [, path = '', baud, flow] = SERIAL.exec(rest) ?? [];
  const line = {
    path,
    baudRate: baud === undefined ? DEFAULT_BAUD_RATE : Number(baud),
    hasFlowControl: flow === '&flow=on',
  };
  return isSerialLine(line) ? { kind: 'serial', line } : null;
}

/** The way as `parsePrinterWay` reads it. */
export function printerWayText(way: PrinterWay): string {
  switch (way.kind) {
    case 'tcp':
      return `tcp://${way.host.includes(':') ? `[${way.host}]` : way.host}:${way.port}`;
    case 'serial': {
      const { path, baudRate, hasFlowControl } = way.line;
      return `serial:${path}?baud=${baudRate}${hasFlowControl ? '&flow=on' : ''}`;
    }
    case 'usb':
      return `usb:${way.id}`;
    case 'queue':
      return `queue:${way.queue}`;
    default:
      return way satisfies never;
  }
}

/** The port of a printer. Opens nothing yet; USB is loaded when it is first asked for. */
export function createPrinter(way: PrinterWay, profile: PrinterProfile, timers: Timers): PrinterPort {
  switch (way.kind) {
    case 'tcp':
      return createTcpPrinter({ address: way, profile, timers });
    case 'serial':
      return createSerialPrinter({ line: way.line, profile, timers });
    case 'usb':
      return createUsbPrinter({ bus: lateUsbBus(), id: way.id, profile, timers });
    case 'queue':
      return createSystemQueuePrinter({ queue: way.queue, timers });
    default:
      return way satisfies never;
  }
}

function lateUsbBus(): UsbBus {
  let loading: Promise<UsbBus | null> | undefined;
  return {
    getDevices: async () => {
      loading ??= loadUsbBus();
      return (await (await loading)?.getDevices()) ?? [];
    },
  };
}

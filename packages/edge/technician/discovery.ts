/** Printers that can be reached from here: on the network of this machine, its serial ports, its USB, its own queues. */
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Timers } from '@totem/domain';
import {
  findQueues,
  findSerialPorts,
  findUsbPrinters,
  loadUsbBus,
  RAW_PRINT_PORT,
} from '@totem/drivers/printer';

export interface FoundPrinter {
  /** As `parsePrinterWay` reads it. */
  readonly way: string;
  readonly name: string;
}

/** A network larger than this is not searched: its printer's address is typed. */
const HOSTS_MAX = 256;
const HOSTS_AT_ONCE = 64;
const PROBE_MS = 400;

/** Looks everywhere at once; what cannot be looked at has no printers. */
export async function findPrinters(timers: Timers, hosts = neighbours()): Promise<FoundPrinter[]> {
  const [network, serial, usb, queues] = await Promise.all([
    onNetwork(hosts, timers),
    findSerialPorts(),
    loadUsbBus().then((bus) => (bus === null ? [] : findUsbPrinters(bus))),
    findQueues(timers),
  ]);
  return [
    ...network.map((host) => ({ way: `tcp://${host}:${RAW_PRINT_PORT}`, name: host })),
    ...usb.map(({ id, name }) => ({ way: `usb:${id}`, name })),
    ...serial.map(({ path, name }) => ({ way: `serial:${path}`, name })),
    ...queues.map((queue) => ({ way: `queue:${queue}`, name: queue })),
  ];
}

/** The addresses beside this machine's own, on networks of 256 addresses at most. */
export function neighbours(interfaces = networkInterfaces()): string[] {
  const found = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .flatMap(({ address, cidr }) => addressesOf(address, Number(cidr?.split('/')[1] ?? 32)));
  return [...new Set(found)].slice(0, HOSTS_MAX);
}

function addressesOf(own: string, prefix: number): string[] {
  const size = 2 ** (32 - prefix);
  if (size > HOSTS_MAX || size < 4) return [];
  const number = own.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = number - (number % size);
  return Array.from({ length: size - 2 }, (_, index) => first + index + 1)
    .filter((host) => host !== number)
    .map((host) => [24, 16, 8, 0].map((shift) => Math.floor(host / 2 ** shift) % 256).join('.'));
}

async function onNetwork(hosts: readonly string[], timers: Timers): Promise<string[]> {
  const waiting = [...hosts];
  const found: string[] = [];
  const search = async (): Promise<void> => {
    for (let host = waiting.shift(); host !== undefined; host = waiting.shift())
      if (await listens(host, timers)) found.push(host);
  };
  await Promise.all(Array.from({ length: HOSTS_AT_ONCE }, search));
  return found.sort();
}

/** Somebody takes connections where printers do; nothing is sent. */
function listens(host: string, timers: Timers): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: RAW_PRINT_PORT });
    const cancel = timers.after(PROBE_MS, () => socket.destroy());
    let isThere = false;
    socket.on('error', () => undefined);
    socket.once('connect', () => {
      isThere = true;
      socket.end();
    });
    socket.once('close', () => {
      cancel();
      resolve(isThere);
    });
  });
}

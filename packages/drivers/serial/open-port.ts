/** Opens a serial port, for whatever is at its end. The library is loaded when there is one: most totems have none. */
import { EventEmitter } from 'node:events';
import type { SerialPort } from 'serialport';

export interface SerialSettings {
  readonly path: string;
  readonly baudRate: number;
  readonly hasFlowControl: boolean;
}

/** With eight bits, no parity, one stop bit, and locked. @returns null when it is not there, no serial port, or held by somebody else. */
export async function openSerialPort({
  path,
  baudRate,
  hasFlowControl,
}: SerialSettings): Promise<SerialPort | null> {
  const { SerialPort: Port } = await import('serialport');
  const port = new Port({ path, baudRate, rtscts: hasFlowControl, autoOpen: false });
  // Every error ends in a failed open or in a close, which is all that matters.
  port.on('error', () => undefined);
  const isOpen = await new Promise<boolean>((resolve) => port.open((error) => resolve(error === null)));
  if (!isOpen) return null;
  turnLoopWith(port);
  return port;
}

/** Closes it; what the system still holds is dropped. May be called again. */
export async function closeSerialPort(port: SerialPort): Promise<void> {
  if (!port.isOpen || port.closing) return;
  await new Promise<void>((resolve) => port.close(() => resolve()));
}

/**
 * The native poller of `serialport` 13 calls back without letting promises go on, and from Node 26.4 on nothing else does:
 * what has arrived would lie there until some timer runs (serialport/node-serialport#3148). So each of its events turns the
 * loop once.
 */
function turnLoopWith(port: SerialPort): void {
  const poller: unknown = Reflect.get(port.port ?? {}, 'poller');
  if (!(poller instanceof EventEmitter)) return;
  for (const event of ['readable', 'writable']) poller.on(event, () => setImmediate(() => undefined));
}

export interface FoundSerialPort {
  readonly path: string;
  readonly name: string;
}

/** The serial ports that something is plugged into; a bare port of the board says nothing of itself and is left out. */
export async function findSerialPorts(): Promise<FoundSerialPort[]> {
  const { SerialPort: Port } = await import('serialport');
  const ports = await Port.list().catch(() => []);
  return ports.flatMap(({ path, manufacturer, pnpId, vendorId }) => {
    if (vendorId === undefined && pnpId === undefined) return [];
    const stable = pnpId === undefined || !path.startsWith('/dev/') ? path : `/dev/serial/by-id/${pnpId}`;
    return [{ path: stable, name: manufacturer ?? pnpId ?? path }];
  });
}

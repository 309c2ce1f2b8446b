/**
 * A printer of the USB printer class. The kernel's own driver is asked to step aside for as long as a call lasts; bytes go out
 * in pieces that are each taken within a time, and a piece that was not makes the line broken: how much of it is on paper,
 * nobody knows.
 */
import type { Timers } from '@totem/domain';
import type { OpenLink, PrinterLink } from './link.ts';
import type { PrinterPort } from './port.ts';
import { createPrinterPort, PRINTER_LIMITS, type PrinterLimits } from './printer-port.ts';
import type { PrinterProfile } from './profile.ts';
import type { UsbBus, UsbConfiguration, UsbDevice, UsbEndpoint } from './usb-bus.ts';

/** Where on a device the printer is. */
export interface PrinterInterface {
  readonly number: number;
  readonly alternate: number;
  readonly out: UsbEndpoint;
  /** Null on a printer that only listens: it can never say that it prints. */
  readonly in: UsbEndpoint | null;
}

export interface FoundUsbPrinter {
  /** Stable: the serial number, or the place on the bus. */
  readonly id: string;
  readonly name: string;
}

export interface UsbPrinterOptions {
  readonly bus: UsbBus;
  /** As `findUsbPrinters` says it. */
  readonly id: string;
  readonly profile: PrinterProfile;
  readonly timers: Timers;
  readonly limits?: Partial<PrinterLimits>;
}

const PRINTER_CLASS = 7;
const PIECE_BYTES = 4_096;
const PIECE_MS = 5_000;
/** A wait for words of the printer; another begins at once. */
const LISTEN_MS = 200;
const LISTEN_BYTES = 512;

/** Opens nothing yet. */
export function createUsbPrinter({ bus, id, profile, timers, limits }: UsbPrinterOptions): PrinterPort {
  return createPrinterPort({
    openLink: usbLinks(bus, id),
    profile,
    timers,
    limits: { ...PRINTER_LIMITS, ...limits },
  });
}

/** The printers on the bus; none where there is no bus. A device that may not be looked at is left out. */
export async function findUsbPrinters(bus: UsbBus): Promise<FoundUsbPrinter[]> {
  const devices = await bus.getDevices().catch(() => []);
  return devices.flatMap((device) => {
    if (printerInterfaceOf(configurationOf(device)) === null) return [];
    const name = [device.manufacturerName, device.productName].filter((part) => part != null && part !== '');
    return [{ id: usbIdOf(device), name: name.join(' ') || usbIdOf(device) }];
  });
}

export function usbIdOf({ vendorId, productId, serialNumber, bus, ports }: UsbDevice): string {
  const model = [vendorId, productId].map((id) => id.toString(16).padStart(4, '0')).join(':');
  if (serialNumber != null && serialNumber !== '') return `${model}:${serialNumber}`;
  return `${model}@${bus ?? 0}-${(ports ?? []).join('.')}`;
}

/** The printer's interface, with the alternate that also speaks where there is one; null when there is none. */
export function printerInterfaceOf(configuration: UsbConfiguration | null): PrinterInterface | null {
  const found = (configuration?.interfaces ?? []).flatMap(({ interfaceNumber, alternates }) =>
    alternates.flatMap((alternate): PrinterInterface[] => {
      if (alternate.interfaceClass !== PRINTER_CLASS) return [];
      const bulk = (direction: 'in' | 'out'): UsbEndpoint | undefined =>
        alternate.endpoints.find((one) => one.type === 'bulk' && one.direction === direction);
      const out = bulk('out');
      if (out === undefined) return [];
      return [
        { number: interfaceNumber, alternate: alternate.alternateSetting, out, in: bulk('in') ?? null },
      ];
    }),
  );
  return found.find((one) => one.in !== null) ?? found[0] ?? null;
}

function configurationOf(device: UsbDevice): UsbConfiguration | null {
  try {
    return device.configuration ?? null;
  } catch {
    return null;
  }
}

/** Takes the printer for itself; null when it is not there, may not be opened, or somebody else holds it. */
export function usbLinks(bus: UsbBus, id: string): OpenLink {
  return async (signal) => {
    const devices = await bus.getDevices().catch(() => []);
    const device = devices.find((one) => usbIdOf(one) === id);
    if (device === undefined || signal.aborted) return null;
    const where = printerInterfaceOf(configurationOf(device));
    if (where === null) return null;
    try {
      if (!device.opened) await device.open();
    } catch {
      return null;
    }
    // Without a kernel's driver there is nothing to detach, which is an error of its own and none of ours.
    const hadDriver = await device.detachKernelDriver(where.number).then(
      () => true,
      () => false,
    );
    const giveBack = async (): Promise<void> => {
      // Released before it is closed: a claim outlives the handle. What is already unplugged cannot be given back.
      await device.releaseInterface(where.number).catch(() => undefined);
      if (hadDriver) await device.attachKernelDriver(where.number).catch(() => undefined);
      await device.close().catch(() => undefined);
    };
    try {
      await device.claimInterface(where.number);
      if (where.alternate !== 0) await device.selectAlternateInterface(where.number, where.alternate);
    } catch {
      await giveBack();
      return null;
    }
    return linkOver(device, where, signal, giveBack);
  };
}

function linkOver(
  device: UsbDevice,
  where: PrinterInterface,
  signal: AbortSignal,
  giveBack: () => Promise<void>,
): PrinterLink {
  let listener: (bytes: Uint8Array) => void = () => undefined;
  let isOpen = true;
  let turn: Promise<unknown> = Promise.resolve();
  const over = Promise.withResolvers<void>();
  const leave = (): void => {
    if (!isOpen) return;
    isOpen = false;
    signal.removeEventListener('abort', leave);
    void giveBack().then(() => over.resolve());
  };
  signal.addEventListener('abort', leave);
  const listen = async ({ endpointNumber, packetSize }: UsbEndpoint): Promise<void> => {
    // Fewer bytes than a packet has would throw the rest of it away.
    const length = Math.max(packetSize, LISTEN_BYTES);
    while (isOpen) {
      try {
        const { data } = await device.transferIn(endpointNumber, length, LISTEN_MS);
        if (data !== undefined && data.byteLength > 0)
          listener(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      } catch (error) {
        if (!isSilence(error)) leave();
      }
    }
  };
  if (where.in !== null) void listen(where.in);

  const send = async (bytes: Uint8Array): Promise<boolean> => {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      if (!isOpen) return false;
      try {
        await device.transferOut(where.out.endpointNumber, bytes.slice(at, at + PIECE_BYTES), PIECE_MS);
      } catch {
        leave();
        return false;
      }
    }
    return true;
  };
  return {
    closed: over.promise,
    isOpen: () => isOpen,
    onData: (next) => {
      listener = next;
    },
    write: (bytes) => {
      // Two transfers at once on one endpoint are refused by the module.
      const sent = turn.then(() => send(bytes));
      turn = sent;
      return Promise.race([sent, over.promise.then(() => false)]);
    },
    end: async () => {
      leave();
      await over.promise;
    },
  };
}

/** The printer had nothing to say in that time. */
function isSilence(error: unknown): boolean {
  return error instanceof Error && /cancelled/i.test(error.message);
}

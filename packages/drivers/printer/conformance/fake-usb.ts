/**
 * A USB bus with the virtual printer on it, that behaves as the real module was seen to on a real kernel: the kernel's driver
 * holds the interface until it is detached, a second claim is refused, a claim outlives a handle that was only closed, two
 * transfers at once on one endpoint are refused, silence and what is not taken are `Cancelled`, and what is unplugged faults.
 */

import type { UsbBus, UsbConfiguration, UsbDevice } from '../usb-bus.ts';
import { HELD_BYTES_MAX } from '../virtual/mechanism.ts';
import { type BodyOptions, createBody, type PrinterBody } from '../virtual/printer-body.ts';

const OUT = 1;
const IN = 2;
const CONFIGURATION: UsbConfiguration = {
  configurationValue: 1,
  interfaces: [
    {
      interfaceNumber: 0,
      alternates: [
        {
          alternateSetting: 0,
          interfaceClass: 7,
          interfaceSubclass: 1,
          interfaceProtocol: 2,
          endpoints: [
            { endpointNumber: OUT, direction: 'out', type: 'bulk', packetSize: 64 },
            { endpointNumber: IN, direction: 'in', type: 'bulk', packetSize: 64 },
          ],
        },
      ],
    },
  ],
};

export interface FakeUsbPrinter extends PrinterBody {
  readonly bus: UsbBus;
  readonly id: string;
  /** What the kernel and the claims are like. */
  holds(): { readonly kernelDriver: boolean; readonly claimed: boolean; readonly opened: boolean };
  /** Pulls the plug. May be called again. */
  close(): Promise<void>;
}

const failure = (message: string): Error => Object.assign(new Error(message), { code: 'GenericFailure' });

interface Waiting {
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

export function fakeUsbPrinter(options: BodyOptions): FakeUsbPrinter {
  const said: number[] = [];
  let isPlugged = true;
  let opened = false;
  let claimed = false;
  let kernelDriver = true;
  let listening: Waiting | null = null;
  let sending: (() => void) | null = null;

  const hear = (): void => {
    if (listening === null || said.length === 0) return;
    const { resolve } = listening;
    listening = null;
    resolve(Uint8Array.from(said.splice(0)));
  };
  const { body, mechanism } = createBody(options, {
    answer: (bytes) => {
      said.push(...bytes);
      hear();
    },
    onRoom: () => {
      sending?.();
      sending = null;
    },
  });
  const silence = (message: string): void => {
    listening?.reject(failure(message));
    listening = null;
  };
  const mustBePlugged = (): void => {
    if (!isPlugged) throw failure('transfer error: Disconnected');
  };
  const device: UsbDevice = {
    vendorId: 0x04b8,
    productId: 0x0e15,
    serialNumber: 'X3AB001',
    manufacturerName: 'EPSON',
    productName: 'TM-T20',
    get opened() {
      return opened;
    },
    configuration: CONFIGURATION,
    open: async () => {
      mustBePlugged();
      opened = true;
    },
    close: async () => {
      opened = false;
    },
    claimInterface: async () => {
      mustBePlugged();
      if (kernelDriver || claimed) throw failure('claimInterface error: interface is busy (errno 16)');
      claimed = true;
    },
    releaseInterface: async () => {
      claimed = false;
      silence('transferIn error: Cancelled');
    },
    selectAlternateInterface: async () => undefined,
    detachKernelDriver: async () => {
      if (!kernelDriver) throw failure('detachKernelDriver error: (errno 61)');
      kernelDriver = false;
    },
    attachKernelDriver: async () => {
      kernelDriver = true;
    },
    transferIn: async (_endpoint, length) => {
      mustBePlugged();
      if (!claimed || listening !== null) throw failure('transferIn error: endpoint not found');
      if (length < 64) throw failure('transferIn error: the rest of a packet would be lost');
      const bytes = await new Promise<Uint8Array>((resolve, reject) => {
        listening = { resolve, reject };
        hear();
      });
      return { data: new DataView(bytes.buffer) };
    },
    transferOut: async (_endpoint, data) => {
      mustBePlugged();
      if (!claimed || sending !== null) throw failure('transferOut error: endpoint not found');
      if (mechanism.state().heldBytes >= HELD_BYTES_MAX) {
        await new Promise<void>((resolve) => {
          sending = resolve;
        });
        mustBePlugged();
      }
      // Whoever asked goes on before the printer answers, as over a cable.
      setImmediate(() => {
        if (isPlugged) mechanism.receive(data);
      });
    },
  };
  return {
    ...body,
    bus: { getDevices: async () => (isPlugged ? [device] : []) },
    id: '04b8:0e15:X3AB001',
    holds: () => ({ kernelDriver, claimed, opened }),
    close: async () => {
      isPlugged = false;
      mechanism.stop();
      silence('transferIn error: Fault');
      sending?.();
      sending = null;
    },
  };
}

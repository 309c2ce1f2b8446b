/** The USB printer: the suite over a bus that is faked, descriptors of all kinds, and the real module as far as this machine has a bus. */
import { describe, expect, test } from 'vitest';
import { fakeUsbPrinter } from './conformance/fake-usb.ts';
import { manualTimers } from './conformance/manual-timers.ts';
import { describePrinter } from './conformance/printer-conformance.ts';
import { PRINTER_LIMITS } from './printer-port.ts';
import { DEFAULT_PROFILE, PRINTER_PROFILES } from './profiles.ts';
import { createUsbPrinter, findUsbPrinters, printerInterfaceOf, usbIdOf, usbLinks } from './usb.ts';
import { loadUsbBus, type UsbAlternate, type UsbConfiguration, type UsbDevice } from './usb-bus.ts';

const limits = { ...PRINTER_LIMITS, completionPollsMax: 3, heldPollsMax: 2 };
const PROFILES = PRINTER_PROFILES.filter(({ id }) => ['generic-80', 'epson-80', 'star-80'].includes(id));

for (const profile of PROFILES) {
  describePrinter(`USB, ${profile.name}`, async () => {
    const clock = manualTimers();
    const printer = fakeUsbPrinter({ profile, timers: clock });
    const port = createUsbPrinter({ bus: printer.bus, id: printer.id, profile, timers: clock, limits });
    return { port, printer, clock, profile, limits };
  });
}

describe('a printer on the bus', () => {
  const make = () => {
    const clock = manualTimers();
    const printer = fakeUsbPrinter({ timers: clock });
    const port = createUsbPrinter({
      bus: printer.bus,
      id: printer.id,
      profile: DEFAULT_PROFILE,
      timers: clock,
      limits,
    });
    return { printer, port };
  };

  test('is found by what it is, and known by its serial number', async () => {
    const { printer } = make();
    expect(await findUsbPrinters(printer.bus)).toEqual([{ id: printer.id, name: 'EPSON TM-T20' }]);
    await printer.close();
    expect(await findUsbPrinters(printer.bus)).toEqual([]);
  });

  test('goes back to the kernel’s driver after each call, released and closed', async () => {
    const { printer, port } = make();
    expect((await port.status()).reachable).toBe(true);
    expect(printer.holds()).toEqual({ kernelDriver: true, claimed: false, opened: false });
    await port.close();
  });

  test('that somebody else has claimed is not there for us, and is left as it was', async () => {
    const { printer, port } = make();
    const [device] = await printer.bus.getDevices();
    await device?.detachKernelDriver(0);
    await device?.claimInterface(0);
    const open = usbLinks(printer.bus, 'none');
    expect(await open(new AbortController().signal)).toBeNull();
    await device?.releaseInterface(0);
    await device?.attachKernelDriver(0);
    expect((await port.status()).reachable).toBe(true);
    await port.close();
  });
});

describe('descriptors', () => {
  const bulk = (direction: 'in' | 'out') =>
    ({ endpointNumber: direction === 'in' ? 2 : 1, direction, type: 'bulk', packetSize: 64 }) as const;
  const alternate = (over: Partial<UsbAlternate>): UsbAlternate => ({
    alternateSetting: 0,
    interfaceClass: 7,
    interfaceSubclass: 1,
    interfaceProtocol: 2,
    endpoints: [bulk('out'), bulk('in')],
    ...over,
  });
  const of = (...alternates: UsbAlternate[]): UsbConfiguration => ({
    configurationValue: 1,
    interfaces: [{ interfaceNumber: 3, alternates }],
  });

  test.each<[string, UsbConfiguration | null, object | null]>([
    ['a printer that speaks', of(alternate({})), { number: 3, alternate: 0, in: bulk('in') }],
    [
      'one that only listens',
      of(alternate({ interfaceProtocol: 1, endpoints: [bulk('out')] })),
      { alternate: 0, in: null },
    ],
    [
      'the alternate that speaks, before the one that does not',
      of(alternate({ interfaceProtocol: 1, endpoints: [bulk('out')] }), alternate({ alternateSetting: 1 })),
      { alternate: 1, in: bulk('in') },
    ],
    ['a scanner', of(alternate({ interfaceClass: 3 })), null],
    ['a printer with no way in', of(alternate({ endpoints: [bulk('in')] })), null],
    ['a device without a configuration', null, null],
  ])('%s', (_title, configuration, expected) => {
    const found = printerInterfaceOf(configuration);
    if (expected === null) expect(found).toBeNull();
    else expect(found).toMatchObject(expected);
  });

  test.each([
    [{ serialNumber: 'A1' }, '04b8:0001:A1'],
    [{ bus: 2, ports: [1, 4] }, '04b8:0001@2-1.4'],
    [{ serialNumber: '', bus: 1, ports: [] }, '04b8:0001@1-'],
  ])('%o is known as %s', (over, id) => {
    expect(usbIdOf({ vendorId: 0x04b8, productId: 1, ...over } as UsbDevice)).toBe(id);
  });
});

describe('the real module', () => {
  test('loads, and lists the printers of this machine or none, bus or no bus', async () => {
    const bus = await loadUsbBus();
    expect(bus).not.toBeNull();
    if (bus === null) return;
    for (const { id } of await findUsbPrinters(bus)) expect(id).toMatch(/^[0-9a-f]{4}:[0-9a-f]{4}[:@]/);
  });

  test('a printer that is not on it is unreachable, and gets no byte', async () => {
    const bus = await loadUsbBus();
    if (bus === null) throw new Error('the module loads');
    const port = createUsbPrinter({
      bus,
      id: 'ffff:ffff:none',
      profile: DEFAULT_PROFILE,
      timers: manualTimers(),
    });
    expect(await port.print(Uint8Array.of(0x41))).toEqual({ kind: 'not_sent', cause: 'offline' });
    await port.close();
  });
});

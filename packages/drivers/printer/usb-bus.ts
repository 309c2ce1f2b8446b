/**
 * What the driver needs of USB: the calls of WebUSB that it makes, with the two of `usb` for the kernel's driver. Every error
 * of the native module has the same code, and says in its message what happened.
 */

export interface UsbEndpoint {
  readonly endpointNumber: number;
  readonly direction: 'in' | 'out';
  readonly type: 'bulk' | 'interrupt' | 'isochronous';
  readonly packetSize: number;
}

export interface UsbAlternate {
  readonly alternateSetting: number;
  readonly interfaceClass: number;
  readonly interfaceSubclass: number;
  readonly interfaceProtocol: number;
  readonly endpoints: readonly UsbEndpoint[];
}

export interface UsbConfiguration {
  readonly configurationValue: number;
  readonly interfaces: readonly {
    readonly interfaceNumber: number;
    readonly alternates: readonly UsbAlternate[];
  }[];
}

export interface UsbDevice {
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber?: string | null | undefined;
  readonly manufacturerName?: string | null | undefined;
  readonly productName?: string | null | undefined;
  readonly bus?: number | string | undefined;
  readonly ports?: readonly number[] | undefined;
  readonly opened: boolean;
  /** Opens the device by itself where it is closed. @throws where it may not be opened. */
  readonly configuration?: UsbConfiguration | null | undefined;
  open(): Promise<void>;
  close(): Promise<void>;
  claimInterface(number: number): Promise<void>;
  /** Must come before `close`, or the claim stays. */
  releaseInterface(number: number): Promise<void>;
  selectAlternateInterface(number: number, alternate: number): Promise<void>;
  transferIn(
    endpoint: number,
    length: number,
    timeoutMs?: number,
  ): Promise<{ readonly data?: DataView | undefined }>;
  transferOut(endpoint: number, data: Uint8Array, timeoutMs?: number): Promise<unknown>;
  detachKernelDriver(number: number): Promise<void>;
  attachKernelDriver(number: number): Promise<void>;
}

export interface UsbBus {
  getDevices(): Promise<readonly UsbDevice[]>;
}

/** The bus of this machine; null where the module cannot be loaded. It may still have no bus, and then `getDevices` rejects. */
export async function loadUsbBus(): Promise<UsbBus | null> {
  try {
    const { usb } = await import('usb');
    return usb as unknown as UsbBus;
  } catch {
    return null;
  }
}

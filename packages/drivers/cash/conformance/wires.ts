/** Wires between a program and the simulated machine: in memory, in single bytes, and a real pair of pseudo-terminals. */
import type { Timers } from '@totem/domain';
import { plugCable } from '../../printer/conformance/serial-cable.ts';
import type { OpenLink, PrinterLink } from '../../printer/link.ts';
import { serialLinks } from '../../printer/serial.ts';
import { closeSerialPort, openSerialPort } from '../../serial/open-port.ts';

export interface CashWire {
  /** How a program opens its end: whoever had it before has it no more. */
  readonly openLink: OpenLink;
  /** The machine says something. */
  send(bytes: Uint8Array): void;
  /** Whether bytes are on their way, so that time must wait for them. */
  isBusy(): boolean;
  /** Resolves when bytes that are on their way have come further. */
  moved(): Promise<void>;
  /** The program at the near end is gone. */
  cut(): void;
  close(): Promise<void>;
}

/** @param receive the machine hears something. @param isSplit whether everything comes byte by byte. */
export function memoryWire(receive: (bytes: Uint8Array) => void, isSplit: boolean): CashWire {
  let near: { listener: (bytes: Uint8Array) => void; over: () => void } | undefined;
  const pieces = (bytes: Uint8Array): readonly Uint8Array[] =>
    isSplit ? [...bytes].map((byte) => Uint8Array.of(byte)) : [bytes];
  const cut = (): void => {
    near?.over();
    near = undefined;
  };
  const openLink: OpenLink = async () => {
    cut();
    const over = Promise.withResolvers<void>();
    const own = { listener: (_: Uint8Array): void => undefined, over: () => over.resolve() };
    near = own;
    const isOpen = (): boolean => near === own;
    const link: PrinterLink = {
      closed: over.promise,
      isOpen,
      onData: (next) => {
        own.listener = next;
      },
      write: async (bytes) => {
        if (isOpen()) for (const piece of pieces(bytes)) receive(piece);
        return isOpen();
      },
      end: async () => own.over(),
    };
    return link;
  };
  return {
    openLink,
    send: (bytes) => {
      for (const piece of pieces(bytes)) near?.listener(piece);
    },
    isBusy: () => false,
    moved: async () => undefined,
    cut,
    close: async () => cut(),
  };
}

const BAUD_RATE = 9_600;

/** The same over a cable that `socat` makes. */
export async function serialWire(receive: (bytes: Uint8Array) => void, timers: Timers): Promise<CashWire> {
  const cable = await plugCable();
  const far = await openSerialPort({ path: cable.far, baudRate: BAUD_RATE, hasFlowControl: false });
  if (far === null) throw new Error('the far end of a new cable can be opened');
  let underWay = 0;
  let working = 0;
  let onMoved = Promise.withResolvers<void>();
  let current: { readonly gone: AbortController; readonly closed: Promise<void> } | undefined;
  const move = (): void => {
    onMoved.resolve();
    onMoved = Promise.withResolvers<void>();
  };
  /** What the system does for us takes time that is not the simulated one. */
  const worked = async <T>(work: Promise<T>): Promise<T> => {
    working += 1;
    try {
      return await work;
    } finally {
      working -= 1;
      move();
    }
  };
  const arrived = (count: number): void => {
    underWay = Math.max(0, underWay - count);
    move();
  };
  far.on('data', (bytes: Uint8Array) => {
    arrived(bytes.length);
    receive(bytes);
  });
  const links = serialLinks({ path: cable.near, baudRate: BAUD_RATE, hasFlowControl: false }, timers);
  const cut = (): void => {
    current?.gone.abort();
    arrived(underWay);
  };
  const openLink: OpenLink = async (signal) => {
    cut();
    if (current !== undefined) await worked(current.closed);
    const gone = new AbortController();
    signal.addEventListener('abort', () => gone.abort());
    const link = await worked(links(gone.signal));
    if (link === null) return null;
    current = { gone, closed: link.closed };
    return {
      ...link,
      onData: (listener) =>
        link.onData((bytes) => {
          arrived(bytes.length);
          listener(bytes);
        }),
      write: (bytes) => {
        underWay += bytes.length;
        return worked(link.write(bytes));
      },
    };
  };
  return {
    openLink,
    send: (bytes) => {
      underWay += bytes.length;
      far.write(Buffer.from(bytes));
    },
    isBusy: () => underWay > 0 || working > 0,
    moved: () => onMoved.promise,
    cut,
    async close() {
      cut();
      await current?.closed;
      await closeSerialPort(far);
      await cable.pull();
    },
  };
}

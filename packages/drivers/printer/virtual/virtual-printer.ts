/**
 * A printer that lives in the product: on a TCP port it speaks the bytes of a real one, and what it prints can be looked
 * at. The demo shows its paper, and the tests hold the real driver against it.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { HELD_BYTES_MAX, type Mechanism } from './mechanism.ts';
import { type BodyOptions, createBody, type PrinterBody } from './printer-body.ts';

export interface VirtualPrinterOptions extends BodyOptions {
  /** By default the loopback address only: it obeys whoever connects. */
  readonly host?: string;
  /** 0, the default, for any free port. */
  readonly port?: number;
}

export interface VirtualPrinter extends PrinterBody {
  readonly host: string;
  readonly port: number;
  /** `host:port`, as `parsePrinterAddress` reads it. */
  readonly address: string;
  /** Pulls the cable for a moment: the connection breaks, and what was on its way is lost. */
  cutLine(): void;
  /** Switches the printer off: connections break, the port is free. May be called again. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/** Starts listening. @throws the system's error when the port cannot be had. */
export async function startVirtualPrinter(options: VirtualPrinterOptions): Promise<VirtualPrinter> {
  const { host = LOOPBACK, port = 0 } = options;
  const line: Line = { current: null };
  const { body, mechanism } = createBody(options, {
    answer: (bytes) => {
      if (line.current?.writable === true) line.current.write(bytes);
    },
    onRoom: () => line.current?.resume(),
    isUp: () => line.current?.destroyed === false,
  });
  const server = createServer((socket) => attach(socket, line, mechanism));
  server.listen(port, host);
  await once(server, 'listening');
  const bound = boundPort(server);

  return {
    ...body,
    host,
    port: bound,
    address: host.includes(':') ? `[${host}]:${bound}` : `${host}:${bound}`,
    cutLine: () => line.current?.destroy(),
    close: async () => {
      mechanism.stop();
      line.current?.destroy();
      if (server.listening) {
        server.close();
        await once(server, 'close');
      }
    },
  };
}

/** The one connection: like many printers, this one refuses a second. */
interface Line {
  current: Socket | null;
}

function attach(socket: Socket, line: Line, mechanism: Mechanism): void {
  socket.on('error', () => socket.destroy());
  if (line.current !== null) {
    socket.destroy();
    return;
  }
  line.current = socket;
  socket.on('data', (bytes: Uint8Array) => {
    mechanism.receive(bytes);
    if (mechanism.state().heldBytes >= HELD_BYTES_MAX) socket.pause();
  });
  socket.on('close', () => {
    line.current = null;
  });
}

function boundPort(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has an address.');
  return address.port;
}

/**
 * A printer that lives in the product: on a TCP port it speaks the bytes of a real one, and what it prints can be looked
 * at. The demo shows its paper, and the tests hold the real driver against it.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Timers } from '@totem/domain';
import { DEFAULT_PROFILE, type PrinterProfile } from '../profile.ts';
import {
  createMechanism,
  HELD_BYTES_MAX,
  type Mechanism,
  type MechanismState,
  type Switches,
} from './mechanism.ts';
import { type PaperEnd, type PaperRow, type Slip, slipText } from './paper.ts';
import { paperSvg } from './paper-svg.ts';

/** One slip that came out. */
export interface Paper {
  /** 1 for the first slip of this printer. */
  readonly id: number;
  readonly rows: readonly PaperRow[];
  readonly end: PaperEnd;
  /** Its words, one line for each printed line. */
  readonly text: string;
  /** Its picture, in units of one dot. */
  readonly svg: string;
}

export interface VirtualPrinterOptions {
  /** By default the loopback address only: it obeys whoever connects. */
  readonly host?: string;
  /** 0, the default, for any free port. */
  readonly port?: number;
  readonly profile?: PrinterProfile;
  readonly timers: Timers;
  readonly onPaper?: (paper: Paper) => void;
}

export interface VirtualPrinter {
  readonly host: string;
  readonly port: number;
  /** `host:port`, as `parsePrinterAddress` reads it. */
  readonly address: string;
  /** The newest `PAPERS_KEPT_MAX` slips, oldest first. */
  papers(): readonly Paper[];
  /** Calls back for every slip from now on. @returns ends it. */
  onPaper(listener: (paper: Paper) => void): () => void;
  set(change: Partial<Switches>): void;
  state(): MechanismState;
  /** Switches the printer off: connections break, the port is free. May be called again. */
  close(): Promise<void>;
}

export const PAPERS_KEPT_MAX = 50;
const LOOPBACK = '127.0.0.1';

/** Starts listening. @throws the system's error when the port cannot be had. */
export async function startVirtualPrinter(options: VirtualPrinterOptions): Promise<VirtualPrinter> {
  const { host = LOOPBACK, port = 0, profile = DEFAULT_PROFILE, timers } = options;
  const listeners = new Set<(paper: Paper) => void>();
  if (options.onPaper !== undefined) listeners.add(options.onPaper);
  const kept: Paper[] = [];
  const line: Line = { current: null };
  let printed = 0;

  const mechanism = createMechanism({
    profile,
    timers,
    answer: (bytes) => {
      if (line.current?.writable === true) line.current.write(bytes);
    },
    onRoom: () => line.current?.resume(),
    onSlip: (slip) => {
      printed += 1;
      const paper = paperOf(slip, profile, printed);
      kept.push(paper);
      if (kept.length > PAPERS_KEPT_MAX) kept.shift();
      for (const listener of listeners) listener(paper);
    },
  });
  const server = createServer((socket) => attach(socket, line, mechanism));
  server.listen(port, host);
  await once(server, 'listening');
  const bound = boundPort(server);

  return {
    host,
    port: bound,
    address: host.includes(':') ? `[${host}]:${bound}` : `${host}:${bound}`,
    papers: () => [...kept],
    onPaper: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    set: (change) => mechanism.set(change),
    state: () => mechanism.state(),
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

function paperOf(slip: Slip, profile: PrinterProfile, id: number): Paper {
  const text = slipText(slip);
  return { id, rows: slip.rows, end: slip.end, text, svg: paperSvg(slip, profile, `paper-${id}`, text) };
}

function boundPort(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has an address.');
  return address.port;
}

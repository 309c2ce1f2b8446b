/** A bare TCP connection to a server, for what no well-behaved client would send. */
import { connect } from 'node:net';

export interface RawSocket {
  /** What has come back so far, as Latin-1. */
  received(): string;
  send(bytes: string | Uint8Array): void;
  /** Resolves when the other end has ended the connection, or has reset it, with all that was received. */
  ended(): Promise<string>;
  /** Resolves once `pattern` is in what has been received. @throws Error when the connection ends before. */
  until(pattern: RegExp): Promise<string>;
  destroy(): void;
}

/** Connects to a port of the loopback. */
export async function rawSocket(port: number): Promise<RawSocket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  let received = '';
  let isOver = false;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    received += text;
    tell();
  });
  socket.on('close', () => {
    isOver = true;
    tell();
  });
  // A reset is one of the ways in which a server ends a connection.
  socket.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  const when = (isTrue: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!isTrue()) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
    });
  return {
    received: () => received,
    send: (bytes) => void socket.write(bytes),
    ended: async () => {
      await when(() => isOver);
      return received;
    },
    until: async (pattern) => {
      await when(() => isOver || pattern.test(received));
      if (!pattern.test(received)) throw new Error(`the connection ended after: ${received}`);
      return received;
    },
    destroy: () => socket.destroy(),
  };
}

/** Sends bytes as they are, and gives back all that comes until the server ends the connection. */
export async function rawExchange(port: number, bytes: string | Uint8Array): Promise<string> {
  const socket = await rawSocket(port);
  socket.send(bytes);
  return socket.ended();
}

/** The status codes of the answers in what was received. */
export function statusesOf(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

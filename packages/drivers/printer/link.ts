/**
 * The transport under the conversation with a printer, and the TCP one (raw printing, port 9100). A socket that is closed
 * with unread bytes becomes a reset, and a reset takes the job with it: so bytes are always read, the goodbye is a FIN,
 * and the close is waited for.
 */
import { connect, type Socket } from 'node:net';
import type { Timers } from '@totem/domain';
import type { PrinterAddress } from './address.ts';

/** An open line to a printer. Nothing on it rejects: a broken line is `closed`. */
export interface PrinterLink {
  /** Hands bytes over, the first of them before it returns. Resolves when the system has taken all, or false when the line broke first. */
  write(bytes: Uint8Array): Promise<boolean>;
  /** Calls back for every piece that arrives. One listener, set before anything is written. */
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Bytes can still be handed over. */
  isOpen(): boolean;
  readonly closed: Promise<void>;
  /** Says goodbye and waits until both sides are closed, or `closeMs` at most. */
  end(closeMs: number): Promise<void>;
}

/** How a port opens its line; null when nobody answers in time. The signal breaks the line at any moment. */
export type OpenLink = (signal: AbortSignal) => Promise<PrinterLink | null>;

/** Connects within `connectMs`. */
export function tcpLinks(address: PrinterAddress, timers: Timers, connectMs: number): OpenLink {
  return (signal) => {
    if (signal.aborted) return Promise.resolve(null);
    const socket = connect({ host: address.host, port: address.port, noDelay: true });
    const giveUp = (): void => {
      socket.destroy();
    };
    const cancelTimer = timers.after(connectMs, giveUp);
    signal.addEventListener('abort', giveUp);
    // Every error is followed by `close`, which is all that matters here.
    socket.on('error', () => undefined);
    return new Promise((resolve) => {
      socket.once('connect', () => {
        cancelTimer();
        resolve(linkOver(socket, timers));
      });
      socket.once('close', () => {
        cancelTimer();
        signal.removeEventListener('abort', giveUp);
        resolve(null);
      });
    });
  };
}

function linkOver(socket: Socket, timers: Timers): PrinterLink {
  let listener: (bytes: Uint8Array) => void = () => undefined;
  socket.on('data', (bytes: Uint8Array) => listener(bytes));
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  return {
    closed,
    isOpen: () => socket.writable,
    onData: (next) => {
      listener = next;
    },
    write: (bytes) => {
      if (!socket.writable) return Promise.resolve(false);
      const taken = new Promise<boolean>((resolve) => {
        socket.write(bytes, (error) => resolve(error == null));
      });
      return Promise.race([taken, closed.then(() => false)]);
    },
    end: async (closeMs) => {
      const cancelTimer = timers.after(closeMs, () => socket.destroy());
      socket.end();
      await closed;
      cancelTimer();
    },
  };
}

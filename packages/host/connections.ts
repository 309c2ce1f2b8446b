/** Ends an HTTP server without cutting anybody off: what is under way is finished, and no connection is kept for more. */
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface Connections {
  /** Called for each answer before it begins. */
  track(outgoing: ServerResponse): void;
  /** Stops listening, lets answers finish for `graceMs`, then ends what is left. */
  close(graceMs: number): Promise<void>;
}

export function trackConnections(server: Server): Connections {
  const sockets = new Set<Socket>();
  const answering = new Set<ServerResponse>();
  let isClosing = false;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    track: (outgoing) => {
      if (isClosing) outgoing.shouldKeepAlive = false;
      answering.add(outgoing);
      outgoing.once('close', () => {
        answering.delete(outgoing);
        // Its headers may have promised to keep the connection; a moment later it is idle.
        if (isClosing) setImmediate(() => server.closeIdleConnections());
      });
    },
    close: (graceMs) =>
      new Promise((resolve) => {
        isClosing = true;
        for (const outgoing of answering) if (!outgoing.headersSent) outgoing.shouldKeepAlive = false;
        const timer = setTimeout(() => {
          for (const socket of sockets) socket.destroy();
        }, graceMs);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

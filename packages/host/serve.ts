/** An HTTP server for a Hono app, with the limits that Node leaves open. */
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Log } from './log.ts';

/** A client must have sent its headers within this time: a slow one costs a socket no longer. */
const HEADERS_TIMEOUT_MS = 10_000;
/** And its whole request within this: a full push at 64 kbit/s needs half of it. Long-polls are answers, and are not bounded by it. */
const REQUEST_TIMEOUT_MS = 60_000;
/** Longer than the pause between two polls of a screen, so that connections are used again. */
const KEEP_ALIVE_MS = 65_000;
const CONNECTIONS_MAX = 4_000;

export interface Served {
  readonly port: number;
  readonly url: string;
  /** Stops listening, lets requests finish for `graceMs`, then ends what is left. */
  close(graceMs?: number): Promise<void>;
}

const GRACE_MS = 1_000;

/** Serves `app`; with port 0 on a free one. @throws the system's error when the address is taken. */
export async function serveHttp(
  app: Hono,
  options: { host: string; port: number; log: Log },
): Promise<Served> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    hostname: options.host,
    // The agent follows shapes in this same process: its fetch must meet the standard objects.
    overrideGlobalObjects: false,
  }) as Server;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.maxConnections = CONNECTIONS_MAX;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('drop', () => options.log.warn({ limit: CONNECTIONS_MAX }, 'connections limit reached'));

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  const name = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    port,
    url: `http://${name}:${port}`,
    close: (graceMs = GRACE_MS) => closeServer(server, sockets, graceMs),
  };
}

function closeServer(server: Server, sockets: ReadonlySet<Socket>, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

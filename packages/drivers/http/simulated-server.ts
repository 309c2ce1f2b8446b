/** A server that simulated providers answer by: true HTTP, whose answers can be lost, cut short, or held for ever. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface SimulatedCall {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

export interface Reply {
  readonly status: number;
  /** A text is sent as it is, also where it is no document. */
  readonly body: object | string;
}

export type Served =
  | { readonly kind: 'reply'; readonly reply: Reply }
  /** The connection ends: without a byte, or in the middle of the answer. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'cut_inside'; readonly status: number }
  /** Nothing comes until the caller gives up. */
  | { readonly kind: 'held' };

export interface SimulatedServer {
  readonly origin: string;
  /** Calls that are held back on purpose. */
  hanging(): number;
  close(): Promise<void>;
}

/** @param options.now for the `Date` of answers. @param options.errorType the content type of refusals. */
export async function openSimulatedServer(options: {
  readonly now: () => number;
  readonly errorType: string;
  /** With `requestCert` and an authority: mutual TLS. */
  readonly tls?: ServerOptions | undefined;
  readonly serve: (call: SimulatedCall) => Served | Promise<Served>;
}): Promise<SimulatedServer> {
  const { now, errorType, tls, serve } = options;
  let hanging = 0;

  const send = (response: ServerResponse, { status, body }: Reply): void => {
    response.writeHead(status, {
      'content-type': status >= 400 ? errorType : 'application/json',
      date: new Date(now()).toUTCString(),
    });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const served = await serve({
      method: request.method ?? 'GET',
      url: new URL(request.url ?? '/', 'http://simulator'),
      headers: request.headers,
      text: Buffer.concat(parts).toString('utf8'),
    });
    switch (served.kind) {
      case 'reply':
        return send(response, served.reply);
      case 'cut':
        request.socket.destroy();
        return;
      case 'cut_inside':
        response.writeHead(served.status, { 'content-type': 'application/json', 'content-length': '9999' });
        response.write('{"id":');
        setImmediate(() => request.socket.destroy());
        return;
      case 'held':
        hanging += 1;
        response.on('close', () => {
          hanging -= 1;
        });
        return;
      default:
        return served satisfies never;
    }
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch(() => response.destroy());
  };
  const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    hanging: () => hanging,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What is to go wrong with the next calls, in the order in which it was planned. */
export interface PlannedFaults<F> {
  /** Takes the next one when it is one of these. */
  strikes(...kinds: F[]): F | undefined;
  plan(...kinds: readonly F[]): void;
  heal(): void;
}

export function planFaults<F>(): PlannedFaults<F> {
  let faults: F[] = [];
  return {
    strikes(...kinds) {
      const [next] = faults;
      return next !== undefined && kinds.includes(next) ? faults.shift() : undefined;
    },
    plan: (...kinds) => void faults.push(...kinds),
    heal: () => {
      faults = [];
    },
  };
}

/** An HTTP server for a Hono app, with the limits that Node leaves open, a mark for each request, and an end without haste. */
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener, RequestError } from '@hono/node-server';
import { localeFor, ProblemError } from '@totem/domain';
import type { Hono } from 'hono';
import { trackConnections } from './connections.ts';
import type { HttpWatch, SocketRefusal } from './http-watch.ts';
import type { Log } from './log.ts';
import { problemOf } from './problem.ts';
import { markOf, type RequestMark, underMark } from './request-mark.ts';

export interface ServeLimits {
  /** A client must have sent its headers within this time: a slow one costs a socket no longer. */
  readonly headersTimeoutMs: number;
  /** And its whole request within this: a full push at 64 kbit/s needs half of it. Long-polls are answers, and are not bounded by it. */
  readonly requestTimeoutMs: number;
  /** How often the two are looked at: at this age a slow client is at most this much older. */
  readonly checkEveryMs: number;
  /** Longer than the pause between two polls of a screen, so that connections are used again. */
  readonly keepAliveMs: number;
  readonly connectionsMax: number;
  readonly headerBytesMax: number;
}

const LIMITS: ServeLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  checkEveryMs: 5_000,
  keepAliveMs: 65_000,
  connectionsMax: 4_000,
  headerBytesMax: 16 * 1024,
};

/** A private key and its certificate, both in PEM. */
export interface TlsCredentials {
  readonly key: string;
  readonly cert: string;
}

export interface Served {
  readonly port: number;
  readonly url: string;
  /** Other credentials for the connections to come; those that are there keep theirs. */
  renewTls(credentials: TlsCredentials): void;
  /** Stops listening, lets requests finish for `graceMs`, then ends what is left. */
  close(graceMs?: number): Promise<void>;
}

const GRACE_MS = 1_000;

/**
 * Answers a request before the app sees it, on Node's own objects; false leaves it to the app. For what thousands of clients
 * wait for at once: the standard objects of an app cost more than such an answer.
 */
export type HttpFront = (incoming: IncomingMessage, outgoing: ServerResponse) => boolean;

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly log: Log;
  readonly front?: HttpFront;
  /** Is told of every request. */
  readonly watch?: HttpWatch;
  readonly limits?: Partial<ServeLimits>;
  /** Serves HTTPS with them. */
  readonly tls?: TlsCredentials;
}

/** Serves `app`; with port 0 on a free one. @throws the system's error when the address is taken. */
export async function serveHttp(app: Hono, options: ServeOptions): Promise<Served> {
  const { front = () => false, log, watch } = options;
  const limits = { ...LIMITS, ...options.limits };
  const answer = getRequestListener(app.fetch, {
    hostname: options.host,
    // The agent follows shapes in this same process: its fetch must meet the standard objects.
    overrideGlobalObjects: false,
    errorHandler: unreadable,
  });
  const { tls } = options;
  const settings = { connectionsCheckingInterval: limits.checkEveryMs, maxHeaderSize: limits.headerBytesMax };
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    connections.track(outgoing);
    const fault = faultOf(incoming);
    if (fault !== undefined) {
      watch?.refused('malformed');
      outgoing.shouldKeepAlive = false;
      outgoing.writeHead(fault, { 'content-length': '0' }).end();
      return;
    }
    const mark = markOf(incoming.headers);
    underMark(mark, () => {
      watchRequest(mark, incoming, outgoing, log, watch);
      if (!front(incoming, outgoing)) void answer(incoming, outgoing);
    });
  };
  const secure = tls && createSecureServer({ ...settings, ...tls }, listener);
  const server: Server = secure ?? createServer(settings, listener);
  const connections = trackConnections(server);
  server.headersTimeout = limits.headersTimeoutMs;
  server.requestTimeout = limits.requestTimeoutMs;
  server.keepAliveTimeout = limits.keepAliveMs;
  server.maxConnections = limits.connectionsMax;
  server.on('drop', () => {
    watch?.refused('too_many_connections');
    log.warn({ limit: limits.connectionsMax }, 'connections limit reached');
  });
  server.on('clientError', (error, socket) => refuse(error, socket as Socket, watch));
  const { port } = await listening(server, options);
  const name = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    port,
    url: `${tls === undefined ? 'http' : 'https'}://${name}:${port}`,
    renewTls: (credentials) => secure?.setSecureContext(credentials),
    close: (graceMs = GRACE_MS) => connections.close(graceMs),
  };
}

async function listening(server: Server, { host, port }: ServeOptions): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return server.address() as AddressInfo;
}

/** Says to the log, for one who looks closely, and to the watch what became of a request. */
function watchRequest(
  mark: RequestMark,
  { method = '' }: IncomingMessage,
  outgoing: ServerResponse,
  log: Log,
  watch: HttpWatch | undefined,
): void {
  const startedAt = performance.now();
  watch?.began();
  outgoing.once('close', () => {
    const { route, code, isHeld } = mark;
    const durationMs = performance.now() - startedAt;
    const status = outgoing.statusCode;
    const isAborted = !outgoing.writableFinished;
    watch?.ended({ method, route, code, isHeld, status, isAborted, durationMs });
    log.debug(
      { method, route, status, problem: code, isAborted, durationMs: Math.round(durationMs) },
      'answered',
    );
  });
}

/** The status for a request that Node's parser lets pass and that is none of HTTP/1. */
function faultOf({ httpVersionMajor, rawHeaders }: IncomingMessage): number | undefined {
  // RFC 9110, 15.6.6: among these are the lines without a version of HTTP/0.9.
  if (httpVersionMajor !== 1) return 505;
  // RFC 9112, 3.2: of two hosts, a proxy before us may have believed the other.
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.length === 4 && rawHeaders[at]?.toLowerCase() === 'host') hosts += 1;
  return hosts > 1 ? 400 : undefined;
}

/** A request whose address or headers say nothing that could be asked of an app. */
function unreadable(error: unknown): Response {
  const problem = problemOf(
    error instanceof RequestError ? new ProblemError('invalid_request', { cause: error }) : error,
    localeFor(undefined),
  );
  return new Response(JSON.stringify(problem.document), {
    status: problem.status,
    headers: { ...problem.headers, 'x-content-type-options': 'nosniff' },
  });
}

/** What Node's parser refuses has no request to be answered, and no right to be understood: a status, and the end. */
const PARSER_REFUSALS: Readonly<Record<string, readonly [status: number, reason: SocketRefusal]>> = {
  HPE_HEADER_OVERFLOW: [431, 'headers_too_large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'chunks_too_large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'too_slow'],
};

function refuse(error: NodeJS.ErrnoException, socket: Socket, watch: HttpWatch | undefined): void {
  // It has been told already, and did not go.
  if (socket.writableEnded) {
    socket.destroy();
    return;
  }
  const [status, reason] = PARSER_REFUSALS[error.code ?? ''] ?? [400, 'malformed'];
  const isGone = error.code === 'ECONNRESET' || !socket.writable;
  watch?.refused(isGone ? 'gone' : reason);
  // In the middle of an answer nothing can be said any more.
  const { _httpMessage: answering } = socket as { readonly _httpMessage?: ServerResponse };
  if (isGone || answering?.headersSent === true) {
    socket.destroy();
    return;
  }
  socket.write(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
  );
  socket.destroySoon();
}

/** The shape server over any tables of a database, at an address: for tests of the server and of its clients, never for people. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Env, Timers } from '@totem/domain';
import { createBodyEncoder, type Log, plainTags } from '@totem/host';
import {
  type Caching,
  createShapeServer,
  type ShapeAnswer,
  type ShapeEvent,
  type ShapeLimits,
  type ShapeServer,
  shapeAllowedHeaders,
  shapeExposedHeaders,
  unavailableAnswer,
} from '@totem/sync';
import { countDeletion, installSchema } from './capture.ts';
import { createAnyChangeLog } from './change-log.ts';
import { type AnyDatabase, openAnyDatabase } from './database.ts';
import { type AnyShapes, createAnyShapes } from './resolver.ts';
import type { CaseFolding } from './values/text.ts';

export interface AnyTableOptions {
  readonly databaseUrl: string;
  readonly host: string;
  readonly port: number;
  readonly caching: Caching;
  /** An answer is about so long. */
  readonly chunkBytes: number;
  readonly pollMs: number;
  readonly env: Env;
  readonly timers: Timers;
  readonly log: Log;
  readonly limits?: Partial<ShapeLimits>;
  readonly onEvent?: (event: ShapeEvent) => void;
}

export interface AnyTableServer {
  readonly url: string;
  close(): Promise<void>;
}

/** More than the tests of one run write. */
const CHANGES_KEPT = 1_000_000;
const HANDLE_KEY_BYTES = 32;
/** As Electric does it, first rows are read once for all who ask for them, until their shape is over or they make room. */
const FOR_EVER_MS = 1e12;
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, DELETE, OPTIONS',
  'access-control-allow-headers': shapeAllowedHeaders.join(', '),
  'access-control-expose-headers': shapeExposedHeaders.join(', '),
} as const;

export async function serveAnyTable(options: AnyTableOptions): Promise<AnyTableServer> {
  const { env, timers, log, chunkBytes } = options;
  const db = openAnyDatabase(options.databaseUrl, log);
  await installSchema(db);
  const changes = createAnyChangeLog(
    { db, timers, log },
    { pollMs: options.pollMs, changesKept: CHANGES_KEPT },
  );
  const server = createShapeServer({
    ...{ log: changes, env, timers, caching: options.caching, definedByCaller: true },
    handleKey: await handleKeyOf(db),
    limits: {
      ...{ snapshotChunkBytes: chunkBytes, pageBytes: chunkBytes, answerBytesMax: chunkBytes },
      ...{ snapshotReuseMs: FOR_EVER_MS, shelfKeepMs: FOR_EVER_MS },
      ...options.limits,
    },
    onEvent: (event) => {
      if (event.kind === 'fault') log.error({ err: event.error }, 'a shape could not be read');
      options.onEvent?.(event);
    },
  });
  const door: Door = {
    db,
    shapes: createAnyShapes(db, await foldingOf(db)),
    server,
    encoder: createBodyEncoder(),
  };
  const http = createServer((request, response) => {
    answer(door, request, response).catch((error: unknown) => {
      log.error({ err: error }, 'a request failed');
      if (response.headersSent) response.destroy();
      else send(response, unavailableAnswer('unavailable', 'The database cannot be asked now', 1));
    });
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(options.port, options.host, resolve);
  });
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://${options.host}:${port}`,
    close: async () => {
      server.endHolds();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      changes.close();
      await db.close();
    },
  };
}

interface Door {
  readonly db: AnyDatabase;
  readonly shapes: AnyShapes;
  readonly server: ShapeServer;
  readonly encoder: ReturnType<typeof createBodyEncoder>;
}

async function answer(door: Door, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://any-table');
  const { method = 'GET' } = request;
  if (method === 'OPTIONS') return send(response, { status: 204, headers: {}, body: null });
  if (pathname === '/') return send(response, { status: 200, headers: {}, body: '' });
  if (pathname === '/v1/health') return send(response, json(200, { status: 'active' }));
  if (pathname !== '/v1/shape') return send(response, json(404, { message: 'Not found' }));
  if (method === 'DELETE') return send(response, await deleted(door, searchParams));
  const left = new AbortController();
  response.on('close', () => left.abort());
  const ifNoneMatch = request.headers['if-none-match'];
  const found = await door.server.handle({
    method,
    name: 'any',
    query: searchParams,
    ifNoneMatch: plainTags(ifNoneMatch) ?? null,
    resolve: () => door.shapes.resolve(searchParams),
    signal: left.signal,
  });
  const acceptEncoding = request.headers['accept-encoding']?.toString();
  const encoded = await door.encoder.encode(found, { acceptEncoding, ifNoneMatch });
  response.writeHead(encoded.status, { ...CORS, ...encoded.headers });
  response.end(encoded.body);
}

/** Ends a shape for all who follow it: they start over. */
async function deleted({ db, shapes }: Door, query: URLSearchParams): Promise<ShapeAnswer> {
  const resolution = await shapes.resolve(query);
  if (resolution.kind !== 'shape') {
    const errors = resolution.kind === 'invalid' ? resolution.errors : {};
    return json(400, { message: 'Invalid request', errors });
  }
  await countDeletion(db, resolution.shape.tenantId.split(' ')[1] ?? '');
  return { status: 202, headers: {}, body: '' };
}

function send(response: ServerResponse, { status, headers, body }: ShapeAnswer): void {
  response.writeHead(status, { ...CORS, ...headers });
  response.end(body);
}

function json(status: number, body: object): ShapeAnswer {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { status, headers, body: JSON.stringify(body) };
}

/** The same after a restart on the same database, so that handles stay good. */
async function handleKeyOf(db: AnyDatabase): Promise<Uint8Array> {
  const [state] = await db.rows('SELECT epoch FROM totem_shapes.state');
  return new TextEncoder().encode(String(state?.epoch).padEnd(HANDLE_KEY_BYTES, '.'));
}

async function foldingOf(db: AnyDatabase): Promise<CaseFolding> {
  const [row] = await db.rows(`SELECT lower('É') = 'é' AS folds`);
  return row?.folds === 't' ? 'unicode' : 'ascii';
}

/**
 * A Pix provider for tests and the demo: the central bank's API over true HTTP, with books of its own. It plays the payer
 * too: what the next payers do, and what goes wrong, is told to it from outside.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Env } from '@totem/domain';
import {
  createBank,
  type Payer,
  type PixFault,
  problem,
  type Reply,
  type SimulatedCob,
} from './simulated-bank.ts';

export interface PixSimulator {
  /** Of the API, with its path. */
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly cobs: ReadonlyMap<string, SimulatedCob>;
  /** Calls that are held back on purpose. */
  hanging(): number;
  payers(...next: readonly Payer[]): void;
  fault(kind: PixFault): void;
  heal(): void;
  /** Somebody pays a charge, whatever its state. @returns false when there is none. */
  pay(txid: string): boolean;
  close(): Promise<void>;
}

export interface PixSimulatorOptions {
  readonly env: Env;
  readonly clientId: string;
  readonly clientSecret: string;
  /** How far its clock is ahead. */
  readonly skewMs?: number;
  /** With `requestCert` and an authority: mutual TLS. */
  readonly tls?: ServerOptions;
  /** Is told of each call, before it is answered: `GET /api/v2/cob/1`. */
  readonly onCall?: (call: string) => void;
  /** Whether answers hold the text of the QR; some providers leave it out. */
  readonly tellsCopyCode?: boolean;
  /** What payers do of whom nothing else was said; they pay by default. */
  readonly payer?: Payer;
}

const PATH = '/api/v2';
const TOKEN_SECONDS = 3_600;
/** Calls that one overload refuses. */
const OVERLOADED_CALLS = 2;

export async function openPixSimulator(options: PixSimulatorOptions): Promise<PixSimulator> {
  const { env, skewMs = 0, tellsCopyCode = true } = options;
  const tokens = new Set<string>();
  let faults: PixFault[] = [];
  let hanging = 0;
  const now = (): number => env.now() + skewMs;

  const strikes = (...kinds: PixFault[]): PixFault | undefined => {
    const [next] = faults;
    return next !== undefined && kinds.includes(next) ? faults.shift() : undefined;
  };
  const bank = createBank({ env, now, strikes, tellsCopyCode, payer: options.payer ?? 'pays' });
  const onToken = (headers: IncomingMessage['headers']): Reply => {
    const basic = Buffer.from(`${options.clientId}:${options.clientSecret}`).toString('base64');
    if (headers.authorization !== `Basic ${basic}`) return problem(401, 'AcessoNegado');
    const text = Buffer.from(env.randomBytes(16)).toString('base64url');
    tokens.add(text);
    return { status: 200, body: { access_token: text, token_type: 'Bearer', expires_in: TOKEN_SECONDS } };
  };
  const route = (method: string, url: URL, headers: IncomingMessage['headers'], text: string): Reply => {
    if (url.pathname === '/oauth/token') return onToken(headers);
    if (!tokens.has((headers.authorization ?? '').replace(/^Bearer /, '')))
      return problem(401, 'AcessoNegado');
    const body = text === '' ? {} : JSON.parse(text);
    const [, kind, id = '', , refundId = ''] = url.pathname.slice(PATH.length).split('/');
    if (kind === 'cob') return bank.onCob(method, id, body);
    if (kind === 'pix' && id === '') return bank.onList(url.searchParams);
    if (kind === 'pix') return bank.onRefund(method, decodeURIComponent(id), refundId, body);
    return problem(404, 'NaoEncontrado');
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const url = new URL(request.url ?? '/', 'http://simulator');
    options.onCall?.(`${request.method} ${url.pathname}`);
    const isToken = url.pathname === '/oauth/token';
    if (!isToken && strikes('token_ended') !== undefined) tokens.clear();
    const struck = isToken ? undefined : strikes('lost_before', 'lost_after', 'late', 'broken', 'overloaded');
    if (struck === 'lost_before') return void request.socket.destroy();
    if (request.method === 'GET' && strikes('reading_denied') !== undefined)
      return send(response, problem(403, 'AcessoNegado'), now());
    if (struck === 'overloaded') return send(response, problem(503, 'ServicoIndisponivel'), now());
    const reply = route(request.method ?? 'GET', url, request.headers, Buffer.concat(parts).toString('utf8'));
    if (struck === 'late') {
      hanging += 1;
      response.on('close', () => {
        hanging -= 1;
      });
      return;
    }
    if (struck === 'lost_after') {
      // Cut in the middle of the body.
      response.writeHead(reply.status, { 'content-type': 'application/json', 'content-length': '9999' });
      response.write('{"txid":');
      return void setImmediate(() => request.socket.destroy());
    }
    if (struck === 'broken') return send(response, { status: reply.status, body: '{"txid": "' }, now());
    send(response, reply, now());
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch(() => response.destroy());
  };
  const server =
    options.tls === undefined ? createServer(listener) : createSecureServer(options.tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;

  return {
    baseUrl: origin + PATH,
    tokenUrl: `${origin}/oauth/token`,
    cobs: bank.cobs,
    hanging: () => hanging,
    payers: bank.payers,
    fault: (kind) => {
      faults.push(...Array.from({ length: kind === 'overloaded' ? OVERLOADED_CALLS : 1 }, () => kind));
    },
    heal: () => {
      faults = [];
    },
    pay(txid) {
      const cob = bank.cobs.get(txid);
      if (cob === undefined || cob.pix.length > 0) return false;
      bank.settle(cob);
      return true;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, { status, body }: Reply, nowMs: number): void {
  response.writeHead(status, {
    'content-type': status >= 400 ? 'application/problem+json' : 'application/json',
    date: new Date(nowMs).toUTCString(),
  });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

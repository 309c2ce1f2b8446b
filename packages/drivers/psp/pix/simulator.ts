/**
 * A Pix provider for tests and the demo: the central bank's API over true HTTP, with books of its own. It plays the payer
 * too: what the next payers do, and what goes wrong, is told to it from outside.
 */
import type { ServerOptions } from 'node:https';
import type { Env } from '@totem/domain';
import {
  openSimulatedServer,
  planFaults,
  type Reply,
  type Served,
  type SimulatedCall,
} from '../../http/simulated-server.ts';
import { createBank, type Payer, type PixFault, problem, type SimulatedCob } from './simulated-bank.ts';

export interface PixSimulator {
  /** Of the API, with its path. */
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly cobs: ReadonlyMap<string, SimulatedCob>;
  /** Where it is to call, by Pix key. */
  readonly webhooks: ReadonlyMap<string, string>;
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
  /** Whether the account may say where it is called. */
  readonly allowsWebhooks?: boolean;
}

const PATH = '/api/v2';
const TOKEN_SECONDS = 3_600;
/** Calls that one overload refuses. */
const OVERLOADED_CALLS = 2;

export async function openPixSimulator(options: PixSimulatorOptions): Promise<PixSimulator> {
  const { env, skewMs = 0, tellsCopyCode = true } = options;
  const tokens = new Set<string>();
  const faults = planFaults<PixFault>();
  const { strikes } = faults;
  const now = (): number => env.now() + skewMs;
  const bank = createBank({ env, now, strikes, tellsCopyCode, payer: options.payer ?? 'pays' });
  const webhooks = new Map<string, string>();
  const onToken = (headers: SimulatedCall['headers'], grant: string): Reply => {
    const basic = Buffer.from(`${options.clientId}:${options.clientSecret}`).toString('base64');
    if (headers.authorization !== `Basic ${basic}`) return problem(401, 'AcessoNegado');
    if (options.allowsWebhooks === false && grant.includes('webhook')) return problem(400, 'invalid_scope');
    const text = Buffer.from(env.randomBytes(16)).toString('base64url');
    tokens.add(text);
    return { status: 200, body: { access_token: text, token_type: 'Bearer', expires_in: TOKEN_SECONDS } };
  };
  const onWebhook = (key: string, url: unknown): Reply => {
    if (typeof url !== 'string' || !URL.canParse(url)) return problem(400, 'WebhookOperacaoInvalida');
    webhooks.set(key, url);
    return { status: 200, body: {} };
  };
  const route = (method: string, url: URL, headers: SimulatedCall['headers'], text: string): Reply => {
    if (url.pathname === '/oauth/token') return onToken(headers, text);
    if (!tokens.has((headers.authorization ?? '').replace(/^Bearer /, '')))
      return problem(401, 'AcessoNegado');
    const body = text === '' ? {} : JSON.parse(text);
    const [, kind, id = '', , refundId = ''] = url.pathname.slice(PATH.length).split('/');
    if (kind === 'cob') return bank.onCob(method, id, body);
    if (kind === 'pix' && id === '') return bank.onList(url.searchParams);
    if (kind === 'pix') return bank.onRefund(method, decodeURIComponent(id), refundId, body);
    if (kind === 'webhook' && method === 'PUT') return onWebhook(decodeURIComponent(id), body.webhookUrl);
    return problem(404, 'NaoEncontrado');
  };

  const serve = ({ method, url, headers, text }: SimulatedCall): Served => {
    options.onCall?.(`${method} ${url.pathname}`);
    const isToken = url.pathname === '/oauth/token';
    if (!isToken && strikes('token_ended') !== undefined) tokens.clear();
    const struck = isToken ? undefined : strikes('lost_before', 'lost_after', 'late', 'broken', 'overloaded');
    if (struck === 'lost_before') return { kind: 'cut' };
    if (method === 'GET' && strikes('reading_denied') !== undefined)
      return { kind: 'reply', reply: problem(403, 'AcessoNegado') };
    if (struck === 'overloaded') return { kind: 'reply', reply: problem(503, 'ServicoIndisponivel') };
    const reply = route(method, url, headers, text);
    if (struck === 'late') return { kind: 'held' };
    if (struck === 'lost_after') return { kind: 'cut_inside', status: reply.status };
    return {
      kind: 'reply',
      reply: struck === 'broken' ? { status: reply.status, body: '{"txid": "' } : reply,
    };
  };
  const server = await openSimulatedServer({
    now,
    errorType: 'application/problem+json',
    tls: options.tls,
    serve,
  });

  return {
    baseUrl: server.origin + PATH,
    tokenUrl: `${server.origin}/oauth/token`,
    cobs: bank.cobs,
    webhooks,
    hanging: server.hanging,
    payers: bank.payers,
    fault: (kind) =>
      faults.plan(...Array.from({ length: kind === 'overloaded' ? OVERLOADED_CALLS : 1 }, () => kind)),
    heal: faults.heal,
    pay(txid) {
      const cob = bank.cobs.get(txid);
      if (cob === undefined || cob.pix.length > 0) return false;
      bank.settle(cob);
      return true;
    },
    close: server.close,
  };
}

/**
 * PagBank for tests and the demo: its Orders API over true HTTP, with books of its own, keys that it forgets after a day, and
 * signed calls to whoever an order names. It plays the payer too: what the next payers do, and what goes wrong, is told to it
 * from outside.
 */
import type { Env } from '@totem/domain';
import {
  openSimulatedServer,
  planFaults,
  type Served,
  type SimulatedCall,
} from '../../http/simulated-server.ts';
import { PROBE_PATH } from './api.ts';
import { pagBankSignature, SIGNATURE_HEADER } from './signature.ts';
import {
  createSimulatedPagBank,
  type OrderPayer,
  type PagBankFault,
  refusal,
  type SimulatedOrder,
} from './simulated-books.ts';

export interface PagBankSimulator {
  readonly baseUrl: string;
  readonly orders: ReadonlyMap<string, SimulatedOrder>;
  /** Calls that are held back on purpose. */
  hanging(): number;
  payers(...next: readonly OrderPayer[]): void;
  fault(kind: PagBankFault): void;
  heal(): void;
  /** Time goes on there, and nowhere else. */
  pass(ms: number): void;
  /** Somebody pays an order, by our name for it, whatever its state. @returns false when there is none, or it is paid. */
  pay(reference: string): boolean;
  /**
   * Calls all that an order names. @returns their statuses.
   * @param over `signature`: another than the right one, or none; `via`: where an address is reached.
   */
  notify(
    reference: string,
    over?: { readonly signature?: string | null; readonly via?: (url: string) => string },
  ): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** Calls that one overload refuses. */
const OVERLOADED_CALLS = 2;

export async function openPagBankSimulator(options: {
  readonly env: Env;
  readonly token: string;
  /** How far its clock is ahead. */
  readonly skewMs?: number;
  /** What payers do of whom nothing else was said; they pay by default. */
  readonly payer?: OrderPayer;
  /** Whether the account may charge; a new one may not, until PagBank lets it. */
  readonly isEnabled?: boolean;
}): Promise<PagBankSimulator> {
  const { env, token, skewMs = 0, payer = 'pays', isEnabled = true } = options;
  const faults = planFaults<PagBankFault>();
  const { strikes } = faults;
  let passedMs = 0;
  const now = (): number => env.now() + skewMs + passedMs;
  const books = createSimulatedPagBank({ env, now, strikes, payer });

  const serve = ({ method, url, headers, text }: SimulatedCall): Served => {
    const path = url.pathname;
    if (headers.authorization !== `Bearer ${token}`)
      return { kind: 'reply', reply: refusal(401, 'UNAUTHORIZED', 'authorization') };
    if (!isEnabled) return { kind: 'reply', reply: refusal(403, 'ACCESS_DENIED', 'authorization') };
    // What only looks ahead of a sale or a refund is spared, so that faults strike what moves money.
    const isSpared = path === PROBE_PATH || (method === 'GET' && path.startsWith('/charges/'));
    const struck = isSpared
      ? undefined
      : strikes('lost_before', 'lost_after', 'late', 'broken', 'overloaded');
    if (struck === 'lost_before') return { kind: 'cut' };
    if (struck === 'overloaded')
      return { kind: 'reply', reply: { status: 503, body: 'upstream connect error' } };
    const key = String(headers['x-idempotency-key'] ?? '');
    const reply = books.route({ method, path, text, key });
    if (struck === 'late') return { kind: 'held' };
    if (struck === 'lost_after') return { kind: 'cut_inside', status: reply.status };
    return { kind: 'reply', reply: struck === 'broken' ? { status: reply.status, body: '{"id": "' } : reply };
  };
  const server = await openSimulatedServer({ now, errorType: 'application/json', serve });
  const ofReference = (reference: string): SimulatedOrder | undefined =>
    [...books.orders.values()].find((order) => order.reference === reference);

  return {
    baseUrl: server.origin,
    orders: books.orders,
    hanging: server.hanging,
    payers: books.payers,
    fault: (kind) =>
      faults.plan(...Array.from({ length: kind === 'overloaded' ? OVERLOADED_CALLS : 1 }, () => kind)),
    heal: faults.heal,
    pass: (ms) => {
      passedMs += ms;
    },
    pay(reference) {
      const order = ofReference(reference);
      if (order === undefined || order.charges.length > 0) return false;
      books.settle(order);
      return true;
    },
    async notify(reference, { signature, via = (url: string) => url } = {}) {
      const order = ofReference(reference);
      if (order === undefined) return [];
      const body = JSON.stringify(books.said(order));
      const signed = signature === undefined ? pagBankSignature(token, Buffer.from(body)) : signature;
      const headers = {
        'content-type': 'application/json',
        ...(signed === null ? {} : { [SIGNATURE_HEADER]: signed }),
      };
      const answers = order.notificationUrls.map((url) => fetch(via(url), { method: 'POST', headers, body }));
      return (await Promise.all(answers)).map(({ status }) => status);
    },
    close: server.close,
  };
}

/** The cloud's charge routes in front of a provider in memory: over a true socket, with whatever the network may do to it. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Id } from '@totem/domain';
import type { Charge, PaymentPort, RefundOrder } from '@totem/drivers/payment';

export interface ChargeServer {
  readonly url: string;
  close(): Promise<void>;
}

interface Body {
  readonly ticketId?: string;
  readonly amountCents?: Charge['amountCents'];
  readonly reason?: string;
}

const PATH = /^\/v1\/charges\/([0-9a-f-]{36})(?:\/(cancel)|\/refunds\/([0-9a-f-]{36}))?$/;

/** @param portOf the provider as a program finds it. */
export async function serveCharges(portOf: () => PaymentPort): Promise<ChargeServer> {
  const charges = new Map<string, Charge>();
  const orders = new Map<string, RefundOrder>();

  const answer = async (request: IncomingMessage): Promise<readonly [number, unknown]> => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const body = await bodyOf(request);
    const port = portOf();
    if (url.pathname === '/v1/charge-readiness') return [200, await port.ready()];
    const [, attemptId = '', cancel, refundId] = PATH.exec(url.pathname) ?? [];
    const known = charges.get(attemptId);
    if (request.method === 'PUT') {
      if (body.ticketId === undefined) return [422, { code: 'invalid_request' }];
      const charge = { ...(body as unknown as Charge), attemptId };
      if (known !== undefined) return [200, await port.ask(known)];
      charges.set(attemptId, charge);
      return [200, await port.request(charge)];
    }
    if (known === undefined) return [404, { code: 'not_found' }];
    if (cancel !== undefined) return [200, await port.cancel(known)];
    if (refundId === undefined) return [200, await port.ask(known)];
    const order = orders.get(refundId);
    if (request.method === 'GET')
      return order === undefined ? [404, { code: 'not_found' }] : [200, await port.askRefund(order)];
    if (order !== undefined) return [200, await port.askRefund(order)];
    const { amountCents = known.amountCents, reason = '' } = body;
    const proof = { externalId: known.externalId, amountCents: known.amountCents, currency: known.currency };
    const made: RefundOrder = { refundId, charge: known, proof, amountCents, reason };
    orders.set(refundId, made);
    return [200, await port.refund(made)];
  };

  const server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return parts.length === 0 ? {} : (JSON.parse(Buffer.concat(parts).toString('utf8')) as Body);
}

/** The ticket of every attempt, where a test has none. */
export const ANY_TICKET = '0190b6a0-0000-7000-8000-000000000001' as Id<'ticket'>;

/** Pix by the cloud: the suite of all adapters over true sockets, and what a lost, late or broken answer is taken for. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cents, newId, ProblemError } from '@totem/domain';
import type { Charge, PaymentPort } from '@totem/drivers/payment';
import {
  describePaymentPort,
  happenings,
  live,
  memoryRig,
  type Rig,
} from '@totem/drivers/payment-conformance';
import { proof } from '@totem/testkit/proof';
import { virtualWorld } from '@totem/testkit/virtual';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { CloudLink, CloudRequest, LinkState } from '../link/cloud-link.ts';
import { createCloudChargePort } from './cloud-charges.ts';
import { ANY_TICKET, serveCharges } from './testing/charge-server.ts';

/** A link without a device's token: what the port needs of it. */
function linkTo(
  url: string,
  onSent: (isOver: boolean) => void = () => undefined,
  state?: LinkState,
): CloudLink {
  const request = async ({ method, path, body, headers, signal }: CloudRequest): Promise<Response> => {
    onSent(false);
    try {
      const response = await fetch(`${url}${path}`, {
        method,
        ...(body === undefined ? {} : { body }),
        ...(headers === undefined ? {} : { headers }),
        ...(signal === undefined ? {} : { signal }),
      });
      return new Response(await response.text(), response);
    } catch (cause) {
      throw new ProblemError('unreachable', { cause });
    } finally {
      onSent(true);
    }
  };
  return { request, state: () => state ?? { state: 'unknown' } } as unknown as CloudLink;
}

async function openCloudRig(): Promise<Rig> {
  let inFlight = 0;
  const rig = memoryRig('polled', { isBusy: () => inFlight > 0 });
  const server = await serveCharges(() => rig.open());
  const link = linkTo(server.url, (isOver) => {
    inFlight += isOver ? -1 : 1;
  });
  const { env, timers } = rig.clock;
  return {
    ...rig,
    open: () => createCloudChargePort({ link, env, timers, ticketOf: () => ANY_TICKET }),
    close: () => server.close(),
  };
}

describe('Pix by the cloud', () => {
  const what = { name: 'pix by the cloud', open: openCloudRig };
  describePaymentPort(what);

  const runs = proof('payment/any interleaving, Pix by the cloud', { share: 25, full: 1_500, unit: 'seeds' });
  it('I-PAD-1: 13: whatever happens in whatever order, both books say the same in the end', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, (all) => live(what, all)),
      { numRuns: runs },
    );
  });
});

describe('what is not an answer', () => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  const { env, timers } = virtualWorld();
  const charge: Charge = {
    attemptId: newId<'payment_session'>(env),
    externalId: 'f'.repeat(32),
    amountCents: cents(500),
    currency: 'BRL',
    reference: 'A001',
    expiresInSeconds: 120,
  };
  const portOver = async (listener: RequestListener): Promise<PaymentPort> => {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    });
    const link = linkTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return createCloudChargePort({ link, env, timers, ticketOf: () => ANY_TICKET });
  };
  const saying = (status: number, body: unknown) =>
    portOver((_, response) => response.writeHead(status).end(JSON.stringify(body)));

  it.each([
    ['a refusal of the cloud', 409, { code: 'payment_unavailable' }, 'not_sent', 'unknown'],
    ['that something is there already', 409, { code: 'payment_exists' }, 'unknown', 'unknown'],
    ['a charge that the cloud does not know', 404, { code: 'not_found' }, 'not_sent', 'absent'],
    ['a fault of the cloud', 500, { code: 'internal_error' }, 'unknown', 'unknown'],
    ['a stranger in between', 403, '<html>', 'unknown', 'unknown'],
    ['another shape', 200, { kind: 'paid' }, 'unknown', 'unknown'],
    [
      'a proof without an amount',
      200,
      { kind: 'confirmed', proof: { externalId: 'x' } },
      'unknown',
      'unknown',
    ],
  ] as const)('%s', async (_, status, body, requested, asked) => {
    const port = await saying(status, body);
    expect((await port.request(charge)).kind).toBe(requested);
    expect((await port.ask(charge)).kind).toBe(asked);
    expect((await port.cancel(charge)).kind).toBe(asked);
  });

  it.each([
    ['a refusal of the cloud', 409, { code: 'refund_exceeds' }, 'failed', 'unknown'],
    ['a device that is not let in', 403, { code: 'forbidden' }, 'failed', 'unknown'],
    ['that something is there already', 409, { code: 'payment_exists' }, 'unknown', 'unknown'],
    ['a refund that the cloud does not know', 404, { code: 'not_found' }, 'failed', 'failed'],
    ['a fault of the cloud', 500, { code: 'internal_error' }, 'unknown', 'unknown'],
    ['a stranger in between', 403, '<html>', 'unknown', 'unknown'],
  ] as const)('of a refund: %s', async (_, status, body, requested, asked) => {
    const port = await saying(status, body);
    const proof = { externalId: 'E1', amountCents: cents(500), currency: 'BRL' } as const;
    const order = { refundId: 'a'.repeat(32), charge, proof, amountCents: cents(500), reason: 'not given' };
    expect((await port.refund(order)).kind).toBe(requested);
    expect((await port.askRefund(order)).kind).toBe(asked);
  });

  it('I-PAD-2: nobody at the other end, and a connection that breaks off, are no refusals', async () => {
    const gone = await portOver((request) => request.socket.destroy());
    expect(await gone.request(charge)).toEqual({ kind: 'unknown', cause: 'unreachable' });
    expect(await gone.ready()).toEqual({ ready: false, cause: 'unreachable' });
  });

  it('without a link nobody is asked whether it can be offered', async () => {
    const down = { state: 'down', since: '2026-11-23T12:00:00.000Z', cause: 'no_link' } as const;
    const link = linkTo('http://127.0.0.1:9', () => expect.unreachable(), down);
    const port = createCloudChargePort({ link, env, timers, ticketOf: () => ANY_TICKET });
    expect(await port.ready()).toEqual({ ready: false, cause: 'no_connection' });
  });
});

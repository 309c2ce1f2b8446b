/** The Pix adapter and its simulator on a true socket, as the suite wants them. */

import { createHttpSend, type HttpSend } from '../../../http/send.ts';
import { driveClock } from '../../../payment/conformance/drive-clock.ts';
import type { Customer, Rig, RigFault } from '../../../payment/conformance/rig.ts';
import { createPixPort } from '../adapter.ts';
import { createPixApi, type PixConfig } from '../api.ts';
import type { Payer, PixFault } from '../simulated-bank.ts';
import { openPixSimulator, type PixSimulator } from '../simulator.ts';

const SECRET = 'client-secret-that-stays-here';

/** A payer whose bank refuses looks to the host like one who walks away. */
const PAYER_OF: Readonly<Record<Customer, Payer>> = {
  pays: 'pays',
  is_declined: 'walks_away',
  cancels: 'walks_away',
  walks_away: 'walks_away',
  pays_at_last: 'pays_at_last',
};

const FAULT_OF: Partial<Record<RigFault, PixFault>> = {
  answer_lost: 'lost_after',
  request_lost: 'lost_before',
  answer_late: 'late',
  answer_broken: 'broken',
  overloaded: 'overloaded',
  amount_changed: 'other_amount',
  refund_fails: 'refund_fails',
  power_cut: 'lost_before',
};

export interface PixRig extends Rig {
  readonly simulator: PixSimulator;
  readonly config: PixConfig;
}

export async function openPixRig(over: { skewMs?: number; tellsCopyCode?: boolean } = {}): Promise<PixRig> {
  let inFlight = 0;
  const clock = driveClock({ isBusy: () => inFlight > simulator.hanging() });
  const account = { clientId: 'kiosk', clientSecret: SECRET };
  const simulator = await openPixSimulator({ env: clock.env, ...account, ...over });
  const http = createHttpSend(clock.timers);
  const traces: string[] = [];
  let refusals = 0;
  const send: HttpSend = async (request) => {
    inFlight += 1;
    try {
      const isRefused = refusals > 0 && !request.url.endsWith('/token');
      if (isRefused) refusals -= 1;
      // Nobody listens on port 9.
      const result = await http.send(isRefused ? { ...request, url: 'http://127.0.0.1:9/' } : request);
      if (result.kind !== 'answer') traces.push(result.cause);
      return result;
    } finally {
      inFlight -= 1;
    }
  };
  const config: PixConfig = {
    ...account,
    baseUrl: simulator.baseUrl,
    tokenUrl: simulator.tokenUrl,
    key: '7d9f0335-8dcc-4054-9bf9-0dbd61d36906',
    merchantName: 'Loja Totem',
    merchantCity: 'São Paulo',
  };
  return {
    clock,
    simulator,
    config,
    open: () => createPixPort(config, createPixApi(config, { env: clock.env, timers: clock.timers, send })),
    customers: (...next) => simulator.payers(...next.map((one) => PAYER_OF[one])),
    fault(kind) {
      if (kind === 'refused') refusals += 1;
      else {
        const fault = FAULT_OF[kind];
        if (fault === undefined) return false;
        simulator.fault(fault);
      }
      return true;
    },
    paysLate: (externalId) => simulator.pay(externalId),
    books: () =>
      [...simulator.cobs.values()].flatMap((cob) =>
        cob.pix.map(({ valorCents, refunds }) => ({
          id: cob.txid,
          chargedCents: valorCents,
          refundedCents: refunds
            .filter(({ status }) => status === 'DEVOLVIDO')
            .reduce((sum, { valorCents: one }) => sum + one, 0),
        })),
      ),
    held: () => 0,
    heal() {
      refusals = 0;
      simulator.heal();
    },
    traces: () => traces,
    secrets: [SECRET],
    async close() {
      http.close();
      await simulator.close();
    },
  };
}

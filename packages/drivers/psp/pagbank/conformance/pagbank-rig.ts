/** The PagBank adapter and its simulator on a true socket, as the suite wants them. */

import { createHttpSend, type HttpSend } from '../../../http/send.ts';
import { driveClock } from '../../../payment/conformance/drive-clock.ts';
import type { Customer, Rig, RigFault } from '../../../payment/conformance/rig.ts';
import { createPagBankPort } from '../adapter.ts';
import { createPagBankApi, type PagBankApi, type PagBankConfig, PROBE_PATH } from '../api.ts';
import type { OrderPayer, PagBankFault } from '../simulated-books.ts';
import { openPagBankSimulator, type PagBankSimulator } from '../simulator.ts';
import { type MemoryOrderBook, memoryOrderBook } from './memory-order-book.ts';

const TOKEN = 'token-that-stays-here';

/** A payer whose bank refuses looks to the host like one who walks away; nobody can take an order away, so none is the last. */
const PAYER_OF: Readonly<Record<Customer, OrderPayer>> = {
  pays: 'pays',
  is_declined: 'walks_away',
  cancels: 'walks_away',
  walks_away: 'walks_away',
  pays_at_last: 'pays',
};

const FAULT_OF: Partial<Record<RigFault, PagBankFault>> = {
  answer_lost: 'lost_after',
  request_lost: 'lost_before',
  answer_late: 'late',
  answer_broken: 'broken',
  overloaded: 'overloaded',
  amount_changed: 'other_amount',
  power_cut: 'lost_before',
};

export interface PagBankRig extends Rig {
  readonly simulator: PagBankSimulator;
  readonly config: PagBankConfig;
  readonly book: MemoryOrderBook;
  openApi(over?: Partial<PagBankConfig>): PagBankApi;
}

export async function openPagBankRig(
  over: { skewMs?: number; isEnabled?: boolean } = {},
): Promise<PagBankRig> {
  let inFlight = 0;
  const clock = driveClock({ isBusy: () => inFlight > simulator.hanging() });
  const simulator = await openPagBankSimulator({ env: clock.env, token: TOKEN, ...over });
  const http = createHttpSend(clock.timers);
  const book = memoryOrderBook(clock.env);
  const traces: string[] = [];
  let refusals = 0;
  const send: HttpSend = async (request) => {
    inFlight += 1;
    try {
      const isRefused = refusals > 0 && !request.url.endsWith(PROBE_PATH);
      if (isRefused) refusals -= 1;
      // Nobody listens on port 9.
      const result = await http.send(isRefused ? { ...request, url: 'http://127.0.0.1:9/' } : request);
      if (result.kind !== 'answer') traces.push(result.cause);
      return result;
    } finally {
      inFlight -= 1;
    }
  };
  const config: PagBankConfig = {
    baseUrl: simulator.baseUrl,
    token: TOKEN,
    customer: { name: 'Loja Totem', email: 'loja@example.com', taxId: '12345678000195' },
  };
  const openApi = (changed: Partial<PagBankConfig> = {}): PagBankApi =>
    createPagBankApi({ ...config, ...changed }, { env: clock.env, timers: clock.timers, send });
  return {
    clock,
    simulator,
    config,
    book,
    openApi,
    open: () => createPagBankPort(config, { api: openApi(), book, env: clock.env }),
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
    // Nobody pays a code that nobody has seen: it is shown only once its name is in the book.
    paysLate: (externalId) => book.orders.get(externalId)?.orderId != null && simulator.pay(externalId),
    books: () =>
      [...simulator.orders.values()].flatMap(({ id, charges }) =>
        charges.map(({ valueCents, refundedCents }) => ({
          id,
          chargedCents: valueCents,
          refundedCents,
        })),
      ),
    held: () => 0,
    heal() {
      refusals = 0;
      simulator.heal();
    },
    traces: () => traces,
    secrets: [TOKEN],
    async close() {
      http.close();
      await simulator.close();
    },
  };
}

/** The AutoTEF adapter and its simulator on a true socket, as the suite wants them. */
import { cents, type PaymentProof } from '@totem/domain';
import type { HttpSend } from '../../../http/send.ts';
import { driveClock } from '../../../payment/conformance/drive-clock.ts';
import type { Customer, Rig, RigFault } from '../../../payment/conformance/rig.ts';
import { type AutoTefConfig, createAutoTefPort, createAutoTefWire } from '../adapter.ts';
import {
  type AutoTefFault,
  type AutoTefHolder,
  type AutoTefSimulator,
  openAutoTefSimulator,
} from '../simulator.ts';

/** A card that is put away is cancelled at the pinpad; who pays at the last moment has paid. */
const HOLDER_OF: Readonly<Record<Customer, AutoTefHolder>> = {
  pays: 'pays',
  pays_at_last: 'pays',
  is_declined: 'is_declined',
  cancels: 'cancels',
  walks_away: 'cancels',
};

const FAULT_OF: Partial<Record<RigFault, AutoTefFault>> = {
  answer_lost: 'lost_after',
  request_lost: 'lost_before',
  answer_late: 'slow',
  answer_broken: 'broken',
  overloaded: 'stumbles',
  amount_changed: 'other_amount',
  power_cut: 'lost_before',
};

export interface AutoTefRig extends Rig {
  readonly simulator: AutoTefSimulator;
  readonly config: AutoTefConfig;
}

export async function openAutoTefRig(): Promise<AutoTefRig> {
  let inFlight = 0;
  const clock = driveClock({ isBusy: () => inFlight > simulator.waiting() });
  const simulator = await openAutoTefSimulator(clock);
  const config: AutoTefConfig = {
    baseUrl: simulator.baseUrl,
    stoneCode: '123456789',
    connectionName: 'COM4',
    partnerName: 'Totem',
  };
  const wire = createAutoTefWire(clock.timers);
  const traces: string[] = [];
  let refusals = 0;
  const counted =
    (send: HttpSend, canBeRefused: boolean): HttpSend =>
    async (request) => {
      inFlight += 1;
      try {
        const isRefused = canBeRefused && refusals > 0;
        if (isRefused) refusals -= 1;
        // Nobody listens on port 9.
        const result = await send(isRefused ? { ...request, url: 'http://127.0.0.1:9/' } : request);
        if (result.kind !== 'answer') traces.push(result.cause);
        return result;
      } finally {
        inFlight -= 1;
      }
    };
  /** The sale as Stone's own list shows it. Each sale of the suite has its own amount. */
  const listed = (amountCents: number): PaymentProof | undefined => {
    const sale = simulator.sales.find((one) => one.amountCents === amountCents);
    return (
      sale && {
        externalId: sale.key,
        amountCents: cents(sale.amountCents),
        currency: 'BRL',
        network: 'STONE',
        finalizationKey: String(sale.type),
        lastFour: '1111',
      }
    );
  };
  return {
    clock,
    simulator,
    config,
    open: () =>
      createAutoTefPort(config, {
        timers: clock.timers,
        wire: { sale: counted(wire.sale, true), look: counted(wire.look, false), close: wire.close },
      }),
    customers: (...next) => simulator.holders(...next.map((one) => HOLDER_OF[one])),
    fault(kind) {
      if (kind === 'refused') refusals += 1;
      else {
        const fault = FAULT_OF[kind];
        if (fault === undefined) return false;
        simulator.fault(fault);
      }
      return true;
    },
    paysLate: () => false,
    portal: ({ amountCents }) =>
      simulator.atPinpad() === undefined ? (listed(amountCents) ?? null) : undefined,
    books: () =>
      simulator.sales.map(({ key, amountCents, isCancelled }) => ({
        id: key,
        chargedCents: amountCents,
        refundedCents: isCancelled ? amountCents : 0,
      })),
    held: () => 0,
    heal() {
      refusals = 0;
      simulator.heal();
    },
    traces: () => traces,
    secrets: ['4111111111111111', '411111', 'A CUSTOMER'],
    async close() {
      wire.close();
      await simulator.close();
    },
  };
}

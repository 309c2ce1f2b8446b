/** The TEF adapter and a simulated payment manager over true files, as the suite wants them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { driveClock } from '../../../payment/conformance/drive-clock.ts';
import type { Customer, Rig, RigFault } from '../../../payment/conformance/rig.ts';
import { createTefPort } from '../adapter.ts';
import type { TefProfile } from '../profile.ts';
import { type CardHolder, openTefSimulator, type TefFault, type TefSimulator } from '../simulator.ts';

/** A card that is put away is cancelled at the pinpad; who pays at the last moment has paid. */
const HOLDER_OF: Readonly<Record<Customer, CardHolder>> = {
  pays: 'pays',
  pays_at_last: 'pays',
  is_declined: 'is_declined',
  cancels: 'cancels',
  walks_away: 'cancels',
};

const FAULT_OF: Partial<Record<RigFault, TefFault>> = {
  refused: 'asleep',
  answer_lost: 'answer_lost',
  request_lost: 'forgotten',
  answer_late: 'slow',
  answer_twice: 'answered_twice',
  answer_stale: 'stale_first',
  answer_broken: 'half_written',
  amount_changed: 'other_amount',
  leg_lost: 'leg_untold',
  power_cut: 'forgotten',
};

export interface TefRig extends Rig {
  readonly simulator: TefSimulator;
  readonly profile: TefProfile;
}

export function openTefRig(
  profileOf: (folders: { requestDir: string; responseDir: string }) => TefProfile,
  file?: string,
): TefRig {
  const dir = mkdtempSync(join(tmpdir(), 'totem-tef-'));
  const profile = profileOf({ requestDir: join(dir, 'REQ'), responseDir: join(dir, 'RESP') });
  const clock = driveClock({ step: () => simulator.step() });
  const simulator = openTefSimulator(profile, clock.env, file === undefined ? {} : { file });
  return {
    clock,
    simulator,
    profile,
    open: () => createTefPort(profile, clock),
    customers: (...next) => simulator.cardHolders(...next.map((one) => HOLDER_OF[one])),
    fault(kind) {
      const fault = FAULT_OF[kind];
      if (fault !== undefined) simulator.fault(fault);
      return fault !== undefined;
    },
    paysLate: () => false,
    books: () =>
      simulator.transactions
        .filter(({ state, cancels }) => state === 'confirmed' && cancels === undefined)
        .map(({ nsu, amountCents }) => ({
          id: nsu,
          chargedCents: amountCents,
          refundedCents: simulator.transactions
            .filter(({ state, cancels }) => state === 'confirmed' && cancels === nsu)
            .reduce((sum, { amountCents: one }) => sum + one, 0),
        })),
    held: () => simulator.transactions.filter(({ state }) => state === 'pending').length,
    heal: () => simulator.heal(),
    traces: () => [],
    secrets: ['4111111111111111', 'A CUSTOMER'],
    close: async () => rmSync(dir, { recursive: true, force: true }),
  };
}

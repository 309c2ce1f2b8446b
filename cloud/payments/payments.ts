/** The room of payments, put together: connections to providers, and the desks that use them. */
import type { Env, Timers } from '@totem/domain';
import type { Log } from '@totem/host';
import type { Database } from '../db/pool.ts';
import type { Job } from '../jobs/schedule.ts';
import type { Vault } from '../secrets/vault.ts';
import { type ChargeDesk, createChargeDesk } from './charge-desk.ts';
import { TELL_LATE_EVERY_MS, tellLateMoney } from './late-money.ts';
import { createProviderHints, type ProviderHints } from './provider-hints.ts';
import { createPspPorts, type PspAccountRow, type PspPorts } from './psp-ports.ts';
import { RECONCILE_EVERY_MS, type ReconciliationRow, reconcileDay, reconcileDue } from './reconcile.ts';
import { createRefundDesk, type RefundDesk, SETTLE_REFUNDS_EVERY_MS } from './refund-desk.ts';

export interface Payments {
  readonly timers: Timers;
  readonly ports: PspPorts;
  readonly charges: ChargeDesk;
  readonly refunds: RefundDesk;
  readonly hints: ProviderHints;
  /** Compares a day of UTC with the provider's list. */
  reconcile(account: PspAccountRow, day: string): Promise<ReconciliationRow>;
  readonly jobs: readonly Job[];
  /** Answers those who wait. */
  drain(): void;
  close(): Promise<void>;
}

export function createPayments(parts: {
  readonly db: Database;
  readonly env: Env;
  readonly timers: Timers;
  readonly log: Log;
  readonly vault: Vault;
  readonly allowsLoopback: boolean;
  readonly publicUrl: string;
}): Payments {
  const ports = createPspPorts(parts);
  const charges = createChargeDesk({ ...parts, ports });
  const refunds = createRefundDesk({ ...parts, ports });
  const hints = createProviderHints({ ...parts, charges });
  const books = { ...parts, ports, charges };
  return {
    timers: parts.timers,
    ports,
    charges,
    refunds,
    hints,
    reconcile: (account, day) => reconcileDay(books, account, day),
    jobs: [
      { name: 'settle_refunds', everyMs: SETTLE_REFUNDS_EVERY_MS, run: () => refunds.settleOpen() },
      { name: 'tell_late_money', everyMs: TELL_LATE_EVERY_MS, run: () => tellLateMoney(parts) },
      { name: 'reconcile_payments', everyMs: RECONCILE_EVERY_MS, run: () => reconcileDue(books) },
    ],
    drain: () => charges.close(),
    close: async () => {
      await hints.idle();
      ports.close();
    },
  };
}

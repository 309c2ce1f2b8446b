/** A place that sells, for the suite: a program that can be killed at any crash point, over books that outlive it. */
import { cents, newId } from '@totem/domain';
import { type Cashier, CRASH_POINTS, type CrashPoint, createCashier, type SaleEnd } from '../cashier.ts';
import type { Charge, PaymentPort, ReceiptLines, RefundOrder, ToShow } from '../port.ts';
import { type MemoryJournal, memoryJournal } from './memory-journal.ts';
import type { Rig } from './rig.ts';

/** The program ends here, as by kill -9. */
export class Crash extends Error {}

export interface SaleWish {
  readonly amountCents?: number;
  readonly expiresInSeconds?: number;
  readonly deliver?: (receipt: ReceiptLines | undefined) => boolean;
  readonly onShow?: (show: ToShow) => void;
  readonly cancel?: AbortSignal;
  readonly ticket?: string;
}

export interface Shop {
  readonly journal: MemoryJournal;
  cashier(): Cashier;
  port(): PaymentPort;
  /** Attempts for which something was delivered. */
  readonly served: ReadonlySet<string>;
  charge(wish?: SaleWish): Charge;
  sell(wish?: SaleWish): Promise<SaleEnd>;
  sellCharge(charge: Charge, wish?: SaleWish): Promise<SaleEnd>;
  /** The next passing of this point is the last thing that the program does. Undefined: it goes on. */
  crashAt(point: CrashPoint | undefined): void;
  restart(): void;
  /** Settles as often as a totem does in some minutes; what it cannot find out, a person does. @returns whether nothing is open any more. */
  recover(): Promise<boolean>;
  refund(charge: Charge, amountCents: number): Promise<string>;
}

/** Settling is tried again every half minute. */
const RECOVER_EVERY_MS = 30_000;
const RECOVER_TIMES = 20;

export function openShop(rig: Rig): Shop {
  const tickets = new Map<string, string>();
  const journal = memoryJournal((id) => tickets.get(id) ?? id);
  const served = new Set<string>();
  let planned: CrashPoint | undefined;
  let sales = 0;
  const at = (point: CrashPoint): void => {
    if (point !== planned) return;
    planned = undefined;
    throw new Crash(point);
  };
  let port = rig.open();
  const start = (): Cashier => createCashier({ port, journal, timers: rig.clock.timers, at });
  let cashier = start();

  const shop: Shop = {
    journal,
    served,
    cashier: () => cashier,
    port: () => port,
    charge(wish = {}) {
      sales += 1;
      const attemptId = newId<'payment_session'>(rig.clock.env);
      if (wish.ticket !== undefined) tickets.set(attemptId, wish.ticket);
      return {
        attemptId,
        externalId: attemptId.replaceAll('-', ''),
        // Each sale its own amount, so that books that only happen to have the same sum do not agree.
        amountCents: cents(wish.amountCents ?? 1_000 + sales * 7),
        currency: 'BRL',
        reference: `A${String(sales).padStart(3, '0')}`,
        expiresInSeconds: wish.expiresInSeconds ?? 40,
      };
    },
    async sell(wish) {
      const end = await shop.sellCharge(shop.charge(wish), wish);
      // The terminal had to be rid of an earlier sale first: this one has not begun, and starts again.
      return end.cause === 'terminal_pending' ? shop.sellCharge(shop.charge(wish), wish) : end;
    },
    sellCharge: (charge, wish = {}) =>
      rig.clock.run(
        cashier.sell({
          charge,
          ...(wish.cancel === undefined ? {} : { cancel: wish.cancel }),
          onShow: (show) => wish.onShow?.(show),
          deliver: async (receipt) => {
            const isDelivered = wish.deliver?.(receipt) ?? true;
            if (isDelivered) served.add(charge.attemptId);
            return isDelivered;
          },
        }),
      ),
    crashAt(point) {
      planned = point;
    },
    restart() {
      planned = undefined;
      port = rig.open();
      cashier = start();
    },
    async recover() {
      for (let times = 0; times < RECOVER_TIMES; times += 1) {
        if (await rig.clock.run(cashier.recover())) return true;
        for (const { charge, attempt } of journal.unsettled()) {
          const found = attempt.phase === 'unknown' ? rig.portal?.(charge) : undefined;
          if (found !== undefined) await rig.clock.run(cashier.decide(charge.attemptId, found));
        }
        rig.clock.pass(RECOVER_EVERY_MS);
      }
      return false;
    },
    refund(charge, amountCents) {
      const proof = journal.read(charge.attemptId)?.attempt.proof;
      if (proof == null) throw new Error('there is nothing to refund');
      const order: RefundOrder = {
        refundId: newId<'refund'>(rig.clock.env).replaceAll('-', ''),
        charge,
        proof,
        amountCents: cents(amountCents),
        reason: 'not given',
      };
      return rig.clock.run(cashier.refund(charge.attemptId, order));
    },
  };
  return shop;
}

/** Crash points that a sale can pass; the others are passed by refunds. */
export const SALE_POINTS = CRASH_POINTS.filter((point) => !point.startsWith('refund'));

/**
 * A till: one terminal or provider of this totem, with its journal and its cashier. It charges what the ticket says, which is
 * what the customer has seen and agreed to, and settles at a start, and again and again, whatever is still open.
 */
import {
  type Env,
  isInFlight,
  newId,
  type PaymentMeans,
  type PaymentPhase,
  type PaymentProof,
  ProblemError,
  type TicketRow,
  type Timers,
  ticketTable,
} from '@totem/domain';
import {
  type AttemptRecord,
  type Capabilities,
  type Charge,
  type CrashPoint,
  createCashier,
  type PaymentPort,
  type Readiness,
  type RefundOrder,
  type SaleEnd,
  type SaleOrder,
} from '@totem/drivers/payment';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { rowByKey } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { createTotemJournal, type TotemJournalParts } from './journal.ts';

/** Between two tries to settle what is open. */
export const SETTLE_EVERY_MS = 30_000;
/** How long a customer has for Pix; a terminal has its own time. */
const CUSTOMER_SECONDS = 180;
const CURRENCY = 'BRL';

export interface TillParts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly device: Device;
  readonly timers: Timers;
  readonly port: PaymentPort;
  /** Names the terminal: one attempt at a time holds it. */
  readonly terminal: string;
  /** See `TotemJournalParts`. */
  readonly onEnqueued?: NonNullable<TotemJournalParts['onEnqueued']>;
  /** Called at each crash point; left out in production. */
  readonly at?: (point: CrashPoint) => void;
}

export interface PayOrder extends Omit<SaleOrder, 'charge'> {
  /** The attempt that is about to be made; the last one counts. */
  onAttempt?(attemptId: string): void;
}

export interface Till {
  readonly capabilities: Capabilities;
  readonly currency: string;
  /** How long a customer has, where they are not at a terminal that has its own time. */
  readonly customerMs: number;
  /** Whether a customer may be offered it now: the other side is there, and nothing at this terminal is open. */
  ready(): Promise<Readiness>;
  /**
   * Takes the payment of a ticket. A terminal that first had to be rid of an older sale is asked once more.
   * @throws ProblemError `ticket_not_found`, `payment_method_closed`, `payment_already_paid`, `payment_in_progress`,
   * `terminal_busy`, `payment_amount`, `storage_fault`.
   */
  pay(ticketId: string, order: PayOrder): Promise<SaleEnd>;
  /** Settles what is open. @returns whether nothing is any more. */
  settle(): Promise<boolean>;
  /** Somebody says that something happened to an attempt: its provider is asked. */
  hint(attemptId: string): Promise<SaleEnd>;
  /** Attempts of which only a person can find out what became, oldest first: none where the other side can be asked. */
  doubts(): readonly AttemptRecord[];
  /** A person has found out. @throws ProblemError `payment_not_found`, `payment_phase`, `payment_amount_differs`, `storage_fault`. */
  decide(attemptId: string, found: PaymentProof | null): Promise<PaymentPhase>;
  refund(attemptId: string, amountCents: RefundOrder['amountCents'], reason: string): Promise<string>;
  /** Settles now and for as long as something is open, until it is stopped. */
  start(): () => void;
}

/** A till under the name that the screen has for it. */
export interface NamedTill {
  readonly means: PaymentMeans;
  readonly till: Till;
}

export function openTill(parts: TillParts): Till {
  const { store, clock, device, timers, port, terminal, at } = parts;
  const { env } = clock;
  const journal = createTotemJournal({
    ...parts,
    terminal,
    adapter: port.name,
    method: port.capabilities.method,
  });
  const cashier = createCashier({ port, journal, timers, ...(at === undefined ? {} : { at }) });

  const till: Till = {
    capabilities: port.capabilities,
    currency: CURRENCY,
    customerMs: CUSTOMER_SECONDS * 1_000,
    async ready() {
      // A refund that is on its way holds nobody up.
      const isHeld = journal
        .unsettled()
        .some(({ attempt, owed }) => isInFlight(attempt.phase) || owed !== null);
      return !isHeld ? port.ready() : { ready: false, cause: 'terminal_busy' };
    },
    async pay(ticketId, { onAttempt, ...order }) {
      const ticket = store.read((db) => rowByKey(db, ticketTable, device.tenantId, ticketId));
      if (ticket === undefined) throw new ProblemError('ticket_not_found');
      const sell = (): Promise<SaleEnd> => {
        const charge = chargeOf(env, ticket);
        const forget = journal.forTicket(charge, ticketId);
        onAttempt?.(charge.attemptId);
        return cashier.sell({ ...order, charge }).finally(forget);
      };
      const end = await sell();
      return end.cause === 'terminal_pending' ? sell() : end;
    },
    settle: () => cashier.recover(),
    hint: (attemptId) => cashier.hint(attemptId),
    doubts: () =>
      port.capabilities.canAsk
        ? []
        : journal.unsettled().filter(({ attempt }) => attempt.phase === 'unknown'),
    decide: (attemptId, found) => cashier.decide(attemptId, found),
    async refund(attemptId, amountCents, reason) {
      const record = journal.read(attemptId);
      if (record === undefined) throw new ProblemError('payment_not_found');
      const { proof } = record.attempt;
      if (proof === null) throw new ProblemError('refund_not_paid');
      const refundId = newId<'refund'>(env).replaceAll('-', '');
      return cashier.refund(attemptId, { refundId, charge: record.charge, proof, amountCents, reason });
    },
    start() {
      let isStopped = false;
      let stopWaiting = (): void => undefined;
      const settle = async (): Promise<void> => {
        // A disk that refuses now may be there at the next try; what is open stays open until then.
        await till.settle().catch(() => false);
        if (!isStopped) stopWaiting = timers.after(SETTLE_EVERY_MS, () => void settle());
      };
      void settle();
      return () => {
        isStopped = true;
        stopWaiting();
      };
    },
  };
  return till;
}

function chargeOf(env: Env, ticket: TicketRow): Charge {
  const attemptId = newId<'payment_session'>(env);
  return {
    attemptId,
    externalId: attemptId.replaceAll('-', ''),
    amountCents: ticket.priceCents,
    currency: CURRENCY,
    reference: ticket.code,
    expiresInSeconds: CUSTOMER_SECONDS,
  };
}

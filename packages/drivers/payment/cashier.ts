/**
 * The cashier: takes one attempt from the intent to its end, over any adapter and any journal. Its order makes a power cut
 * harmless: what is about to happen is on disk before it happens, what was learned is on disk before it is acted on, and
 * whatever is found open at a start is settled with the other side before anybody is charged again (I-PAD-1).
 */
import {
  isInFlight,
  type PaymentPhase,
  type PaymentProof,
  type PaymentStep,
  ProblemError,
  STATUS_OF_PHASE,
  type Timers,
} from '@totem/domain';
import { exchangeOf } from './exchanges.ts';
import type { PaymentJournal } from './journal.ts';
import type { Answer, Charge, PaymentPort, ReceiptLines, RefundOrder, ToShow } from './port.ts';
import { createSettlement } from './settlement.ts';

/** Between two questions while the customer acts: short at first, when most pay. */
export const POLL_MS = 2_000;
export const POLL_LATER_MS = 4_000;
const POLLS_SHORT = 15;
/** Questions after an answer was lost, before the customer is told that it is being looked into. */
const ASKS_AFTER_LOSS = 5;
/** Past the customer's time, before the host ends it. */
const GRACE_MS = 5_000;

/** Where a crash is planned by a test; each is a place between two things that must not be torn apart. */
export const CRASH_POINTS = [
  'before_intent',
  'intent_written',
  'sending_written',
  'answer_received',
  'shown',
  'authorized_written',
  'delivered',
  'paid_written',
  'undo_written',
  'leg_told',
  'refund_written',
  'refund_answered',
] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

export interface SaleOrder {
  readonly charge: Charge;
  /** Delivers what was paid for, and says whether it was. With a second leg it decides: not delivered is undone. */
  deliver(receipt: ReceiptLines | undefined): Promise<boolean>;
  onShow?(show: ToShow): void;
  /** The customer touches "cancel". */
  readonly cancel?: AbortSignal;
}

export interface SaleEnd {
  readonly phase: PaymentPhase;
  /** Why, as a code: of the catalogue, of `DECLINE_CAUSES`, or the adapter's own. */
  readonly cause?: string;
  /** In the words of the terminal or provider. */
  readonly message?: string;
}

export interface Cashier {
  /** @throws ProblemError `payment_method_closed`, and what the journal's `begin` refuses. */
  sell(order: SaleOrder): Promise<SaleEnd>;
  /** Settles what is open and not being sold right now. @returns whether the terminal is free of doubt. */
  recover(): Promise<boolean>;
  /** Somebody says that something happened to a charge: asks the provider, and believes only that. */
  hint(attemptId: string): Promise<SaleEnd>;
  /**
   * A person has looked where nothing else can be asked, and says what became of an attempt whose outcome is unknown.
   * @param found the payment as the provider's own list shows it; null when it is not there and cannot come any more.
   * @throws ProblemError `payment_not_found`, `payment_phase` for an attempt that is not in doubt, `payment_amount_differs`.
   */
  decide(attemptId: string, found: PaymentProof | null): Promise<PaymentPhase>;
  /** @throws ProblemError what the machine refuses. */
  refund(attemptId: string, order: RefundOrder): Promise<PaymentPhase>;
}

export interface CashierParts {
  readonly port: PaymentPort;
  readonly journal: PaymentJournal;
  readonly timers: Timers;
  /** Called at each crash point; does nothing in production. */
  readonly at?: (point: CrashPoint) => void;
}

export function createCashier(parts: CashierParts): Cashier {
  const { port, journal, timers, at = () => undefined } = parts;
  const { canAsk, canCancel } = port.capabilities;
  const settlement = createSettlement(parts);
  /** Attempts that a customer stands in front of: recovery leaves them alone. */
  const live = new Set<string>();
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other: two that settle one attempt would tell the terminal twice. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };

  const pause = (ms: number, until: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve) => {
      if (until?.aborted === true) return resolve();
      const done = (): void => {
        stop();
        until?.removeEventListener('abort', done);
        resolve();
      };
      const stop = timers.after(ms, done);
      until?.addEventListener('abort', done);
    });

  /** The request, which a terminal answers when the customer is done: ending it early ends it there. */
  const requested = async ({ charge, cancel, onShow }: SaleOrder): Promise<Answer> => {
    const end = (): void => void port.cancel(charge);
    if (canCancel) cancel?.addEventListener('abort', end, { once: true });
    try {
      return await port.request(charge, onShow);
    } finally {
      cancel?.removeEventListener('abort', end);
    }
  };

  const sold = async (order: SaleOrder): Promise<SaleEnd> => {
    const { charge, cancel } = order;
    at('before_intent');
    journal.begin(charge);
    at('intent_written');
    journal.take(charge.attemptId, { action: 'PAYMENT_SEND' });
    at('sending_written');
    const allowedMs = charge.expiresInSeconds * 1_000 + GRACE_MS;
    const startedMs = timers.monotonicMs();
    const pastMs = (): number => timers.monotonicMs() - startedMs - allowedMs;
    let answer = await requested(order);
    let asked = 0;
    let lost = 0;
    let hasTriedToEnd = false;
    for (;;) {
      at('answer_received');
      const end = await settlement.act(charge.attemptId, answer, order);
      if (end !== undefined) return end;
      if (answer.kind === 'unknown') {
        lost += 1;
        if (!canAsk || lost > ASKS_AFTER_LOSS) return { phase: 'unknown', cause: answer.cause };
        await pause(POLL_MS, undefined);
      } else {
        lost = 0;
        asked += 1;
        // A wish that cannot be granted, or was tried, wakes nobody: the other side would be asked without a pause.
        const wish = canCancel && !hasTriedToEnd ? cancel : undefined;
        await pause(asked < POLLS_SHORT ? POLL_MS : POLL_LATER_MS, wish);
      }
      const mayEnd = canCancel && (cancel?.aborted === true || pastMs() > 0);
      hasTriedToEnd ||= mayEnd;
      // Of what only waits, and should long have ended.
      if (answer.kind === 'waiting' && pastMs() > allowedMs)
        answer = { kind: 'unknown', cause: 'never_ends' };
      else answer = await (mayEnd ? port.cancel(charge) : port.ask(charge));
    }
  };

  const settleAll = async (): Promise<boolean> => {
    for (const record of journal.unsettled())
      if (!live.has(record.charge.attemptId)) await settlement.settle(record);
    if (live.size === 0) for (const proof of await port.found()) await settlement.settleFound(proof);
    return journal.unsettled().every(({ charge }) => live.has(charge.attemptId));
  };

  const cashier: Cashier = {
    async sell(order) {
      const { attemptId } = order.charge;
      const readiness = await port.ready();
      if (!readiness.ready)
        throw new ProblemError('payment_method_closed', { extra: { cause: readiness.cause } });
      await cashier.recover();
      live.add(attemptId);
      try {
        return await sold(order);
      } finally {
        live.delete(attemptId);
      }
    },
    recover: () => inTurn(settleAll),
    hint: (attemptId) =>
      inTurn(async () => {
        const record = journal.read(attemptId);
        if (record === undefined) throw new ProblemError('payment_not_found');
        const { phase } = record.attempt;
        const isKnown = ['paid', 'refunded'].includes(STATUS_OF_PHASE[phase]);
        if (live.has(attemptId) || isKnown) return { phase };
        const answer = await port.ask(record.charge);
        if (isInFlight(phase)) {
          const end = await settlement.act(attemptId, answer, undefined);
          return end ?? { phase: journal.read(attemptId)?.attempt.phase ?? phase };
        }
        if (answer.kind !== 'confirmed') return { phase };
        const exchange = exchangeOf('status', record.charge, answer);
        const late = journal.paidLate(attemptId, answer.proof, exchange);
        return { phase: late.attempt.phase, cause: 'paid_late' };
      }),
    decide: (attemptId, found) =>
      inTurn(async () => {
        const record = journal.read(attemptId);
        if (record === undefined) throw new ProblemError('payment_not_found');
        if (record.attempt.phase !== 'unknown' || live.has(attemptId))
          throw new ProblemError('payment_phase');
        const said = { by: 'person' };
        const answer: Answer =
          found === null ? { kind: 'absent', said } : { kind: 'confirmed', proof: found, said };
        const exchange = exchangeOf('status', record.charge, answer);
        const step: PaymentStep =
          found === null
            ? { action: 'PAYMENT_CANCEL', by: 'person' }
            : { action: 'PAYMENT_CONFIRM', proof: found };
        return journal.take(attemptId, step, { exchange }).attempt.phase;
      }),
    refund: (attemptId, order) =>
      inTurn(async () => {
        await settleAll();
        return settlement.refund(attemptId, order);
      }),
  };
  return cashier;
}

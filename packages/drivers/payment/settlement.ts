/**
 * What is done with each answer: written down first, acted on after. Used while a customer waits and when an attempt is
 * found open at a start; the difference is that then nobody is there to whom anything could be delivered.
 */
import {
  type PaymentPhase,
  type PaymentProof,
  provesAmount,
  RECOVERY_OF_PHASE,
  STATUS_OF_PHASE,
} from '@totem/domain';
import type { CashierParts, SaleEnd, SaleOrder } from './cashier.ts';
import { exchangeOf, legExchange, refundExchange } from './exchanges.ts';
import type { AttemptRecord, Exchange, PaymentJournal } from './journal.ts';
import type { Answer, RefundAnswer, RefundOrder } from './port.ts';

type AnswerOf<K extends Answer['kind']> = Extract<Answer, { kind: K }>;

export interface Settlement {
  /** Writes down what an answer says and does what follows. @returns undefined when it has to be asked again. */
  act(attemptId: string, answer: Answer, order: SaleOrder | undefined): Promise<SaleEnd | undefined>;
  /** Brings an attempt that was found open as far as the other side lets it. */
  settle(record: AttemptRecord): Promise<void>;
  /** Answers a sale that the terminal holds: confirmed when it is paid here, else undone. */
  settleFound(proof: PaymentProof): Promise<void>;
  refund(attemptId: string, order: RefundOrder): Promise<PaymentPhase>;
}

export function createSettlement({ port, journal, at = () => undefined }: CashierParts): Settlement {
  const tell = async (record: AttemptRecord): Promise<AttemptRecord> => {
    const { owed, charge } = record;
    if (owed === null) return record;
    const told = await (owed.leg === 'confirm' ? port.confirm(owed.proof) : port.undo(owed.proof));
    at('leg_told');
    const exchange = legExchange(owed.leg, owed.proof, told);
    if (told === 'taken') return journal.told(charge.attemptId, exchange);
    journal.note(charge.attemptId, exchange);
    return record;
  };

  const undo = async (record: AttemptRecord, cause: string): Promise<SaleEnd> => {
    const { proof } = record.attempt;
    if (proof === null) throw new Error('authorized without a proof');
    const { attemptId } = record.charge;
    const beside = { owed: { leg: 'undo', proof } as const, failureCode: cause };
    const undoing = journal.take(attemptId, { action: 'PAYMENT_UNDO' }, beside);
    at('undo_written');
    const { attempt } = await tell(undoing);
    return { phase: attempt.phase, cause };
  };

  const held = async (
    attemptId: string,
    answer: AnswerOf<'authorized'>,
    order: SaleOrder | undefined,
  ): Promise<SaleEnd> => {
    const { proof, receipt } = answer;
    const { charge } = known(journal, attemptId);
    const exchange = exchangeOf('authorize', charge, answer);
    const record = journal.take(attemptId, { action: 'PAYMENT_AUTHORIZE', proof }, { exchange });
    at('authorized_written');
    if (!provesAmount(proof, charge)) return undo(record, 'payment_amount_differs');
    if (order === undefined) return undo(record, 'not_delivered');
    const isDelivered = await order.deliver(receipt);
    at('delivered');
    if (!isDelivered) return undo(record, 'not_delivered');
    const owed = { leg: 'confirm', proof } as const;
    const paid = journal.take(attemptId, { action: 'PAYMENT_CONFIRM' }, { owed });
    at('paid_written');
    const { attempt } = await tell(paid);
    return { phase: attempt.phase };
  };

  const paid = async (
    attemptId: string,
    answer: AnswerOf<'confirmed'>,
    order: SaleOrder | undefined,
  ): Promise<SaleEnd> => {
    const { proof, receipt } = answer;
    const { charge, attempt } = known(journal, attemptId);
    const exchange = exchangeOf('authorize', charge, answer);
    if (!provesAmount(proof, charge)) {
      // Money is there, and not the amount that was asked for: a person settles it, and nothing is called paid.
      const failureCode = 'payment_amount_differs';
      if (attempt.phase === 'unknown') journal.note(attemptId, exchange);
      else journal.take(attemptId, { action: 'PAYMENT_LOSE' }, { exchange, failureCode });
      return { phase: 'unknown', cause: failureCode };
    }
    const record = journal.take(attemptId, { action: 'PAYMENT_CONFIRM', proof }, { exchange });
    at('paid_written');
    await order?.deliver(receipt);
    at('delivered');
    return { phase: record.attempt.phase };
  };

  const ended = (
    attemptId: string,
    answer: AnswerOf<'declined' | 'canceled' | 'expired' | 'absent' | 'not_sent' | 'pending_found'>,
  ): SaleEnd => {
    const { charge } = known(journal, attemptId);
    const step = stepOfEnd(answer);
    const failureCode = causeOfEnd(answer);
    const exchange = exchangeOf('authorize', charge, answer);
    const { attempt } = journal.take(attemptId, step, {
      exchange,
      ...(failureCode === undefined ? {} : { failureCode }),
    });
    return {
      phase: attempt.phase,
      ...(failureCode === undefined ? {} : { cause: failureCode }),
      ...('message' in answer && answer.message !== undefined ? { message: answer.message } : {}),
    };
  };

  const settlement: Settlement = {
    async act(attemptId, answer, order) {
      const { charge, attempt } = known(journal, attemptId);
      switch (answer.kind) {
        case 'waiting':
          if (attempt.phase !== 'waiting_customer') {
            const exchange = exchangeOf('authorize', charge, answer);
            journal.take(attemptId, { action: 'PAYMENT_WAIT' }, { exchange });
          }
          if (answer.show !== undefined) order?.onShow?.(answer.show);
          at('shown');
          return undefined;
        case 'unknown':
          if (attempt.phase !== 'unknown') {
            const exchange = exchangeOf('authorize', charge, answer);
            journal.take(attemptId, { action: 'PAYMENT_LOSE' }, { exchange });
          }
          return undefined;
        case 'authorized':
          return held(attemptId, answer, order);
        case 'confirmed':
          return paid(attemptId, answer, order);
        case 'pending_found':
          await settlement.settleFound(answer.proof);
          return ended(attemptId, answer);
        case 'declined':
        case 'canceled':
        case 'expired':
        case 'absent':
        case 'not_sent':
          return ended(attemptId, answer);
        default:
          return answer satisfies never;
      }
    },
    async settle(found) {
      const record = await tell(found);
      const { charge, attempt, refund } = record;
      const { attemptId } = charge;
      const duty = RECOVERY_OF_PHASE[attempt.phase];
      switch (duty) {
        case 'cancel':
          journal.take(attemptId, { action: 'PAYMENT_CANCEL', by: 'never_sent' });
          return;
        case 'ask': {
          if (!port.capabilities.canAsk) {
            await settlement.act(attemptId, { kind: 'unknown', cause: 'cannot_ask' }, undefined);
            return;
          }
          const answer = await port.ask(charge);
          // Nobody stands there any more who could pay it.
          const isOpen = answer.kind === 'waiting' && port.capabilities.canCancel;
          await settlement.act(attemptId, isOpen ? await port.cancel(charge) : answer, undefined);
          return;
        }
        case 'undo':
          await undo(record, 'not_delivered');
          return;
        case 'ask_refund':
          if (refund !== null) await refunded(refund, await port.askRefund(refund));
          return;
        case 'tell_undo':
        case 'nothing':
          return;
        default:
          return duty satisfies never;
      }
    },
    async settleFound(proof) {
      const record = journal.byProof(proof);
      const isPaid = record !== undefined && STATUS_OF_PHASE[record.attempt.phase] === 'paid';
      const told = await (isPaid ? port.confirm(proof) : port.undo(proof));
      if (record !== undefined)
        journal.note(record.charge.attemptId, legExchange(isPaid ? 'confirm' : 'undo', proof, told));
    },
    async refund(attemptId, order) {
      const step = { action: 'PAYMENT_REFUND_ASK', amountCents: order.amountCents } as const;
      journal.take(attemptId, step, { refund: order });
      at('refund_written');
      const answer = await port.refund(order);
      at('refund_answered');
      return refunded(order, answer);
    },
  };

  const failedRefund = (attemptId: string, exchange: Exchange, failureCode: string): PaymentPhase =>
    journal.take(attemptId, { action: 'PAYMENT_REFUND_FAIL' }, { exchange, failureCode }).attempt.phase;

  const refunded = async (order: RefundOrder, answer: RefundAnswer): Promise<PaymentPhase> => {
    const { attemptId } = order.charge;
    const exchange = refundExchange(order, answer);
    switch (answer.kind) {
      case 'refunded':
        return journal.take(attemptId, { action: 'PAYMENT_REFUND_DONE' }, { exchange }).attempt.phase;
      case 'held': {
        const owed = { leg: 'confirm', proof: answer.proof } as const;
        const record = journal.take(attemptId, { action: 'PAYMENT_REFUND_DONE' }, { exchange, owed });
        return (await tell(record)).attempt.phase;
      }
      case 'pending_found':
        await settlement.settleFound(answer.proof);
        return failedRefund(attemptId, exchange, 'terminal_pending');
      case 'failed':
        return failedRefund(attemptId, exchange, answer.cause);
      case 'pending':
      case 'unknown':
        journal.note(attemptId, exchange);
        return 'refund_pending';
      default:
        return answer satisfies never;
    }
  };
  return settlement;
}

function known(journal: PaymentJournal, attemptId: string): AttemptRecord {
  const record = journal.read(attemptId);
  if (record === undefined) throw new Error('an attempt that is acted on is not in the journal');
  return record;
}

function stepOfEnd(answer: Answer) {
  switch (answer.kind) {
    case 'declined':
    case 'pending_found':
      return { action: 'PAYMENT_DECLINE', by: 'provider' } as const;
    case 'expired':
      return { action: 'PAYMENT_EXPIRE', by: 'provider' } as const;
    case 'not_sent':
      return { action: 'PAYMENT_CANCEL', by: 'never_sent' } as const;
    default:
      return { action: 'PAYMENT_CANCEL', by: 'provider' } as const;
  }
}

function causeOfEnd(answer: Answer): string | undefined {
  if (answer.kind === 'pending_found') return 'terminal_pending';
  return 'cause' in answer ? answer.cause : undefined;
}

/** A journal in memory that keeps every rule of a durable one; what is in it outlives the cashier that wrote it. */
import {
  cents,
  isInFlight,
  newAttempt,
  type PaymentProof,
  ProblemError,
  STATUS_OF_PHASE,
  takeStep,
  whyNotStart,
} from '@totem/domain';
import type { AttemptRecord, Exchange, PaymentJournal } from '../journal.ts';

export interface MemoryJournal extends PaymentJournal {
  readonly records: ReadonlyMap<string, AttemptRecord>;
  readonly exchanges: readonly { readonly attemptId: string; readonly exchange: Exchange }[];
  /** Attempts that were paid after they had ended. */
  readonly late: ReadonlySet<string>;
  /** What the journal holds that is money: paid less returned, over all attempts. */
  netCents(): number;
}

/** @param ticketOf which ticket an attempt pays; by default each its own. */
export function memoryJournal(ticketOf: (attemptId: string) => string = (id) => id): MemoryJournal {
  const records = new Map<string, AttemptRecord>();
  const exchanges: { attemptId: string; exchange: Exchange }[] = [];
  const late = new Set<string>();
  const get = (id: string): AttemptRecord => {
    const record = records.get(id);
    if (record === undefined) throw new ProblemError('payment_not_found');
    return record;
  };
  const put = (record: AttemptRecord): AttemptRecord => {
    records.set(record.charge.attemptId, record);
    return record;
  };
  return {
    records,
    exchanges,
    late,
    netCents: () =>
      [...records.values()].reduce((sum, { attempt }) => sum + attempt.paidCents - attempt.refundedCents, 0),
    begin(charge) {
      if (records.has(charge.attemptId)) throw new ProblemError('payment_exists');
      const all = [...records.values()];
      const ofTicket = all.filter((one) => ticketOf(one.charge.attemptId) === ticketOf(charge.attemptId));
      const refusal =
        whyNotStart(
          charge.amountCents,
          ofTicket.map(({ attempt }) => attempt.phase),
          all.map(({ attempt }) => attempt.phase),
        ) ?? (all.some(({ owed }) => owed !== null) ? 'terminal_busy' : undefined);
      if (refusal !== undefined) throw new ProblemError(refusal);
      const attempt = newAttempt(charge.amountCents, charge.currency);
      return put({ charge, attempt, owed: null, refund: null });
    },
    take(attemptId, step, beside = {}) {
      const record = get(attemptId);
      const taken = takeStep(record.attempt, step);
      if (!taken.ok) throw new ProblemError(taken.refuse);
      if (beside.exchange !== undefined) exchanges.push({ attemptId, exchange: beside.exchange });
      const isRefundOver = taken.attempt.phase !== 'refund_pending';
      return put({
        ...record,
        attempt: taken.attempt,
        owed: beside.owed ?? record.owed,
        refund: isRefundOver ? null : (beside.refund ?? record.refund),
      });
    },
    told(attemptId, exchange) {
      const record = get(attemptId);
      exchanges.push({ attemptId, exchange });
      if (record.owed?.leg !== 'undo') return put({ ...record, owed: null });
      const undone = takeStep(record.attempt, { action: 'PAYMENT_UNDONE' });
      if (!undone.ok) throw new ProblemError(undone.refuse);
      return put({ ...record, attempt: undone.attempt, owed: null });
    },
    note: (attemptId, exchange) => void exchanges.push({ attemptId, exchange }),
    paidLate(attemptId, proof, exchange) {
      const record = get(attemptId);
      exchanges.push({ attemptId, exchange });
      late.add(attemptId);
      const paidCents = cents(proof.amountCents);
      return put({ ...record, attempt: { ...record.attempt, phase: 'confirmed', paidCents, proof } });
    },
    read: (attemptId) => records.get(attemptId),
    byProof: (proof) => [...records.values()].find((record) => isSame(record, proof)),
    unsettled: () =>
      [...records.values()].filter(
        ({ attempt, owed }) =>
          isInFlight(attempt.phase) || owed !== null || attempt.phase === 'refund_pending',
      ),
  };
}

function isSame({ attempt, owed }: AttemptRecord, proof: PaymentProof): boolean {
  return [attempt.proof, owed?.proof].some(
    (own) =>
      own != null &&
      own.externalId === proof.externalId &&
      own.network === proof.network &&
      own.finalizationKey === proof.finalizationKey,
  );
}

/** Whether an attempt ended as one of the two things that may be: charged and served, or not charged. */
export function isSettled({ attempt }: AttemptRecord): boolean {
  return !isInFlight(attempt.phase) && STATUS_OF_PHASE[attempt.phase] !== 'pending';
}

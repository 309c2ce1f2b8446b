/**
 * Cash as an adapter of the port. It has one leg: a hold on the last note alone would be no hold on the payment. What was put in
 * and pays nothing is owed: no answer hides it. The book says what became of a charge, and the machine what the book lacks.
 */
import type { PaymentProof, Timers } from '@totem/domain';
import type { Answer, Charge, PaymentPort, Said, ToShow } from '../payment/port.ts';
import type { OpenLink } from '../printer/link.ts';
import { type CashBook, type CashSession, owedOf } from './book.ts';
import type { Check } from './frame.ts';
import { createCashLine } from './line.ts';
import { payableWith } from './pieces.ts';
import { type CashTable, closeCash, type Ending, shut, takeCash, type Unsettled } from './session.ts';
import { createCashUnit, type UnitPlace } from './unit.ts';

export interface CashMachine {
  readonly units: readonly UnitPlace[];
  readonly check: Check;
}

/** The customary addresses. */
export const NOTES_AND_COINS: CashMachine = {
  units: [
    { kind: 'notes', address: 40 },
    { kind: 'coins', address: 2 },
  ],
  check: 'sum',
};

export interface CashPortParts {
  readonly machine: CashMachine;
  readonly openLink: OpenLink;
  readonly book: CashBook;
  readonly timers: Timers;
}

/** So much of one charge is put in by hand at most; beyond it nobody counts out notes at a kiosk. */
const AMOUNT_CENTS_MAX = 200_000;

export function createCashPort({ machine, openLink, book, timers }: CashPortParts): PaymentPort {
  const line = createCashLine({ openLink, timers, check: machine.check });
  const units = machine.units.map((place) => createCashUnit(place, line, book));
  const table: CashTable = { units, book, timers };
  let live: { readonly attemptId: string; isCanceled: boolean; readonly answer: Promise<Answer> } | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };

  /** Gets to know every device anew. @returns why cash cannot be taken now. */
  const meet = async (): Promise<string | undefined> => {
    for (const unit of units) {
      const cause = await unit.meet();
      if (cause !== undefined) return cause;
    }
    return undefined;
  };
  /** Brings a session that was left open to its end. */
  const settle = async (): Promise<Ending | Unsettled> => {
    // A machine with a fault can still be asked what it holds.
    const cause = await meet();
    return cause !== undefined && units.some((unit) => unit.values().length === 0)
      ? { unsettled: cause }
      : closeCash(table, 'canceled');
  };

  const requested = async (charge: Charge, onShow: (show: ToShow) => void): Promise<Answer> => {
    const notSent = (cause: string): Answer => ({ kind: 'not_sent', cause });
    if (book.session(charge.attemptId) !== undefined) return asked(charge);
    if (book.open() !== undefined && typeof (await settle()) !== 'string') return notSent('terminal_busy');
    const cause = await meet();
    if (cause !== undefined) return notSent(cause);
    if (charge.amountCents > AMOUNT_CENTS_MAX) return notSent('cash_amount');
    const values = units.flatMap((unit) => unit.values());
    const payable = payableWith(charge.amountCents, values);
    if (!payable.isPossible) return notSent('cash_amount');
    book.begin(charge.attemptId, charge.amountCents);
    try {
      const end = await takeCash(table, {
        charge,
        payable,
        onShow: (cash) => onShow({ cash }),
        isCanceled: () => live?.isCanceled === true,
      });
      return answerOf(end, charge);
    } catch (error) {
      // A disk that refuses: what comes in could not be written down, so nothing more may.
      await shut(table);
      throw error;
    }
  };
  const asked = async (charge: Charge): Promise<Answer> => {
    const session = book.session(charge.attemptId);
    if (session === undefined) return { kind: 'absent' };
    return answerOf(session.isOpen ? await settle() : 'canceled', charge);
  };
  const answerOf = (end: Ending | Unsettled, charge: Charge): Answer => {
    const session = book.session(charge.attemptId);
    if (session === undefined) return { kind: 'absent' };
    if (typeof end !== 'string') return { kind: 'unknown', cause: end.unsettled, said: saidOf(session) };
    return endOf(session, end, charge);
  };

  return {
    name: 'cctalk',
    capabilities: {
      method: 'cash',
      isTwoPhase: false,
      canCancel: true,
      canAsk: true,
      refund: { extent: 'none', windowDays: null },
    },
    ready: () =>
      inTurn(async () => {
        const cause = await meet();
        return cause === undefined ? { ready: true } : { ready: false, cause };
      }),
    request(charge, onShow = () => undefined) {
      const answer = inTurn(() => requested(charge, onShow));
      const own = { attemptId: charge.attemptId, isCanceled: false, answer };
      live = own;
      const forget = (): void => {
        if (live === own) live = undefined;
      };
      answer.then(forget, forget);
      return answer;
    },
    ask: (charge) => inTurn(() => asked(charge)),
    async cancel(charge) {
      if (live?.attemptId !== charge.attemptId) return inTurn(() => asked(charge));
      live.isCanceled = true;
      // What went wrong with the sale is said to whoever made it.
      return live.answer.catch((): Answer => ({ kind: 'unknown', cause: 'interrupted' }));
    },
    // One leg: there is nothing to confirm, to undo or to find.
    confirm: async () => 'taken',
    undo: async () => 'taken',
    found: async () => [],
    refund: async () => ({ kind: 'failed', cause: 'refund_unsupported' }),
    askRefund: async () => ({ kind: 'failed', cause: 'refund_unsupported' }),
  };
}

function endOf(session: CashSession, end: Ending, charge: Charge): Answer {
  const said = saidOf(session);
  if (session.storedCents >= session.amountCents) return { kind: 'confirmed', proof: proofOf(charge), said };
  // Pieces whose value nobody knows are owed too: people have to look for them.
  const isOwing = session.storedCents > 0 || session.uncounted > 0;
  const cause = isOwing ? 'cash_owed' : end === 'jammed' ? 'cash_jam' : undefined;
  return {
    kind: end === 'expired' ? 'expired' : 'canceled',
    said,
    ...(cause === undefined ? {} : { cause }),
  };
}

function proofOf({ externalId, amountCents, currency }: Charge): PaymentProof {
  return { externalId, amountCents, currency };
}

function saidOf(session: CashSession): Said {
  const { storedCents, uncounted } = session;
  return {
    stored_cents: String(storedCents),
    owed_cents: String(owedOf(session)),
    ...(uncounted === 0 ? {} : { uncounted: String(uncounted) }),
  };
}

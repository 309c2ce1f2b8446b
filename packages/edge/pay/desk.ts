/**
 * The totem's cash desk: what customers can pay with now, and the payments that they stand in front of. It takes orders from
 * the screen and answers with views; what is true is in the journal, and a view is only how it looks from the front.
 */
import {
  type CashView,
  type CommandDone,
  type InstantText,
  instantText,
  type OwedView,
  type PaymentMeans,
  type PaymentSessionRow,
  type PaymentView,
  ProblemError,
  paymentSessionTable,
  protocolOf,
  type TicketRow,
  type Timers,
  ticketTable,
} from '@totem/domain';
import { owedOf } from '@totem/drivers/cash';
import { printable } from '@totem/drivers/printer';
import type { Log } from '@totem/host';
import { countAhead } from '../issue/ahead.ts';
import type { CloudLink } from '../link/cloud-link.ts';
import { rowByKey } from '../store/rows.ts';
import { cashSessionIn } from './cash-book.ts';
import { notPaidBecause, saleOf, viewOfPhase } from './outcome.ts';
import { deliverPaper, endUnfinishedPapers, keepReceipt, type PaperParts } from './paper.ts';
import { createReadiness, type TillReadiness } from './readiness.ts';
import type { NamedTill, PayOrder, Till } from './till.ts';
import { giveUp, giveUpAbandoned, isOpenToPay, touchUnpaid } from './to-pay.ts';

/** What a customer has chosen. `id` is made by the screen: the same order again is no second payment. */
export interface PayAsk {
  readonly id: string;
  readonly ticketId: string;
  readonly meansId: string;
}

export interface TerminalState {
  readonly isReady: boolean;
  /** Of the one that has been away longest. */
  readonly since: InstantText;
}

export interface PaymentDesk {
  /** What can be paid with now. Answers within moments, whatever the other sides do. */
  means(): Promise<readonly PaymentMeans[]>;
  /** Whether anything can be, as far as is known: what must be paid first is given only then. */
  canCharge(): boolean;
  /** How its card terminals are, and since when; undefined where there are none, or none has said anything yet. */
  terminals(): TerminalState | undefined;
  /** @throws ProblemError `ticket_not_found`, `ticket_state`, `payment_method_closed`, `payment_in_progress`, `command_id_reused`. */
  pay(ask: PayAsk): PaymentView;
  /** @throws ProblemError `payment_not_found` */
  read(id: string): PaymentView;
  /** The view once it is newer than `seen`, or as it is when the screen should ask again. @throws ProblemError `payment_not_found` */
  past(id: string, seen: number, signal: AbortSignal): Promise<PaymentView>;
  /** The customer wants to end it. @throws ProblemError `payment_not_found`, `payment_phase` where that is not theirs to do. */
  cancel(id: string): PaymentView;
  /** The customer has left the ticket. Nothing happens to one that is paid, or being paid. @throws ProblemError `storage_fault` */
  leave(ticketId: string): void;
  /** How each means was when last asked, and the question; for who looks after the totem. */
  readonly readiness: Pick<TillReadiness, 'states' | 'tried'>;
  /** Settles what is open, now and again, and gives up what was abandoned. @returns stops it. */
  start(): () => void;
}

export interface DeskParts extends PaperParts {
  readonly timers: Timers;
  readonly log: Log;
  readonly link: Pick<CloudLink, 'onUp'>;
  readonly tills: readonly NamedTill[];
}

/** How long a question for news is held; shorter than a screen's patience. */
const HOLD_MS = 5_000;
/** Views that are kept for a screen that asks late. */
const KEPT_MAX = 20;
const SWEEP_EVERY_MS = 30_000;

interface Live {
  view: PaymentView;
  readonly till: Till;
  readonly cancel: AbortController;
  attemptId: string | undefined;
  /** When the customer's time is over, on the clock that never jumps. */
  untilMs: number | undefined;
}

export function createPaymentDesk(parts: DeskParts): PaymentDesk {
  const { store, ledger, clock, device, timers, log, prints, tills } = parts;
  const payments = new Map<string, Live>();
  const listeners = new Set<() => void>();
  const isAtWork = (till: Till) =>
    [...payments.values()].some((live) => live.till === till && isUnderWay(live.view));
  const readiness = createReadiness({ timers, tills, isAtWork });

  const change = (live: Live, over: Partial<PaymentView>): void => {
    live.view = { ...live.view, ...over, version: live.view.version + 1 };
    for (const listener of [...listeners]) listener();
  };
  const ticketOf = (id: string): TicketRow | undefined =>
    store.read((db) => rowByKey(db, ticketTable, device.tenantId, id as TicketRow['id']));
  const attemptOf = (id: string | undefined): PaymentSessionRow | undefined =>
    id === undefined ? undefined : store.read((db) => rowByKey(db, paymentSessionTable, device.tenantId, id));
  const ticketView = (ticketId: string): NonNullable<CommandDone['ticket']> | undefined => {
    const ticket = ticketOf(ticketId);
    if (ticket === undefined) return undefined;
    const { id, code, state, serviceId } = ticket;
    const peopleAhead = store.read((db) => countAhead(db, ticket, clock.env.now()));
    return { id, code, state, serviceId, peopleAhead };
  };
  /** What the disk says of a payment whose sale is over. */
  const settled = (live: Live, over: Partial<PaymentView> = {}): void => {
    const attempt = attemptOf(live.attemptId);
    const found = attempt === undefined ? undefined : viewOfPhase(attempt.phase);
    const state = found ?? 'not_paid';
    const ticket = state === 'paid' ? ticketView(live.view.ticketId) : undefined;
    const owed = state === 'unknown' ? undefined : owedFor(parts, live.attemptId);
    const isTicketOpen = state === 'not_paid' && ticketOf(live.view.ticketId)?.state === 'created';
    change(live, {
      state,
      isTicketOpen,
      canCancel: false,
      isEnding: false,
      ...(ticket === undefined ? {} : { ticket }),
      ...(state === 'not_paid' ? { why: 'unavailable' } : {}),
      ...(owed === undefined ? {} : { owed }),
      ...over,
    });
  };

  const orderOf = (live: Live): PayOrder => {
    const { capabilities } = live.till;
    return {
      cancel: live.cancel.signal,
      onAttempt(attemptId) {
        live.attemptId = attemptId;
        change(live, { protocol: protocolOf(attemptId) });
      },
      onShow({ copyCode, message, cash }) {
        const isNews = live.view.copyCode !== copyCode || live.view.state !== 'waiting' || cash !== undefined;
        if (!isNews) return;
        if (cash !== undefined) live.untilMs = timers.monotonicMs() + cash.leftMs;
        change(live, {
          state: 'waiting',
          canCancel: capabilities.canCancel && !live.view.isEnding,
          ...(cash === undefined ? {} : { cash: cashShown(cash) }),
          ...(copyCode === undefined ? {} : { copyCode }),
          ...(message === undefined ? {} : { message }),
        });
      },
      async deliver(receipt) {
        const attemptId = live.attemptId ?? '';
        if (!capabilities.isTwoPhase) {
          const at = instantText(clock.env.now());
          ledger.commit(({ db }) => keepReceipt(db, device, attemptId, receipt, at));
          return true;
        }
        change(live, { state: 'finishing', canCancel: false });
        return deliverPaper(parts, live.view.ticketId, attemptId, receipt);
      },
    };
  };
  const run = async (live: Live): Promise<void> => {
    const { ticketId, means } = live.view;
    try {
      const end = await live.till.pay(ticketId, orderOf(live));
      const wasShown = live.view.copyCode !== undefined;
      // Nobody can have paid a code that nobody has seen: another means is no risk, but the ticket is bound to this one.
      const isUnseen = end.phase === 'unknown' && means.method === 'pix' && !wasShown;
      if (isUnseen) settled(live, { state: 'not_paid', why: 'unavailable', isTicketOpen: false });
      else {
        // At a terminal it is the customer who ends it there.
        const wasWanted = live.cancel.signal.aborted || !live.till.capabilities.canCancel;
        const undone = saleOf(attemptOf(live.attemptId)?.details ?? {});
        settled(live, notPaidBecause({ ...undone, ...end }, wasWanted));
      }
    } catch (error) {
      if (!(error instanceof ProblemError)) log.error({ err: error }, 'a payment stumbled');
      asFarAsKnown(live);
    } finally {
      readiness.forget(live.till);
      keepOpen(parts, ticketId);
    }
  };
  /** The disk may be the reason why a sale broke off: then nobody may say that nothing was charged. */
  const asFarAsKnown = (live: Live): void => {
    try {
      settled(live);
    } catch {
      change(live, { state: 'unknown', canCancel: false, isTicketOpen: false });
    }
  };
  const known = (id: string): Live => {
    const live = payments.get(id);
    if (live === undefined) throw new ProblemError('payment_not_found');
    return live;
  };
  const shown = ({ view, untilMs }: Live): PaymentView =>
    view.state === 'waiting' && untilMs !== undefined
      ? { ...view, leftMs: Math.max(0, untilMs - timers.monotonicMs()) }
      : view;
  /** Whoever still stands there reads it as soon as the proof has come. */
  const lookAgain = (): void => {
    for (const live of payments.values()) {
      if (live.view.state !== 'unknown') continue;
      const phase = attemptOf(live.attemptId)?.phase;
      if (phase !== undefined && viewOfPhase(phase) !== 'unknown') settled(live);
    }
  };

  return {
    async means() {
      const ready = await readiness.ready();
      return ready.filter(({ till }) => canDeliver(till, prints)).map(({ means }) => means);
    },
    terminals: () => terminalState(readiness, clock.env.now()),
    canCharge: () => readiness.known().some(({ till }) => canDeliver(till, prints)),
    pay({ id, ticketId, meansId }) {
      const earlier = payments.get(id);
      if (earlier !== undefined) {
        const isSame = earlier.view.ticketId === ticketId && earlier.view.means.id === meansId;
        if (!isSame) throw new ProblemError('command_id_reused');
        return shown(earlier);
      }
      const ticket = ticketOf(ticketId);
      if (ticket === undefined) throw new ProblemError('ticket_not_found');
      if (ticket.state !== 'created')
        throw new ProblemError('ticket_state', { params: { code: ticket.code, state: ticket.state } });
      if (store.read((db) => isOpenToPay(db, ticketId))) throw new ProblemError('payment_in_progress');
      const chosen = tills.find(({ means }) => means.id === meansId);
      if (chosen === undefined || isAtWork(chosen.till)) throw new ProblemError('payment_method_closed');
      const { till, means } = chosen;
      const live: Live = {
        till,
        cancel: new AbortController(),
        attemptId: undefined,
        untilMs: timers.monotonicMs() + till.customerMs,
        view: {
          id,
          ticketId,
          means,
          amountCents: ticket.priceCents,
          currency: till.currency,
          state: 'asking',
          version: 1,
          canCancel: false,
          isEnding: false,
          isTicketOpen: false,
        },
      };
      forgetOldest(payments);
      payments.set(id, live);
      keepOpen(parts, ticketId);
      void run(live);
      return shown(live);
    },
    read: (id) => shown(known(id)),
    async past(id, seen, signal) {
      const live = known(id);
      if (live.view.version <= seen) await changed(listeners, timers, signal, () => live.view.version > seen);
      return shown(live);
    },
    cancel(id) {
      const live = known(id);
      if (live.view.isEnding) return shown(live);
      if (!live.view.canCancel) throw new ProblemError('payment_phase');
      live.cancel.abort();
      change(live, { isEnding: true, canCancel: false });
      return shown(live);
    },
    leave(ticketId) {
      const isBeingPaid = [...payments.values()].some(
        (live) => live.view.ticketId === ticketId && isUnderWay(live.view),
      );
      if (!isBeingPaid) giveUp(parts, ticketId);
    },
    readiness,
    start: () => startDesk(parts, readiness, lookAgain),
  };
}

function terminalState(readiness: TillReadiness, now: number): TerminalState | undefined {
  const cards = readiness.said().filter(({ till }) => till.means.method === 'card');
  if (cards.length === 0) return undefined;
  const away = cards.filter(({ isReady }) => !isReady);
  const longest = Math.max(...(away.length > 0 ? away : cards).map(({ forMs }) => forMs));
  return { isReady: away.length === 0, since: instantText(now - longest) };
}

/** What goes on by itself: settling, now and whenever the link comes back, and giving up what was abandoned. @returns stops it. */
function startDesk(parts: DeskParts, readiness: TillReadiness, lookAgain: () => void): () => void {
  const { timers, tills, log, store } = parts;
  try {
    endUnfinishedPapers(parts);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    log.warn({ err: error }, 'papers of unfinished sales could not be ended');
  }
  const sweep = (): void => {
    try {
      giveUpAbandoned(parts);
    } catch (error) {
      if (!(error instanceof ProblemError)) log.error({ err: error }, 'unpaid tickets could not be given up');
    }
    // Asked also when nobody pays: a terminal that is gone is found by staff and not by a customer.
    if (tills.some(({ means }) => means.method === 'card')) void readiness.ready();
    cancelSweep = timers.after(SWEEP_EVERY_MS, sweep);
  };
  let cancelSweep = timers.after(SWEEP_EVERY_MS, sweep);
  const lookAnew = (): void => {
    for (const { till } of tills) {
      readiness.forget(till);
      void till.settle().catch(() => false);
    }
  };
  const stops = [
    ...tills.map(({ till }) => till.start()),
    parts.link.onUp(lookAnew),
    store.onCommit(lookAgain),
    () => cancelSweep(),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function cashShown({ insertedCents, accepts, isRefused }: CashView): CashView {
  return { insertedCents, accepts, isRefused };
}

/** What lies in the machine for an attempt and pays nothing. */
function owedFor(
  { store, device }: Pick<DeskParts, 'store' | 'device'>,
  id: string | undefined,
): OwedView | undefined {
  const session = id === undefined ? undefined : store.read((db) => cashSessionIn(db, device.tenantId, id));
  if (session === undefined) return undefined;
  const owedCents = owedOf(session);
  const hasUncounted = session.uncounted > 0;
  return owedCents > 0 || hasUncounted ? { owedCents, hasUncounted } : undefined;
}

/** Its customer is still there. A disk that refuses forgets no more than that. */
function keepOpen({ store, device, clock }: DeskParts, ticketId: string): void {
  try {
    store.write((db) => touchUnpaid(db, device.tenantId, ticketId, instantText(clock.env.now())));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
  }
}

function isUnderWay({ state }: PaymentView): boolean {
  return state === 'asking' || state === 'waiting' || state === 'finishing';
}

/** What is only charged once it is on paper is not begun with a printer that cannot print. */
function canDeliver({ capabilities }: Till, prints: PaperParts['prints']): boolean {
  const status = prints.printerStatus();
  return !capabilities.isTwoPhase || status === null || status === undefined || printable(status).ok;
}

/** Resolves when something has changed so that `isPast`, when the asker has gone, or when it is time to ask again. */
function changed(
  listeners: Set<() => void>,
  timers: Timers,
  signal: AbortSignal,
  isPast: () => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      listeners.delete(look);
      signal.removeEventListener('abort', done);
      stop();
      resolve();
    };
    const look = (): void => {
      if (isPast()) done();
    };
    const stop = timers.after(HOLD_MS, done);
    listeners.add(look);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

/** Room for one more: the oldest that nobody pays any more goes. */
function forgetOldest(payments: Map<string, Live>): void {
  if (payments.size < KEPT_MAX) return;
  const over = [...payments].find(([, { view }]) => !isUnderWay(view));
  if (over !== undefined) payments.delete(over[0]);
}

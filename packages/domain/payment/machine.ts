/**
 * The payment machine, as data. One row is one attempt to pay one ticket. `PAYMENT_COMMANDS` is the strict side: what the
 * place that takes the money may do in each phase. `PAYMENT_FACTS` is the merging side: what becomes of a step that already
 * happened somewhere and arrives here. Both are complete records: a missing cell does not compile, and a test walks all.
 */

export const PAYMENT_METHODS = ['pix', 'card', 'cash'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

/** What the world is told. */
export const PAYMENT_STATUSES = ['pending', 'paid', 'failed', 'canceled', 'refunded'] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** Where the exchange with terminal or provider stands. `unknown` is no failure: the money may have moved. */
export const PAYMENT_PHASES = [
  'intent',
  'sent',
  'waiting_customer',
  'authorized',
  'unknown',
  'undo_pending',
  'declined',
  'canceled',
  'expired',
  'undone',
  'confirmed',
  'refund_pending',
  'partially_refunded',
  'refunded',
] as const;
export type PaymentPhase = (typeof PAYMENT_PHASES)[number];

export const STATUS_OF_PHASE: Readonly<Record<PaymentPhase, PaymentStatus>> = {
  intent: 'pending',
  sent: 'pending',
  waiting_customer: 'pending',
  authorized: 'pending',
  unknown: 'pending',
  undo_pending: 'pending',
  declined: 'failed',
  undone: 'failed',
  canceled: 'canceled',
  expired: 'canceled',
  confirmed: 'paid',
  refund_pending: 'paid',
  partially_refunded: 'paid',
  refunded: 'refunded',
};

/** Phases that no command leaves. */
export const ENDED_PHASES = [
  'declined',
  'canceled',
  'expired',
  'undone',
  'refunded',
] as const satisfies readonly PaymentPhase[];

export const PAYMENT_ACTIONS = [
  'PAYMENT_CREATE',
  'PAYMENT_SEND',
  'PAYMENT_WAIT',
  'PAYMENT_AUTHORIZE',
  'PAYMENT_CONFIRM',
  'PAYMENT_DECLINE',
  'PAYMENT_CANCEL',
  'PAYMENT_EXPIRE',
  'PAYMENT_LOSE',
  'PAYMENT_UNDO',
  'PAYMENT_UNDONE',
  'PAYMENT_REFUND_ASK',
  'PAYMENT_REFUND_DONE',
  'PAYMENT_REFUND_FAIL',
] as const;
export type PaymentAction = (typeof PAYMENT_ACTIONS)[number];

/** A row's phase, or that there is no row yet. */
export type PaymentBefore = PaymentPhase | 'absent';
export const PAYMENT_BEFORES = ['absent', ...PAYMENT_PHASES] as const satisfies readonly PaymentBefore[];

/** Whether money may be moving: nothing else may be charged for this ticket, or at this terminal. */
export function isInFlight(phase: PaymentPhase): boolean {
  return STATUS_OF_PHASE[phase] === 'pending';
}

/** Whether the customer's money is with the merchant, whole or in part. */
export function holdsMoney(phase: PaymentPhase): boolean {
  return STATUS_OF_PHASE[phase] === 'paid';
}

/** `by_sum`: confirmed, partially refunded or refunded, by what has been returned. */
export type NextPhase = PaymentPhase | 'by_sum';
export type PaymentRefusal = 'payment_not_found' | 'payment_exists' | 'payment_phase' | 'payment_ended';

/** What the strict side answers: the phase that follows, or a refusal. */
export type PaymentCommandCell = { readonly to: NextPhase } | { readonly refuse: PaymentRefusal };

/** One row of a table: `absent`, six phases in flight, those that ended without money, with money, and all returned. */
function tableRow<C>(
  absent: C,
  inFlight: readonly [C, C, C, C, C, C],
  ended: C,
  paid: readonly [C, C, C],
  refunded: C,
): Readonly<Record<PaymentBefore, C>> {
  return {
    absent,
    intent: inFlight[0],
    sent: inFlight[1],
    waiting_customer: inFlight[2],
    authorized: inFlight[3],
    unknown: inFlight[4],
    undo_pending: inFlight[5],
    declined: ended,
    canceled: ended,
    expired: ended,
    undone: ended,
    confirmed: paid[0],
    refund_pending: paid[1],
    partially_refunded: paid[2],
    refunded,
  };
}

const to = (phase: NextPhase): PaymentCommandCell => ({ to: phase });
const wrong: PaymentCommandCell = { refuse: 'payment_phase' };
const over: PaymentCommandCell = { refuse: 'payment_ended' };
const none: PaymentCommandCell = { refuse: 'payment_not_found' };
const exists: PaymentCommandCell = { refuse: 'payment_exists' };

/** A step of an open attempt: from the phases in flight, in their order. */
const step = (...inFlight: readonly [Cell, Cell, Cell, Cell, Cell, Cell]) =>
  tableRow<Cell>(none, inFlight, over, [wrong, wrong, wrong], over);
/** A step of a refund: from the three phases that hold money. */
const refundStep = (...paid: readonly [Cell, Cell, Cell]) =>
  tableRow<Cell>(none, [wrong, wrong, wrong, wrong, wrong, wrong], over, paid, over);
type Cell = PaymentCommandCell;

/** The strict machine: [action][phase]. */
export const PAYMENT_COMMANDS: Readonly<
  Record<PaymentAction, Readonly<Record<PaymentBefore, PaymentCommandCell>>>
> = {
  PAYMENT_CREATE: tableRow<Cell>(
    to('intent'),
    [exists, exists, exists, exists, exists, exists],
    exists,
    [exists, exists, exists],
    exists,
  ),
  //                      intent           sent                  waiting           authorized          unknown                undo pending
  PAYMENT_SEND: step(to('sent'), wrong, wrong, wrong, wrong, wrong),
  PAYMENT_WAIT: step(wrong, to('waiting_customer'), wrong, wrong, to('waiting_customer'), wrong),
  PAYMENT_AUTHORIZE: step(wrong, to('authorized'), to('authorized'), wrong, to('authorized'), wrong),
  PAYMENT_CONFIRM: step(wrong, to('confirmed'), to('confirmed'), to('confirmed'), to('confirmed'), wrong),
  PAYMENT_DECLINE: step(wrong, to('declined'), to('declined'), wrong, to('declined'), wrong),
  PAYMENT_CANCEL: step(to('canceled'), to('canceled'), to('canceled'), wrong, to('canceled'), wrong),
  PAYMENT_EXPIRE: step(wrong, to('expired'), to('expired'), wrong, to('expired'), wrong),
  PAYMENT_LOSE: step(wrong, to('unknown'), to('unknown'), wrong, wrong, wrong),
  PAYMENT_UNDO: step(wrong, wrong, wrong, to('undo_pending'), wrong, wrong),
  PAYMENT_UNDONE: step(wrong, wrong, wrong, wrong, wrong, to('undone')),
  //                              confirmed             refund pending  partially refunded
  PAYMENT_REFUND_ASK: refundStep(to('refund_pending'), wrong, to('refund_pending')),
  PAYMENT_REFUND_DONE: refundStep(wrong, to('by_sum'), wrong),
  PAYMENT_REFUND_FAIL: refundStep(wrong, to('by_sum'), wrong),
};

export const PAYMENT_CONFLICTS = [
  /** Paid although the attempt, or its ticket, had ended: a refund, or a place in the queue, is due. */
  'paid_late',
  /** A second proof for one attempt, or a second paid attempt for one ticket: a refund is due. */
  'paid_twice',
  /** The provider took another amount than was asked for. */
  'amount_differs',
  /** Said to have ended by one, paid by another: the payment stays. */
  'ended_while_paid',
  /** More was returned than was paid. */
  'refund_excess',
  /** One id of a provider under two attempts. */
  'external_id_reused',
  /** One id, two contents. */
  'id_reused',
  /** The fact belongs to an earlier or later phase than the row is in. */
  'out_of_order',
] as const;
export type PaymentConflict = (typeof PAYMENT_CONFLICTS)[number];

/**
 * What the merging side does with a fact.
 * - `apply`: the row takes the next phase; with a conflict, people are told.
 * - `keep`: the row stays; with a conflict, people are told; without, the fact says nothing new.
 * - `compare_proof`: nothing when the proof is the one that the row has, else a conflict.
 * - `compare_content`: a creation of what exists: nothing when it is the same, else a conflict.
 * - `park`: kept until the row's creation arrives.
 */
export type PaymentFactCell =
  | { readonly do: 'apply'; readonly to: NextPhase; readonly conflict?: PaymentConflict }
  | { readonly do: 'keep'; readonly conflict?: PaymentConflict }
  | { readonly do: 'compare_proof' | 'compare_content'; readonly conflict: PaymentConflict }
  | { readonly do: 'park' };

type Fact = PaymentFactCell;
const go = (phase: NextPhase, conflict?: PaymentConflict): Fact =>
  conflict === undefined ? { do: 'apply', to: phase } : { do: 'apply', to: phase, conflict };
const keep = (conflict?: PaymentConflict): Fact =>
  conflict === undefined ? { do: 'keep' } : { do: 'keep', conflict };
const park: Fact = { do: 'park' };
const nothing = keep();
const late = keep('out_of_order');
const whilePaid = keep('ended_while_paid');
const same: Fact = { do: 'compare_content', conflict: 'id_reused' };
const sameProof: Fact = { do: 'compare_proof', conflict: 'paid_twice' };

/** How far an attempt has come: overtaken by what came later, it says nothing new. */
const progress = (...inFlight: readonly [Fact, Fact, Fact, Fact, Fact, Fact]) =>
  tableRow<Fact>(park, inFlight, nothing, [nothing, nothing, nothing], nothing);
/** An end without money: the first end stays, and so does a payment. */
const end = (phase: PaymentPhase) =>
  tableRow<Fact>(
    park,
    [go(phase), go(phase), go(phase), go(phase), go(phase), go(phase)],
    nothing,
    [whilePaid, whilePaid, whilePaid],
    whilePaid,
  );
const refundFact = (...paid: readonly [Fact, Fact, Fact]) =>
  tableRow<Fact>(park, [late, late, late, late, late, late], late, paid, late);

/** The merging machine: [action][phase]. */
export const PAYMENT_FACTS: Readonly<
  Record<PaymentAction, Readonly<Record<PaymentBefore, PaymentFactCell>>>
> = {
  PAYMENT_CREATE: tableRow<Fact>(
    go('intent'),
    [same, same, same, same, same, same],
    same,
    [same, same, same],
    same,
  ),
  //                      intent      sent     waiting  authorized  unknown  undo pending
  PAYMENT_SEND: progress(go('sent'), nothing, nothing, nothing, nothing, nothing),
  PAYMENT_WAIT: progress(
    go('waiting_customer'),
    go('waiting_customer'),
    nothing,
    nothing,
    go('waiting_customer'),
    nothing,
  ),
  PAYMENT_AUTHORIZE: tableRow<Fact>(
    park,
    [go('authorized'), go('authorized'), go('authorized'), nothing, go('authorized'), late],
    late,
    [nothing, nothing, nothing],
    nothing,
  ),
  PAYMENT_CONFIRM: tableRow<Fact>(
    park,
    [
      go('confirmed'),
      go('confirmed'),
      go('confirmed'),
      go('confirmed'),
      go('confirmed'),
      go('confirmed', 'paid_late'),
    ],
    go('confirmed', 'paid_late'),
    [sameProof, sameProof, sameProof],
    sameProof,
  ),
  PAYMENT_DECLINE: end('declined'),
  PAYMENT_CANCEL: end('canceled'),
  PAYMENT_EXPIRE: end('expired'),
  PAYMENT_LOSE: progress(go('unknown'), go('unknown'), go('unknown'), nothing, nothing, nothing),
  PAYMENT_UNDO: tableRow<Fact>(
    park,
    [
      go('undo_pending'),
      go('undo_pending'),
      go('undo_pending'),
      go('undo_pending'),
      go('undo_pending'),
      nothing,
    ],
    nothing,
    [whilePaid, whilePaid, whilePaid],
    whilePaid,
  ),
  PAYMENT_UNDONE: end('undone'),
  //                              confirmed             refund pending   partially refunded
  PAYMENT_REFUND_ASK: refundFact(go('refund_pending'), late, go('refund_pending')),
  PAYMENT_REFUND_DONE: refundFact(go('by_sum'), go('by_sum'), go('by_sum')),
  PAYMENT_REFUND_FAIL: refundFact(nothing, go('by_sum'), nothing),
};

/**
 * What an attempt that is found in a phase at a start, or before the next sale, still asks for. `ask`: its provider, what
 * became of it. `undo`: the power went while the goods were being delivered, so they are taken as not delivered.
 */
export const RECOVERY_OF_PHASE: Readonly<
  Record<PaymentPhase, 'cancel' | 'ask' | 'undo' | 'tell_undo' | 'ask_refund' | 'nothing'>
> = {
  intent: 'cancel',
  sent: 'ask',
  waiting_customer: 'ask',
  authorized: 'undo',
  unknown: 'ask',
  undo_pending: 'tell_undo',
  declined: 'nothing',
  canceled: 'nothing',
  expired: 'nothing',
  undone: 'nothing',
  confirmed: 'nothing',
  refund_pending: 'ask_refund',
  partially_refunded: 'nothing',
  refunded: 'nothing',
};

/**
 * The ticket machine, as data. `COMMANDS` is the strict side: what a person may ask for in each state. `FACTS` is the
 * merging side: what becomes of an action that already happened somewhere and arrives here. Both are complete records:
 * a missing cell does not compile, and a test walks every cell.
 */

export const TICKET_STATES = [
  'created',
  'waiting',
  'called',
  'in_service',
  'finished',
  'canceled',
  'expired',
] as const;
export type TicketState = (typeof TICKET_STATES)[number];

/** States that a person in the room is in the middle of: at most one such ticket for each operator. */
export const ACTIVE_STATES = ['called', 'in_service'] as const satisfies readonly TicketState[];
/** States that no command but an admin's override leaves. */
export const FINAL_STATES = ['finished', 'canceled', 'expired'] as const satisfies readonly TicketState[];

export const TICKET_ACTIONS = [
  'TICKET_CREATE',
  'TICKET_ENQUEUE',
  'TICKET_CALL',
  'TICKET_RECALL',
  'TICKET_START',
  'TICKET_REQUEUE',
  'TICKET_HOLD',
  'TICKET_RELEASE',
  'TICKET_DELAY',
  'TICKET_NO_SHOW',
  'TICKET_TRANSFER',
  'TICKET_FINISH',
  'TICKET_CANCEL',
  'TICKET_EXPIRE',
  'TICKET_REPRINT',
  'TICKET_OVERRIDE',
] as const;
export type TicketAction = (typeof TICKET_ACTIONS)[number];

export const CHANNELS = ['totem', 'reception', 'web', 'appointment'] as const;
export type Channel = (typeof CHANNELS)[number];

export const CANCEL_REASONS = [
  'no_show',
  'customer_left',
  'issued_by_mistake',
  'service_unavailable',
  'other',
] as const;
export type CancelReason = (typeof CANCEL_REASONS)[number];

/** A row's state, or that there is no row yet. */
export type Before = TicketState | 'absent';
export const BEFORES = ['absent', ...TICKET_STATES] as const satisfies readonly Before[];

/** What the strict side answers: the state that follows, or a refusal. `chosen`: the action's data names it. */
export type CommandCell = { readonly to: TicketState | 'chosen' } | { readonly refuse: CommandRefusal };
export type CommandRefusal = 'ticket_not_found' | 'ticket_exists' | 'ticket_state' | 'ticket_ended';

const to = (state: TicketState | 'chosen'): CommandCell => ({ to: state });
const wrong: CommandCell = { refuse: 'ticket_state' };
const ended: CommandCell = { refuse: 'ticket_ended' };
const none: CommandCell = { refuse: 'ticket_not_found' };
const exists: CommandCell = { refuse: 'ticket_exists' };

/** The six states after `absent`, in the order of `TICKET_STATES`; written as rows so that the table reads as a table. */
const commandRow = (
  absent: CommandCell,
  created: CommandCell,
  waiting: CommandCell,
  called: CommandCell,
  inService: CommandCell,
  final: CommandCell = ended,
): Record<Before, CommandCell> => ({
  absent,
  created,
  waiting,
  called,
  in_service: inService,
  finished: final,
  canceled: final,
  expired: final,
});

/** The strict machine: [action][state]. */
export const COMMANDS: Record<TicketAction, Record<Before, CommandCell>> = {
  //                          absent        created           waiting           called            in service
  TICKET_CREATE: commandRow(to('chosen'), exists, exists, exists, exists, exists),
  TICKET_ENQUEUE: commandRow(none, to('waiting'), wrong, wrong, wrong),
  TICKET_CALL: commandRow(none, wrong, to('called'), wrong, wrong),
  TICKET_RECALL: commandRow(none, wrong, wrong, to('called'), wrong),
  TICKET_START: commandRow(none, wrong, wrong, to('in_service'), wrong),
  TICKET_REQUEUE: commandRow(none, wrong, wrong, to('waiting'), wrong),
  TICKET_HOLD: commandRow(none, wrong, to('waiting'), to('waiting'), wrong),
  TICKET_RELEASE: commandRow(none, wrong, to('waiting'), wrong, wrong),
  TICKET_DELAY: commandRow(none, wrong, to('waiting'), wrong, wrong),
  TICKET_NO_SHOW: commandRow(none, wrong, wrong, to('canceled'), wrong),
  TICKET_TRANSFER: commandRow(none, wrong, wrong, to('waiting'), to('waiting')),
  TICKET_FINISH: commandRow(none, wrong, wrong, wrong, to('finished')),
  TICKET_CANCEL: commandRow(none, to('canceled'), to('canceled'), to('canceled'), wrong),
  TICKET_EXPIRE: commandRow(none, to('expired'), to('expired'), wrong, wrong),
  TICKET_REPRINT: commandRow(none, wrong, to('waiting'), to('called'), to('in_service')),
  TICKET_OVERRIDE: commandRow(none, to('chosen'), to('chosen'), to('chosen'), to('chosen'), to('chosen')),
};

/**
 * What the merging side does with a fact.
 * - `apply`: the row changes as the action says; with a conflict, people are told.
 * - `keep`: the row stays; with a conflict, people are told; without, the fact says nothing new.
 * - `by_holder`: `same` when the fact is by the operator and counter that the row names, else `other`.
 * - `compare_content`: a creation of what exists: nothing when it is the same, else a conflict.
 * - `park`: kept until the row's creation arrives.
 */
export type FactCell =
  | { readonly do: 'apply'; readonly to: TicketState | 'chosen'; readonly conflict?: TicketConflict }
  | { readonly do: 'keep'; readonly conflict?: TicketConflict }
  | { readonly do: 'by_holder'; readonly same: FactCell; readonly other: FactCell }
  | { readonly do: 'compare_content'; readonly conflict: TicketConflict }
  | { readonly do: 'park' };

export const TICKET_CONFLICTS = [
  /** Served although the ticket had ended: the person was served. */
  'served_after_end',
  /** Two counters had the same ticket; the first stays. */
  'called_twice',
  /** Ended by one while served by another; the service stays. */
  'ended_while_served',
  /** One id, two contents. */
  'id_reused',
  /** Paid after the ticket had ended: a refund, or a new place in the queue, is due. */
  'paid_late',
  /** The fact belongs to an earlier or later state than the row is in. */
  'out_of_order',
] as const;
export type TicketConflict = (typeof TICKET_CONFLICTS)[number];

const go = (state: TicketState | 'chosen', conflict?: TicketConflict): FactCell =>
  conflict === undefined ? { do: 'apply', to: state } : { do: 'apply', to: state, conflict };
const keep = (conflict?: TicketConflict): FactCell =>
  conflict === undefined ? { do: 'keep' } : { do: 'keep', conflict };
const byHolder = (same: FactCell, other: FactCell): FactCell => ({ do: 'by_holder', same, other });
const park: FactCell = { do: 'park' };
const compare: FactCell = { do: 'compare_content', conflict: 'id_reused' };

const twice = keep('called_twice');
const late = keep('out_of_order');
const nothing = keep();
const whileServed = keep('ended_while_served');

const factRow = (
  absent: FactCell,
  created: FactCell,
  waiting: FactCell,
  called: FactCell,
  inService: FactCell,
  finished: FactCell,
  canceled: FactCell,
  expired: FactCell,
): Record<Before, FactCell> => ({
  absent,
  created,
  waiting,
  called,
  in_service: inService,
  finished,
  canceled,
  expired,
});

const startedAfterEnd = go('in_service', 'served_after_end');
const finishedAfterEnd = go('finished', 'served_after_end');

/** The merging machine: [action][state]. */
export const FACTS: Record<TicketAction, Record<Before, FactCell>> = {
  TICKET_CREATE: factRow(go('chosen'), compare, compare, compare, compare, compare, compare, compare),
  TICKET_ENQUEUE: factRow(
    park,
    go('waiting'),
    nothing,
    nothing,
    nothing,
    nothing,
    keep('paid_late'),
    keep('paid_late'),
  ),
  TICKET_CALL: factRow(
    park,
    go('called', 'out_of_order'),
    go('called'),
    byHolder(nothing, twice),
    byHolder(nothing, twice),
    byHolder(nothing, twice),
    late,
    late,
  ),
  TICKET_RECALL: factRow(
    park,
    late,
    late,
    byHolder(go('called'), twice),
    byHolder(nothing, twice),
    byHolder(nothing, twice),
    late,
    late,
  ),
  TICKET_START: factRow(
    park,
    go('in_service', 'out_of_order'),
    go('in_service', 'out_of_order'),
    byHolder(go('in_service'), twice),
    byHolder(nothing, twice),
    byHolder(nothing, twice),
    startedAfterEnd,
    startedAfterEnd,
  ),
  TICKET_REQUEUE: factRow(park, late, nothing, byHolder(go('waiting'), twice), late, late, late, late),
  TICKET_HOLD: factRow(park, late, go('waiting'), go('waiting'), late, late, late, late),
  TICKET_RELEASE: factRow(park, nothing, go('waiting'), nothing, nothing, nothing, nothing, nothing),
  // Who was called meanwhile has not lost their place: the fact says nothing that still matters.
  TICKET_DELAY: factRow(park, nothing, go('waiting'), nothing, nothing, nothing, nothing, nothing),
  TICKET_NO_SHOW: factRow(
    park,
    late,
    late,
    byHolder(go('canceled'), twice),
    whileServed,
    whileServed,
    nothing,
    nothing,
  ),
  TICKET_TRANSFER: factRow(
    park,
    late,
    late,
    byHolder(go('waiting'), twice),
    byHolder(go('waiting'), twice),
    late,
    late,
    late,
  ),
  TICKET_FINISH: factRow(
    park,
    go('finished', 'out_of_order'),
    go('finished', 'out_of_order'),
    byHolder(go('finished', 'out_of_order'), twice),
    byHolder(go('finished'), twice),
    byHolder(nothing, twice),
    finishedAfterEnd,
    finishedAfterEnd,
  ),
  TICKET_CANCEL: factRow(
    park,
    go('canceled'),
    go('canceled'),
    go('canceled'),
    whileServed,
    whileServed,
    nothing,
    nothing,
  ),
  TICKET_EXPIRE: factRow(
    park,
    go('expired'),
    go('expired'),
    whileServed,
    whileServed,
    whileServed,
    nothing,
    nothing,
  ),
  // Paper of a ticket that has ended is of no use to anybody.
  TICKET_REPRINT: factRow(
    park,
    nothing,
    go('waiting'),
    go('called'),
    go('in_service'),
    nothing,
    nothing,
    nothing,
  ),
  TICKET_OVERRIDE: factRow(
    park,
    go('chosen'),
    go('chosen'),
    go('chosen'),
    go('chosen'),
    go('chosen'),
    go('chosen'),
    go('chosen'),
  ),
};

const ACTIONS_OF_SCREENS = {
  call: 'TICKET_CALL',
  recall: 'TICKET_RECALL',
  start: 'TICKET_START',
  requeue: 'TICKET_REQUEUE',
  hold: 'TICKET_HOLD',
  release: 'TICKET_RELEASE',
  noShow: 'TICKET_NO_SHOW',
  transfer: 'TICKET_TRANSFER',
  finish: 'TICKET_FINISH',
  cancel: 'TICKET_CANCEL',
  reprint: 'TICKET_REPRINT',
} as const satisfies Record<string, TicketAction>;

/** What a screen may offer for a ticket; the strict machine's answer, so that no screen compares states. */
export const can = Object.fromEntries(
  Object.entries(ACTIONS_OF_SCREENS).map(([verb, action]) => [
    verb,
    (ticket: { readonly state: TicketState }) => 'to' in COMMANDS[action][ticket.state],
  ]),
) as {
  readonly [V in keyof typeof ACTIONS_OF_SCREENS]: (ticket: { readonly state: TicketState }) => boolean;
};

/** Whether no command but an override changes the ticket any more. */
export function isFinal(state: TicketState): boolean {
  return (FINAL_STATES as readonly TicketState[]).includes(state);
}

/** Whether an operator has the ticket in hand. */
export function isActive(state: TicketState): boolean {
  return (ACTIVE_STATES as readonly TicketState[]).includes(state);
}

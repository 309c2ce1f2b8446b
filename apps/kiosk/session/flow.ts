/**
 * One customer's way from the first touch to the ticket, as one value: what they are asked, what they chose, what came of it.
 * Pure. At the end the whole value is thrown away, so nothing of one customer can reach the next.
 */
import {
  APPOINTMENT_CODE_LENGTH,
  APPOINTMENT_CODE_LETTERS,
  APPOINTMENT_CODE_TYPED_MAX,
  appointmentCodeOf,
  type CommandDone,
  type CommandId,
  CPF_DIGITS,
  type PaymentView,
  type PriorityClassId,
  type ServiceId,
} from '@totem/domain';
import type { DoorError } from '@totem/ui';

/** Where in the services somebody is: in a group or in none, on which page, or searching. */
export interface Place {
  readonly group: number | null;
  readonly page: number;
  /** What was typed so far; null while nothing is searched for. */
  readonly search: string | null;
}
export const PLACE_AT_START: Place = { group: null, page: 0, search: null };

/** What is asked between the choice of a service and its ticket: nothing, where there is nothing to decide. */
export interface Asks {
  readonly identifies: boolean;
  readonly confirms: boolean;
  /** The ticket is paid here, before it is in the queue. */
  readonly pays: boolean;
}

/** The service that was chosen, and where: going back leads there. */
export interface Choice {
  readonly priorityClassId: PriorityClassId;
  readonly serviceId: ServiceId;
  readonly place: Place;
  readonly asks: Asks;
}

/** What a customer asked for, with the id under which it was asked: asking again uses it again. */
export interface Wish {
  readonly choice: Choice;
  /** Digits of a CPF; null for who gave none. */
  readonly document: string | null;
  readonly commandId: CommandId;
  /** The price that was agreed to, in cents; null for what has none. */
  readonly priceCents: number | null;
  /** How it is paid as soon as there is a ticket to pay; null for what is not paid here. */
  readonly pay: Pay | null;
}

/** One try to pay, with the id under which it is asked for. */
export interface Pay {
  readonly id: string;
  readonly meansId: string;
}

export type Ticket = NonNullable<CommandDone['ticket']>;

export type Flow =
  | { readonly step: 'attract' }
  | { readonly step: 'priority' }
  | { readonly step: 'services'; readonly priorityClassId: PriorityClassId; readonly place: Place }
  | CheckingIn
  | { readonly step: 'identify'; readonly choice: Choice; readonly digits: string }
  | { readonly step: 'confirm'; readonly choice: Choice; readonly document: string | null }
  | { readonly step: 'issuing'; readonly wish: Wish }
  | { readonly step: 'failed'; readonly wish: Wish; readonly error: DoorError }
  /** `ticket`: one that a try to pay has left open; null before there is one. */
  | {
      readonly step: 'method';
      readonly choice: Choice;
      readonly document: string | null;
      readonly priceCents: number;
      readonly ticket: Ticket | null;
    }
  | Paying
  /** Who they are has served its purpose, and is gone. */
  | {
      readonly step: 'ticket';
      readonly choice: Choice;
      readonly ticket: Ticket;
      /** What was paid for it here; null for nothing. */
      readonly paid: PaymentView | null;
    };

/** Somebody who has an appointment says its code. */
export interface CheckingIn {
  readonly step: 'check_in';
  readonly priorityClassId: PriorityClassId;
  /** Where in the services they were: going back leads there. */
  readonly place: Place;
  /** Letters and figures of the code so far. */
  readonly code: string;
  /** The id under which the code was given, while the answer is on its way or when it may never have arrived; else null. */
  readonly commandId: CommandId | null;
  /** Why there is no ticket. */
  readonly error: DoorError | null;
}

/** A payment on its way, or how it ended. */
export interface Paying {
  readonly step: 'paying';
  readonly choice: Choice;
  readonly document: string | null;
  readonly priceCents: number;
  readonly ticket: Ticket;
  readonly pay: Pay;
  /** As the totem has last said; null before it has. */
  readonly view: PaymentView | null;
  /** Why the totem cannot be asked. */
  readonly error: DoorError | null;
}
export type Step = Flow['step'];

export type FlowEvent =
  /** `only`: the one priority class there is; a question with one answer is not asked. */
  | { readonly kind: 'started'; readonly only: PriorityClassId | null }
  | { readonly kind: 'priority_chosen'; readonly priorityClassId: PriorityClassId }
  | { readonly kind: 'place_changed'; readonly place: Partial<Place> }
  | {
      readonly kind: 'service_chosen';
      readonly serviceId: ServiceId;
      readonly asks: Asks;
      readonly commandId: CommandId;
    }
  | { readonly kind: 'booked' }
  | { readonly kind: 'code_typed'; readonly code: string }
  /** Typed to its end, or read by a scanner. */
  | { readonly kind: 'code_given'; readonly code: string; readonly commandId: CommandId }
  | { readonly kind: 'digits_typed'; readonly digits: string }
  | { readonly kind: 'identified'; readonly document: string | null; readonly commandId: CommandId }
  /** `only`: the one means of payment there is, or null to ask. */
  | {
      readonly kind: 'confirmed';
      readonly commandId: CommandId;
      readonly priceCents: number;
      readonly only: Pay | null;
    }
  | { readonly kind: 'means_chosen'; readonly commandId: CommandId; readonly pay: Pay }
  | { readonly kind: 'pay_news'; readonly payId: string; readonly view: PaymentView }
  | { readonly kind: 'pay_silent'; readonly payId: string; readonly error: DoorError }
  /** After a try that was not paid: another one. */
  | { readonly kind: 'pays_otherwise' }
  | { readonly kind: 'issued'; readonly commandId: CommandId; readonly ticket: Ticket }
  | { readonly kind: 'refused'; readonly commandId: CommandId; readonly error: DoorError }
  /** `commandId`: for an act that was refused, which is a new one; unanswered ones keep theirs. */
  | { readonly kind: 'tried_again'; readonly commandId: CommandId }
  /** `only`: as in `started`. */
  | { readonly kind: 'went_back'; readonly only: PriorityClassId | null }
  /** From wherever a service has been chosen, to the services. */
  | { readonly kind: 'chose_other' };

export const FLOW_AT_START: Flow = { step: 'attract' };

/** What follows. An event that does not belong to the step, such as a second tap or a late answer, changes nothing. */
export function flowAfter(flow: Flow, event: FlowEvent): Flow {
  switch (event.kind) {
    case 'started':
      if (flow.step !== 'attract') return flow;
      return event.only === null ? { step: 'priority' } : services(event.only);
    case 'priority_chosen':
      return flow.step === 'priority' ? services(event.priorityClassId) : flow;
    case 'place_changed':
      return flow.step === 'services' ? { ...flow, place: { ...flow.place, ...event.place } } : flow;
    case 'service_chosen': {
      if (flow.step !== 'services') return flow;
      const { priorityClassId, place } = flow;
      const { serviceId, asks, commandId } = event;
      const choice = { priorityClassId, serviceId, place, asks };
      if (asks.identifies) return { step: 'identify', choice, digits: '' };
      return afterWho(choice, null, commandId);
    }
    case 'booked':
      return flow.step === 'services' ? checkingIn(flow) : flow;
    case 'code_typed':
    case 'code_given':
      return flow.step === 'check_in' ? afterCode(flow, event) : flow;
    case 'digits_typed':
      return flow.step === 'identify'
        ? { ...flow, digits: event.digits.replace(/\D/g, '').slice(0, CPF_DIGITS) }
        : flow;
    case 'identified':
      return flow.step === 'identify' ? afterWho(flow.choice, event.document, event.commandId) : flow;
    case 'confirmed': {
      if (flow.step !== 'confirm') return flow;
      const { choice, document } = flow;
      const { priceCents, only, commandId } = event;
      if (choice.asks.pays && only === null)
        return { step: 'method', choice, document, priceCents, ticket: null };
      return issuing({ choice, document, commandId, priceCents, pay: choice.asks.pays ? only : null });
    }
    case 'means_chosen':
      return flow.step === 'method' ? afterMeans(flow, event) : flow;
    case 'issued':
      if (isCheckInOf(flow, event.commandId)) return afterCheckIn(flow, event.ticket);
      return isAnswerTo(flow, event.commandId) ? afterIssue(flow.wish, event.ticket) : flow;
    case 'pay_news':
      return isPay(flow, event.payId) ? afterNews(flow, event.view) : flow;
    case 'pay_silent':
      return isPay(flow, event.payId) ? { ...flow, error: event.error } : flow;
    case 'pays_otherwise':
      return flow.step === 'paying' && !isUnderWay(flow) ? toMethod(flow) : flow;
    case 'refused':
      if (isCheckInOf(flow, event.commandId)) return { ...flow, error: event.error };
      return isAnswerTo(flow, event.commandId)
        ? { step: 'failed', wish: flow.wish, error: event.error }
        : flow;
    case 'tried_again': {
      if (flow.step === 'check_in') return checkInAgain(flow, event.commandId);
      if (flow.step !== 'failed') return flow;
      const isSameAct = flow.error.code === 'unreachable';
      return issuing(isSameAct ? flow.wish : { ...flow.wish, commandId: event.commandId });
    }
    case 'went_back':
      return before(flow, event.only);
    case 'chose_other': {
      if (flow.step === 'check_in') return isAsking(flow) ? flow : backToServices(flow);
      const choice = choiceOf(flow);
      return choice === undefined ? flow : backToServices(choice);
    }
    default:
      return event satisfies never;
  }
}

function services(priorityClassId: PriorityClassId): Flow {
  return { step: 'services', priorityClassId, place: PLACE_AT_START };
}

function backToServices({ priorityClassId, place }: Pick<Choice, 'priorityClassId' | 'place'>): Flow {
  return { step: 'services', priorityClassId, place };
}

function checkingIn({ priorityClassId, place }: Extract<Flow, { step: 'services' }>): Flow {
  return { step: 'check_in', priorityClassId, place, code: '', commandId: null, error: null };
}

/** Only what codes are made of is typed. What a scanner has read is given as it is: it may be no code, and is answered so. */
function afterCode(
  flow: CheckingIn,
  event: Extract<FlowEvent, { kind: 'code_typed' | 'code_given' }>,
): CheckingIn {
  if (isAsking(flow)) return flow;
  if (event.kind === 'code_given') {
    const code = appointmentCodeOf(event.code).slice(0, APPOINTMENT_CODE_TYPED_MAX);
    return code === '' ? flow : { ...flow, code, commandId: event.commandId, error: null };
  }
  const letters = [...appointmentCodeOf(event.code)].filter((sign) =>
    APPOINTMENT_CODE_LETTERS.includes(sign),
  );
  return { ...flow, code: letters.slice(0, APPOINTMENT_CODE_LENGTH).join(''), commandId: null, error: null };
}

/** Whether an answer to a code is on its way. */
export function isAsking({ commandId, error }: CheckingIn): boolean {
  return commandId !== null && error === null;
}

function isCheckInOf(flow: Flow, commandId: CommandId): flow is CheckingIn {
  return flow.step === 'check_in' && flow.commandId === commandId && isAsking(flow);
}

/** What was not answered may have been done: it is asked for again under its own id. */
function checkInAgain(flow: CheckingIn, commandId: CommandId): Flow {
  if (flow.error === null) return flow;
  const isSameAct = flow.error.code === 'unreachable';
  return { ...flow, commandId: isSameAct ? flow.commandId : commandId, error: null };
}

function afterCheckIn({ priorityClassId, place }: CheckingIn, ticket: Ticket): Flow {
  const asks = { identifies: false, confirms: false, pays: false };
  const choice = { priorityClassId, serviceId: ticket.serviceId as ServiceId, place, asks };
  return { step: 'ticket', choice, ticket, paid: null };
}

function afterWho(choice: Choice, document: string | null, commandId: CommandId): Flow {
  return choice.asks.confirms
    ? { step: 'confirm', choice, document }
    : issuing({ choice, document, commandId, priceCents: null, pay: null });
}

function issuing(wish: Wish): Flow {
  return { step: 'issuing', wish };
}

/** A ticket that was left open is paid another way; without one there is first to be one. */
function afterMeans(
  { choice, document, priceCents, ticket }: Extract<Flow, { step: 'method' }>,
  { commandId, pay }: Extract<FlowEvent, { kind: 'means_chosen' }>,
): Flow {
  if (ticket === null) return issuing({ choice, document, commandId, priceCents, pay });
  return { step: 'paying', choice, document, priceCents, ticket, pay, view: null, error: null };
}

function afterIssue({ choice, document, priceCents, pay }: Wish, ticket: Ticket): Flow {
  return pay === null || priceCents === null
    ? { step: 'ticket', choice, ticket, paid: null }
    : { step: 'paying', choice, document, priceCents, ticket, pay, view: null, error: null };
}

function afterNews(flow: Paying, view: PaymentView): Flow {
  return view.state === 'paid' && view.ticket !== undefined
    ? { step: 'ticket', choice: flow.choice, ticket: view.ticket, paid: view }
    : { ...flow, view, error: null };
}

function toMethod({ choice, document, priceCents, ticket, view }: Paying): Flow {
  const isOpen = view?.isTicketOpen === true;
  return { step: 'method', choice, document, priceCents, ticket: isOpen ? ticket : null };
}

function isPay(flow: Flow, payId: string): flow is Paying {
  return flow.step === 'paying' && flow.pay.id === payId;
}

/** Whether something is being asked of the customer, or may have been: then nothing leads away but its end. */
export function isUnderWay({ view, error }: Paying): boolean {
  if (error !== null) return false;
  return view === null || !['not_paid', 'unknown'].includes(view.state);
}

/** Whether a payment ended without one; another may be made. */
export function isNotPaid({ view, error }: Paying): boolean {
  // A totem that has said no has asked nothing of the customer; one that says nothing may have.
  if (view === null) return error !== null && error.code !== 'unreachable';
  return view.state === 'not_paid';
}

/** The ticket that is lost when its customer goes now; null for none. */
export function unpaidTicketOf(flow: Flow): string | null {
  if (flow.step === 'method') return flow.ticket?.id ?? null;
  return flow.step === 'paying' ? flow.ticket.id : null;
}

function isAnswerTo(flow: Flow, commandId: CommandId): flow is Extract<Flow, { step: 'issuing' }> {
  return flow.step === 'issuing' && flow.wish.commandId === commandId;
}

/** The choice that can still be made another way. */
function choiceOf(flow: Flow): Choice | undefined {
  if (flow.step === 'identify' || flow.step === 'confirm' || flow.step === 'method') return flow.choice;
  if (flow.step === 'paying') return isNotPaid(flow) ? flow.choice : undefined;
  return flow.step === 'failed' ? flow.wish.choice : undefined;
}

function before(flow: Flow, only: PriorityClassId | null): Flow {
  switch (flow.step) {
    case 'attract':
    case 'issuing':
    case 'ticket':
      // There is no way back from what was asked for: it is done, or about to be.
      return flow;
    case 'priority':
      return FLOW_AT_START;
    case 'services': {
      const { group, search } = flow.place;
      if (group !== null || search !== null) return { ...flow, place: PLACE_AT_START };
      return only === null ? { step: 'priority' } : FLOW_AT_START;
    }
    case 'check_in':
      if (isAsking(flow)) return flow;
      return flow.error === null ? backToServices(flow) : { ...flow, commandId: null, error: null };
    case 'confirm':
      return flow.choice.asks.identifies
        ? { step: 'identify', choice: flow.choice, digits: flow.document ?? '' }
        : backToServices(flow.choice);
    case 'identify':
      return backToServices(flow.choice);
    case 'method':
      return flow.ticket === null
        ? { step: 'confirm', choice: flow.choice, document: flow.document }
        : backToServices(flow.choice);
    case 'paying':
      return isNotPaid(flow) ? toMethod(flow) : flow;
    case 'failed':
      return backToServices(flow.wish.choice);
    default:
      return flow satisfies never;
  }
}

/** Whether `went_back` leads anywhere. */
export function canGoBack(flow: Flow): boolean {
  if (flow.step === 'check_in') return !isAsking(flow);
  if (flow.step === 'paying') return isNotPaid(flow);
  return !['attract', 'issuing', 'ticket'].includes(flow.step);
}

/** Whether the customer may throw everything away and start over: not while an answer is on its way. */
export function canStartOver(flow: Flow): boolean {
  if (flow.step === 'check_in') return !isAsking(flow);
  if (flow.step === 'paying') return !isUnderWay(flow);
  return flow.step !== 'attract' && flow.step !== 'issuing';
}

/**
 * One customer's way from the first touch to the ticket, as one value: what they are asked, what they chose, what came of it.
 * Pure. At the end the whole value is thrown away, so nothing of one customer can reach the next.
 */
import {
  type CommandDone,
  type CommandId,
  CPF_DIGITS,
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
}

export type Ticket = NonNullable<CommandDone['ticket']>;

export type Flow =
  | { readonly step: 'attract' }
  | { readonly step: 'priority' }
  | { readonly step: 'services'; readonly priorityClassId: PriorityClassId; readonly place: Place }
  | { readonly step: 'identify'; readonly choice: Choice; readonly digits: string }
  | { readonly step: 'confirm'; readonly choice: Choice; readonly document: string | null }
  | { readonly step: 'issuing'; readonly wish: Wish }
  | { readonly step: 'failed'; readonly wish: Wish; readonly error: DoorError }
  /** Who they are has served its purpose, and is gone. */
  | { readonly step: 'ticket'; readonly choice: Choice; readonly ticket: Ticket };
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
  | { readonly kind: 'digits_typed'; readonly digits: string }
  | { readonly kind: 'identified'; readonly document: string | null; readonly commandId: CommandId }
  | { readonly kind: 'confirmed'; readonly commandId: CommandId }
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
    case 'digits_typed':
      return flow.step === 'identify'
        ? { ...flow, digits: event.digits.replace(/\D/g, '').slice(0, CPF_DIGITS) }
        : flow;
    case 'identified':
      return flow.step === 'identify' ? afterWho(flow.choice, event.document, event.commandId) : flow;
    case 'confirmed':
      return flow.step === 'confirm' ? issuing(flow.choice, flow.document, event.commandId) : flow;
    case 'issued':
      return isAnswerTo(flow, event.commandId)
        ? { step: 'ticket', choice: flow.wish.choice, ticket: event.ticket }
        : flow;
    case 'refused':
      return isAnswerTo(flow, event.commandId)
        ? { step: 'failed', wish: flow.wish, error: event.error }
        : flow;
    case 'tried_again': {
      if (flow.step !== 'failed') return flow;
      const isSameAct = flow.error.code === 'unreachable';
      const commandId = isSameAct ? flow.wish.commandId : event.commandId;
      return issuing(flow.wish.choice, flow.wish.document, commandId);
    }
    case 'went_back':
      return before(flow, event.only);
    case 'chose_other': {
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

function backToServices({ priorityClassId, place }: Choice): Flow {
  return { step: 'services', priorityClassId, place };
}

function afterWho(choice: Choice, document: string | null, commandId: CommandId): Flow {
  return choice.asks.confirms ? { step: 'confirm', choice, document } : issuing(choice, document, commandId);
}

function issuing(choice: Choice, document: string | null, commandId: CommandId): Flow {
  return { step: 'issuing', wish: { choice, document, commandId } };
}

function isAnswerTo(flow: Flow, commandId: CommandId): flow is Extract<Flow, { step: 'issuing' }> {
  return flow.step === 'issuing' && flow.wish.commandId === commandId;
}

/** The choice that can still be made another way. */
function choiceOf(flow: Flow): Choice | undefined {
  if (flow.step === 'identify' || flow.step === 'confirm') return flow.choice;
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
    case 'confirm':
      return flow.choice.asks.identifies
        ? { step: 'identify', choice: flow.choice, digits: flow.document ?? '' }
        : backToServices(flow.choice);
    case 'identify':
      return backToServices(flow.choice);
    case 'failed':
      return backToServices(flow.wish.choice);
    default:
      return flow satisfies never;
  }
}

/** Whether `went_back` leads anywhere. */
export function canGoBack(flow: Flow): boolean {
  return !['attract', 'issuing', 'ticket'].includes(flow.step);
}

/** Whether the customer may throw everything away and start over: not while an answer is on its way. */
export function canStartOver(flow: Flow): boolean {
  return flow.step !== 'attract' && flow.step !== 'issuing';
}

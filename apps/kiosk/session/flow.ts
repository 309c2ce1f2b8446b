/**
 * One customer's way from the first touch to the ticket, as one value: what they are asked, what they chose, what came of it.
 * Pure. At the end the whole value is thrown away, so nothing of one customer can reach the next.
 */
import type { CommandDone, CommandId, PriorityClassId, ServiceId } from '@totem/domain';
import type { DoorError } from '@totem/ui';

/** What a customer asked for, with the id under which it was asked: asking again uses it again. */
export interface Wish {
  readonly priorityClassId: PriorityClassId;
  readonly serviceId: ServiceId;
  readonly commandId: CommandId;
}

export type Ticket = NonNullable<CommandDone['ticket']>;

export type Flow =
  | { readonly step: 'attract' }
  | { readonly step: 'priority' }
  | { readonly step: 'services'; readonly priorityClassId: PriorityClassId; readonly page: number }
  | { readonly step: 'issuing'; readonly wish: Wish; readonly page: number }
  | { readonly step: 'failed'; readonly wish: Wish; readonly error: DoorError; readonly page: number }
  | { readonly step: 'ticket'; readonly wish: Wish; readonly ticket: Ticket };
export type Step = Flow['step'];

export type FlowEvent =
  /** `only`: the one priority class there is; a question with one answer is not asked. */
  | { readonly kind: 'started'; readonly only: PriorityClassId | null }
  | { readonly kind: 'priority_chosen'; readonly priorityClassId: PriorityClassId }
  | { readonly kind: 'page_turned'; readonly page: number }
  | { readonly kind: 'service_chosen'; readonly serviceId: ServiceId; readonly commandId: CommandId }
  | { readonly kind: 'issued'; readonly commandId: CommandId; readonly ticket: Ticket }
  | { readonly kind: 'refused'; readonly commandId: CommandId; readonly error: DoorError }
  /** `commandId`: for an act that was refused, which is a new one; unanswered ones keep theirs. */
  | { readonly kind: 'tried_again'; readonly commandId: CommandId }
  /** `only`: as in `started`. */
  | { readonly kind: 'went_back'; readonly only: PriorityClassId | null };

export const FLOW_AT_START: Flow = { step: 'attract' };

/** What follows. An event that does not belong to the step, such as a second tap or a late answer, changes nothing. */
export function flowAfter(flow: Flow, event: FlowEvent): Flow {
  switch (event.kind) {
    case 'started':
      if (flow.step !== 'attract') return flow;
      return event.only === null
        ? { step: 'priority' }
        : { step: 'services', priorityClassId: event.only, page: 0 };
    case 'priority_chosen':
      if (flow.step !== 'priority') return flow;
      return { step: 'services', priorityClassId: event.priorityClassId, page: 0 };
    case 'page_turned':
      return flow.step === 'services' ? { ...flow, page: event.page } : flow;
    case 'service_chosen': {
      if (flow.step !== 'services') return flow;
      const { priorityClassId, page } = flow;
      const { serviceId, commandId } = event;
      return { step: 'issuing', wish: { priorityClassId, serviceId, commandId }, page };
    }
    case 'issued':
      return isAnswerTo(flow, event.commandId)
        ? { step: 'ticket', wish: flow.wish, ticket: event.ticket }
        : flow;
    case 'refused':
      return isAnswerTo(flow, event.commandId)
        ? { step: 'failed', wish: flow.wish, error: event.error, page: flow.page }
        : flow;
    case 'tried_again': {
      if (flow.step !== 'failed') return flow;
      const isSameAct = flow.error.code === 'unreachable';
      const commandId = isSameAct ? flow.wish.commandId : event.commandId;
      return { step: 'issuing', wish: { ...flow.wish, commandId }, page: flow.page };
    }
    case 'went_back':
      return before(flow, event.only);
    default:
      return event satisfies never;
  }
}

function isAnswerTo(flow: Flow, commandId: CommandId): flow is Extract<Flow, { step: 'issuing' }> {
  return flow.step === 'issuing' && flow.wish.commandId === commandId;
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
    case 'services':
      return only === null ? { step: 'priority' } : FLOW_AT_START;
    case 'failed':
      return { step: 'services', priorityClassId: flow.wish.priorityClassId, page: flow.page };
    default:
      return flow satisfies never;
  }
}

/** Whether `went_back` leads anywhere. */
export function canGoBack(flow: Flow): boolean {
  return flow.step === 'priority' || flow.step === 'services' || flow.step === 'failed';
}

/** Whether the customer may throw everything away and start over: not while an answer is on its way. */
export function canStartOver(flow: Flow): boolean {
  return flow.step !== 'attract' && flow.step !== 'issuing';
}

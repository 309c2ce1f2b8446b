/**
 * Who may call whom: the one rule that decides which waiting tickets an operator at a counter may call, in the order of the
 * queue or out of it. Whatever is chosen with SQL is held to it by a test, and so is what screens show.
 */
import type { CounterId, UserId } from '../ids/id.ts';
import type { CounterRow, TicketRow } from '../rows/tables.ts';

/** The part of a ticket that decides who may call it. */
export type CallableTicket = Pick<
  TicketRow,
  'state' | 'heldReason' | 'serviceId' | 'priority' | 'addressedOperatorId' | 'addressedCounterId'
>;

/** What a counter, a person, or both together serve. */
export interface Served {
  /** Null means every service. */
  readonly serviceIds: readonly string[] | null;
  /** The lowest tier that is called there; null means everyone. */
  readonly priorityFrom: number | null;
}

/** An operator at a counter. */
export interface CallingPlace extends Served {
  readonly operatorId: UserId;
  readonly counterId: CounterId;
}

/** Why a ticket may not be called: codes of the error catalogue. */
export type NotCallable = 'ticket_state' | 'ticket_held' | 'ticket_addressed' | NotServed;
export type NotServed = 'service_not_served' | 'counter_priority_only';

/** What operator and counter serve together. */
export function callingPlace(
  operator: { readonly id: UserId; readonly serviceIds: readonly string[] | null },
  counter: Pick<CounterRow, 'id' | 'serviceIds' | 'priorityFrom'>,
): CallingPlace {
  return {
    operatorId: operator.id,
    counterId: counter.id,
    serviceIds: inBoth(operator.serviceIds, counter.serviceIds),
    priorityFrom: counter.priorityFrom,
  };
}

/** What is in two lists of services, of which null is every service. */
export function inBoth(
  one: readonly string[] | null,
  other: readonly string[] | null,
): readonly string[] | null {
  if (one === null || other === null) return one ?? other;
  return one.filter((id) => other.includes(id));
}

/**
 * Why a ticket may not be called from a place; nothing when it may.
 * @param place without one, whether anybody at all may call it.
 */
export function whyNotCallable(
  ticket: CallableTicket,
  place: CallingPlace | undefined,
): NotCallable | undefined {
  if (ticket.state !== 'waiting') return 'ticket_state';
  if (ticket.heldReason !== null) return 'ticket_held';
  if (place === undefined) return undefined;
  const { addressedOperatorId, addressedCounterId } = ticket;
  const isFor =
    (addressedOperatorId === null || addressedOperatorId === place.operatorId) &&
    (addressedCounterId === null || addressedCounterId === place.counterId);
  return isFor ? whyNotServed(ticket, place) : 'ticket_addressed';
}

/** Why those who wait for a service, or have a tier, are not served at a place; nothing when they are. */
export function whyNotServed(
  ticket: Pick<TicketRow, 'serviceId' | 'priority'>,
  { serviceIds, priorityFrom }: Served,
): NotServed | undefined {
  if (serviceIds !== null && !serviceIds.includes(ticket.serviceId)) return 'service_not_served';
  return priorityFrom !== null && ticket.priority < priorityFrom ? 'counter_priority_only' : undefined;
}

/** Whether a ticket may be called from a place. */
export function isCallable(ticket: CallableTicket, place: CallingPlace | undefined): boolean {
  return whyNotCallable(ticket, place) === undefined;
}

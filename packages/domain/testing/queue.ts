/** Queues, policies and orders drawn at random, with few values of each, so that there are ties. For tests alone. */
import fc from 'fast-check';
import { instantText } from '../env.ts';
import type { CounterId, PriorityClassId, ServiceId, TicketId, UserId } from '../ids/id.ts';
import type { CallingPlace } from '../queue/callable.ts';
import type { QueuedTicket } from '../queue/next-ticket.ts';
import type { QueueBook, QueueOrder } from '../queue/order.ts';
import type { PolicyName, QueuePolicy } from '../queue/policy.ts';
import { TICKET_STATES } from '../ticket/machine.ts';

export const QUEUE_NOW = Date.parse('2026-11-23T12:01:00.500Z');
export const SERVICES = ['s1', 's2', 's3'] as unknown as readonly ServiceId[];
export const CLASSES = ['c1', 'c2', 'c3'] as unknown as readonly PriorityClassId[];

export const anyTicket: fc.Arbitrary<QueuedTicket> = fc.record({
  id: fc.uuid({ version: 7 }).map((id) => id as TicketId),
  state: fc.oneof(
    { weight: 4, arbitrary: fc.constant('waiting' as const) },
    fc.constantFrom(...TICKET_STATES),
  ),
  heldReason: fc.option(fc.constant('documents'), { freq: 3 }),
  serviceId: fc.constantFrom(...SERVICES),
  priority: fc.nat(3),
  priorityClassId: fc.constantFrom(...CLASSES),
  addressedOperatorId: fc.option(
    fc.constantFrom('me', 'other').map((id) => id as UserId),
    { freq: 4 },
  ),
  addressedCounterId: fc.option(
    fc.constantFrom('here', 'there').map((id) => id as CounterId),
    { freq: 4 },
  ),
  waitingSince: fc.option(
    fc.nat(50).map((seconds) => instantText(QUEUE_NOW - 60_500 + seconds * 1_000)),
    { freq: 9 },
  ),
  appointmentAt: fc.option(
    fc.integer({ min: -3, max: 3 }).map((minutes) => instantText(QUEUE_NOW + minutes * 60_000)),
    { freq: 2 },
  ),
});

export const anyQueue = fc.uniqueArray(anyTicket, { selector: (one) => one.id, maxLength: 30 });

export const anyPlace: fc.Arbitrary<CallingPlace> = fc.record({
  operatorId: fc.constant('me' as UserId),
  counterId: fc.constant('here' as CounterId),
  serviceIds: fc.option(fc.subarray([...SERVICES])),
  priorityFrom: fc.option(fc.integer({ min: 1, max: 3 }), { freq: 2 }),
});

export function anyPolicy(...names: readonly PolicyName[]): fc.Arbitrary<QueuePolicy> {
  const minutes = fc.nat(2);
  const weight = fc.integer({ min: 1, max: 5 });
  const appointments = fc.option(
    fc.record({ beforeMinutes: minutes, afterMinutes: minutes, tier: fc.nat(4), weight }),
  );
  const turns = fc.integer({ min: 1, max: 4 });
  return fc
    .record({ name: fc.constantFrom(...names), preferential: turns, normal: turns, appointments })
    .map(({ name, preferential, normal, appointments: window }) =>
      name === 'ratio'
        ? { name, preferential, normal, appointments: window }
        : { name, appointments: window },
    );
}

export function anyOrder(...names: readonly PolicyName[]): fc.Arbitrary<QueueOrder> {
  return fc.record({
    policy: anyPolicy(...names),
    now: fc.constant(QUEUE_NOW),
    recent: fc.array(fc.boolean(), { maxLength: 8 }),
    weights: fc.dictionary(fc.constantFrom(...CLASSES), fc.nat(4), { maxKeys: 3 }),
  });
}

/** A site's order, and those of up to two services. */
export function anyBook(...names: readonly PolicyName[]): fc.Arbitrary<QueueBook> {
  return fc.record({
    site: anyOrder(...names),
    services: fc.dictionary(fc.constantFrom(...SERVICES), anyOrder(...names), { maxKeys: 2 }),
  });
}

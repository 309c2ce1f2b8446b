/** Where a ticket can be sent on from this desk: services of the site, other counters, other people. */
import {
  type CounterRow,
  isOfferedAt,
  type LocalText,
  type ServiceRow,
  type SiteRow,
  type UserId,
} from '@totem/domain';
import type { TransferTargets } from './transfer-form.tsx';

export interface TargetsFrom {
  readonly services: Iterable<ServiceRow>;
  readonly counters: readonly CounterRow[];
  readonly people: readonly { readonly userId: UserId; readonly fullName: string }[];
  readonly site: Pick<SiteRow, 'id'> | undefined;
  /** Who sends it on, and from where: nobody sends a ticket to themselves. */
  readonly userId: string;
  readonly counterId: string | undefined;
}

/** @param local names in the reader's language. */
export function transferTargets(from: TargetsFrom, local: (text: LocalText) => string): TransferTargets {
  const { services, counters, people, site, userId, counterId } = from;
  const isOffered = (service: ServiceRow): boolean =>
    service.active && service.deletedAt === null && site !== undefined && isOfferedAt(service, site.id);
  return {
    service: [...services].filter(isOffered).map((service) => ({
      id: service.id,
      name: `${service.prefix} · ${local(service.name)}`,
      target: { toServiceId: service.id },
    })),
    counter: counters
      .filter((counter) => counter.active && counter.deletedAt === null && counter.id !== counterId)
      .toSorted((a, b) => a.number - b.number)
      .map((counter) => ({ id: counter.id, name: counter.name, target: { toCounterId: counter.id } })),
    person: people
      .filter((person) => person.userId !== userId)
      .map((person) => ({
        id: person.userId,
        name: person.fullName,
        target: { toOperatorId: person.userId },
      })),
  };
}

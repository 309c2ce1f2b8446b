/**
 * What the site offers now, as the customer is shown it: every service of the site in its order, and for those that cannot be
 * had, why and until when. The agent decides again when a ticket is asked for; this only keeps people from asking in vain.
 */
import {
  isOfferedAt,
  isOpen,
  type OpeningHours,
  type PriorityClassRow,
  type ServiceRow,
  type SiteRow,
} from '@totem/domain';

export type Availability =
  | { readonly kind: 'open' }
  /** `opensAt`: the next opening, in milliseconds since the Unix epoch; null when none is in sight. */
  | { readonly kind: 'closed'; readonly opensAt: number | null }
  /** It has to be paid first, and here it cannot be. */
  | { readonly kind: 'pay_elsewhere' };

export interface Offer {
  readonly service: ServiceRow;
  readonly availability: Availability;
}

/** The services of a site at an instant, in the order of the catalogue. */
export function offersOf(services: readonly ServiceRow[], site: SiteRow, now: number): Offer[] {
  return services
    .filter((service) => service.deletedAt === null && isOfferedAt(service, site.id))
    .toSorted(bySortOrder)
    .map((service) => ({ service, availability: availabilityOf(service, site, now) }));
}

/** The priority classes to choose from, in the order of the catalogue. */
export function prioritiesOf(classes: readonly PriorityClassRow[]): PriorityClassRow[] {
  return classes.filter(({ deletedAt, active }) => deletedAt === null && active).toSorted(bySortOrder);
}

/** The class of everyone else: of the lowest tier, the first in order. */
export function ordinaryOf(classes: readonly PriorityClassRow[]): PriorityClassRow | undefined {
  const lowest = Math.min(...classes.map(({ tier }) => tier));
  return classes.find(({ tier }) => tier === lowest);
}

function bySortOrder(
  one: { readonly sortOrder: number; readonly id: string },
  other: { readonly sortOrder: number; readonly id: string },
): number {
  return one.sortOrder - other.sortOrder || (one.id < other.id ? -1 : 1);
}

function availabilityOf(service: ServiceRow, site: SiteRow, now: number): Availability {
  const hours = [site.openingHours, service.openingHours];
  if (!service.active) return { kind: 'closed', opensAt: null };
  if (!hours.every((each) => isOpen(each, now, site.timezone))) {
    return { kind: 'closed', opensAt: nextOpening(hours, now, site.timezone) };
  }
  return service.paymentPolicy === 'before_queue' ? { kind: 'pay_elsewhere' } : { kind: 'open' };
}

/** How many days ahead an opening is looked for: a week, so that every weekday is seen once after today. */
const DAYS_AHEAD_MAX = 7;

/**
 * The first instant after `now` at which a place is open that follows several opening hours at once, such as a site's and a
 * service's. It can only be the beginning of an interval of one of them. Milliseconds since the Unix epoch, or null.
 */
export function nextOpening(hours: readonly OpeningHours[], now: number, timezone: string): number | null {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone).toPlainDate();
  for (let days = 0; days <= DAYS_AHEAD_MAX; days += 1) {
    const day = today.add({ days });
    const weekday = String(day.dayOfWeek) as '1';
    const opening = hours
      .flatMap((each) => each?.[weekday] ?? [])
      .map(([from]) => startOf(day, from, timezone))
      .filter((start) => start > now && hours.every((each) => isOpen(each, start, timezone)))
      .sort((a, b) => a - b)[0];
    if (opening !== undefined) return opening;
  }
  return null;
}

function startOf(day: Temporal.PlainDate, time: string, timezone: string): number {
  const plainTime = Temporal.PlainTime.from(time === '24:00' ? '23:59' : time);
  return day.toZonedDateTime({ timeZone: timezone, plainTime }).epochMilliseconds;
}

/** A page of a list, and how many pages there are: at least one. */
export function pageOf<T>(
  list: readonly T[],
  page: number,
  size: number,
): { shown: readonly T[]; pages: number } {
  const pages = Math.max(1, Math.ceil(list.length / size));
  const at = Math.min(Math.max(0, page), pages - 1);
  return { shown: list.slice(at * size, (at + 1) * size), pages };
}

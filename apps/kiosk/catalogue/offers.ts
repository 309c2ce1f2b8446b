/**
 * What the site offers now, as the customer is shown it: every service of the site in its order, and for those that cannot be
 * had, why and until when. The agent decides again when a ticket is asked for; this only keeps people from asking in vain.
 */
import {
  isOfferedAt,
  isOpen,
  mustPayFirst,
  type OpeningHours,
  type PriorityClassRow,
  type ServiceOutlook,
  type ServiceRow,
  type SiteRow,
  type TierOutlook,
} from '@totem/domain';

export type Availability =
  | { readonly kind: 'open' }
  /** `opensAt`: the next opening, in milliseconds since the Unix epoch; null when none is in sight. */
  | { readonly kind: 'closed'; readonly opensAt: number | null }
  /** All of today's tickets are given out. */
  | { readonly kind: 'full' }
  /** It has to be paid first, and here it cannot be. */
  | { readonly kind: 'pay_elsewhere' };

export interface Offer {
  readonly service: ServiceRow;
  readonly availability: Availability;
  /** What its queue holds, as the totem has last said; undefined when it has not. */
  readonly outlook: ServiceOutlook | undefined;
}

/** The services of a site at an instant, in the order of the catalogue. @param canPay whether anything can be paid here now. */
export function offersOf(
  services: readonly ServiceRow[],
  site: SiteRow,
  now: number,
  outlooks: readonly ServiceOutlook[] = [],
  canPay = false,
): Offer[] {
  return services
    .filter((service) => service.deletedAt === null && isOfferedAt(service, site.id))
    .toSorted(bySortOrder)
    .map((service) => {
      const outlook = outlooks.find(({ serviceId }) => serviceId === service.id);
      return { service, availability: availabilityOf(service, site, now, outlook, canPay), outlook };
    });
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

function availabilityOf(
  service: ServiceRow,
  site: SiteRow,
  now: number,
  outlook: ServiceOutlook | undefined,
  canPay: boolean,
): Availability {
  const hours = [site.openingHours, service.openingHours];
  if (!service.active) return { kind: 'closed', opensAt: null };
  if (!hours.every((each) => isOpen(each, now, site.timezone))) {
    return { kind: 'closed', opensAt: nextOpening(hours, now, site.timezone) };
  }
  if (outlook?.quotaLeft === 0) return { kind: 'full' };
  return mustPayFirst(service) && !canPay ? { kind: 'pay_elsewhere' } : { kind: 'open' };
}

/** What a customer of a tier waits for; undefined when nobody can say. */
export function waitFor({ outlook }: Offer, tier: number): TierOutlook | undefined {
  const found = outlook?.tiers.find((each) => each.tier === tier);
  return found === undefined || found.waitMinutes === null ? undefined : found;
}

/**
 * When a service closes today, in milliseconds since the Unix epoch, as the hours of the site and its own say together; null
 * for what has no hours, and for what is closed already.
 */
export function closesAt(service: ServiceRow, site: SiteRow, now: number): number | null {
  const ends = [site.openingHours, service.openingHours].map((hours) =>
    endOfInterval(hours, now, site.timezone),
  );
  const known = ends.filter((end) => end !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function endOfInterval(hours: OpeningHours, now: number, timezone: string): number | null {
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone);
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' });
  const intervals = hours?.[String(local.dayOfWeek) as '1'] ?? [];
  const current = intervals.find(([from, until]) => from <= time && time < until);
  if (current === undefined) return null;
  const [, until] = current;
  const day = local.toPlainDate();
  return until === '24:00' ? startOf(day.add({ days: 1 }), '00:00', timezone) : startOf(day, until, timezone);
}

/** The intervals of each weekday from today on, a week; null for a place without hours, which is always open. */
export function weekOf(
  hours: OpeningHours,
  now: number,
  timezone: string,
): { readonly noon: number; readonly intervals: readonly (readonly [string, string])[] }[] | null {
  if (hours === null) return null;
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone).toPlainDate();
  return Array.from({ length: DAYS_AHEAD_MAX }, (_, days) => {
    const day = today.add({ days });
    return { noon: startOf(day, '12:00', timezone), intervals: hours[String(day.dayOfWeek) as '1'] ?? [] };
  });
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

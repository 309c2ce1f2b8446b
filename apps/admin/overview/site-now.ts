/** What is wrong at a site, the worst first, and the order in which sites are looked at. */
import type { AnswerOf, Routes } from '@totem/api';

export type SiteNow = AnswerOf<Routes['getOverview']>['sites'][number];

export const TROUBLES = ['overTarget', 'nobodyServes', 'totemsAway', 'conflicts', 'suspended'] as const;
export interface Trouble {
  readonly name: (typeof TROUBLES)[number];
  readonly count: number;
  /** Customers feel it now. */
  readonly isGrave: boolean;
}

export function troublesOf(site: SiteNow): readonly Trouble[] {
  const { waiting, countersOpen, countersPaused, overTarget, devices, conflictsOpen } = site;
  const nobody = waiting > 0 && countersOpen - countersPaused <= 0;
  const troubles: readonly Trouble[] = [
    { name: 'overTarget', count: overTarget, isGrave: true },
    { name: 'nobodyServes', count: nobody ? waiting : 0, isGrave: true },
    { name: 'totemsAway', count: devices.offline, isGrave: false },
    { name: 'suspended', count: devices.suspended, isGrave: false },
    { name: 'conflicts', count: conflictsOpen, isGrave: false },
  ];
  return troubles.filter(({ count }) => count > 0);
}

export const SITE_ORDERS = ['trouble', 'wait', 'waiting', 'name'] as const;
export type SiteOrder = (typeof SITE_ORDERS)[number];

/** Sites in an order; by name where that leaves them equal. */
export function orderedBy(
  order: SiteOrder,
  sites: readonly SiteNow[],
  nowMs: number,
  locale: string,
): readonly SiteNow[] {
  const collator = new Intl.Collator(locale, { numeric: true });
  const weight = (site: SiteNow): number => {
    switch (order) {
      case 'trouble':
        return troublesOf(site).reduce((sum, { count, isGrave }) => sum + count * (isGrave ? 1_000 : 1), 0);
      case 'wait':
        return site.longestWaitSince === null ? 0 : nowMs - Date.parse(site.longestWaitSince);
      case 'waiting':
        return site.waiting;
      case 'name':
        return 0;
      default:
        return order satisfies never;
    }
  };
  return sites.toSorted((a, b) => weight(b) - weight(a) || collator.compare(a.name, b.name));
}

/** The figures of some sites together. */
export function summed(sites: readonly SiteNow[]) {
  const sum = (of: (site: SiteNow) => number): number => sites.reduce((total, site) => total + of(site), 0);
  const since = sites.flatMap(({ longestWaitSince }) => longestWaitSince ?? []).sort();
  return {
    waiting: sum((site) => site.waiting),
    overTarget: sum((site) => site.overTarget),
    called: sum((site) => site.called),
    inService: sum((site) => site.inService),
    counters: sum((site) => site.counters),
    countersOpen: sum((site) => site.countersOpen),
    devicesAway: sum((site) => site.devices.offline),
    longestWaitSince: since[0] ?? null,
  };
}

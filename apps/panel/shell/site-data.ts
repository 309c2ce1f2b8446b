/**
 * The rows that the panel works with. Two shapes are live, because over plain HTTP a browser has six connections for an
 * origin; what changes rarely is read once, and again now and then.
 */
import type { CounterRow, PriorityClassRow, ServiceRow, SiteRow, TicketRow } from '@totem/domain';
import { type LinkState, type ShapeInUse, useShape, worstOf } from '@totem/ui';
import { useCallback, useEffect, useMemo } from 'react';

/** How often services, counters and rules are read again while the page is open. */
const CATALOGUE_REFRESH_MS = 5 * 60_000;

export interface SiteData {
  readonly tickets: ShapeInUse<'ticket'>;
  readonly sessions: ShapeInUse<'operator_session'>;
  /** The calls as they were last read: see `useCalls`. */
  readonly calls: ShapeInUse<'call'>;
  readonly site: SiteRow | undefined;
  readonly counters: readonly CounterRow[];
  readonly services: ReadonlyMap<string, ServiceRow>;
  readonly priorityClasses: ReadonlyMap<string, PriorityClassRow>;
  /** What may be believed of the live rows. */
  readonly link: LinkState;
  /** What may be believed of all rows together: the page waits until it is past loading. */
  readonly whole: LinkState;
  /** Reads again what is not live. */
  refreshCatalogue(): Promise<void>;
  /** Reads everything again. */
  refreshAll(): Promise<void>;
}

export function useSiteData(): SiteData {
  const tickets = useShape('ticket');
  const sessions = useShape('operator_session');
  const call = useShape('call', { live: false });
  const site = useShape('site', { live: false });
  const counter = useShape('counter', { live: false });
  const service = useShape('service', { live: false });
  const priorityClass = useShape('priority_class', { live: false });

  const { refresh: refreshSite } = site;
  const { refresh: refreshCounter } = counter;
  const { refresh: refreshService } = service;
  const { refresh: refreshPriorityClass } = priorityClass;
  const refreshCatalogue = useCallback(async () => {
    await Promise.all([refreshSite(), refreshCounter(), refreshService(), refreshPriorityClass()]);
  }, [refreshSite, refreshCounter, refreshService, refreshPriorityClass]);
  useEffect(() => {
    const timer = setInterval(() => void refreshCatalogue(), CATALOGUE_REFRESH_MS);
    return () => clearInterval(timer);
  }, [refreshCatalogue]);

  const link = worstOf([tickets, sessions]);
  return {
    tickets,
    sessions,
    calls: call,
    site: site.rows[0],
    counters: counter.rows,
    services: useById(service.rows),
    priorityClasses: useById(priorityClass.rows),
    link,
    whole: worstOf([link, site, counter, service, priorityClass]),
    refreshCatalogue,
    refreshAll: async () => {
      await Promise.all([tickets.refresh(), sessions.refresh(), refreshCatalogue()]);
    },
  };
}

/** Rows by id, in the order in which the tenant sorts them. */
function useById<R extends { readonly id: string; readonly sortOrder: number }>(
  rows: readonly R[],
): ReadonlyMap<string, R> {
  return useMemo(
    () => new Map(rows.toSorted((a, b) => a.sortOrder - b.sortOrder).map((row) => [row.id, row])),
    [rows],
  );
}

/**
 * Reads the calls again when it matters: when this operator has called somebody, and on every call where turns are counted.
 * @param ofAll whether calls of others matter.
 */
export function useCalls({ tickets, calls }: SiteData, inHand: TicketRow | undefined, ofAll: boolean): void {
  const { refresh } = calls;
  const latest = ofAll
    ? tickets.rows.reduce(
        (last, { calledAt }) => (calledAt !== null && calledAt > last ? calledAt : last),
        '',
      )
    : (inHand?.calledAt ?? '');
  useEffect(() => {
    if (latest !== '') void refresh();
  }, [latest, refresh]);
}

/** The catalogue of this totem, read once and again for each customer: nobody chooses from a list that changes under the finger. */
import type { ErrorCode, PriorityClassRow, ServiceRow, SiteRow } from '@totem/domain';
import { useShape, worstOf } from '@totem/ui';
import { useEffect, useEffectEvent, useMemo } from 'react';
import { prioritiesOf } from './offers.ts';

export interface Catalogue {
  readonly site: SiteRow;
  readonly services: readonly ServiceRow[];
  /** Never empty. */
  readonly priorities: readonly PriorityClassRow[];
}

export interface CatalogueInUse {
  /** The catalogue, or why there is none. */
  readonly catalogue: Catalogue | ErrorCode | 'loading';
  /** Reads it again. */
  readonly refresh: () => void;
}

/** While there is none, it is asked for this often. */
const PREPARING_AGAIN_MS = 3_000;

/** Reads the catalogue. */
export function useCatalogue(): CatalogueInUse {
  const sites = useShape('site', { live: false });
  const services = useShape('service', { live: false });
  const classes = useShape('priority_class', { live: false });
  const link = worstOf([sites, services, classes]);
  const site = sites.rows[0];
  const priorities = useMemo(() => prioritiesOf(classes.rows), [classes.rows]);
  const isComplete = site !== undefined && priorities.length > 0 && services.rows.length > 0;

  const refresh = (): void => {
    for (const shape of [sites, services, classes]) void shape.refresh();
  };
  const again = useEffectEvent(refresh);
  useEffect(() => {
    if (isComplete) return;
    const timer = setInterval(() => again(), PREPARING_AGAIN_MS);
    return () => clearInterval(timer);
  }, [isComplete]);

  const rows = services.rows;
  const complete = useMemo(
    () => (site === undefined || !isComplete ? undefined : { site, services: rows, priorities }),
    [site, rows, priorities, isComplete],
  );
  const reason = link.status === 'loading' ? 'loading' : (link.error?.code ?? 'not_ready');
  return { catalogue: complete ?? reason, refresh };
}

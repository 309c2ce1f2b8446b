/** Which policies are in force at a site: the service's own, else the site's, else the tenant's, else `strict`. */
import type { ServiceRow, SiteRow } from '../rows/tables.ts';
import { queueRulesOf } from '../site/queue-rules.ts';
import type { QueueBook, QueueOrder } from './order.ts';
import { type QueuePolicy, STRICT_POLICY } from './policy.ts';
import { turnsRemembered } from './ratio.ts';

type PolicySite = Pick<SiteRow, 'queueRules' | 'tenantQueuePolicy'>;
type PolicyService = Pick<ServiceRow, 'id' | 'queuePolicy'>;

/** The policy of a site, where a service has none of its own. */
export function sitePolicy(site: PolicySite): QueuePolicy {
  return queueRulesOf(site).policy ?? site.tenantQueuePolicy ?? STRICT_POLICY;
}

/** What has to be looked up before the orders of a site can be put together. */
export interface BookNeeds {
  readonly weights: boolean;
  /** How many of the last first calls, of the whole site (null) or of one service. */
  readonly recent: readonly { readonly serviceId: string | null; readonly turns: number }[];
}

export function bookNeeds(site: PolicySite, services: readonly PolicyService[]): BookNeeds {
  const policies = policiesOf(site, services);
  return {
    weights: policies.some(({ policy }) => policy.name === 'aging'),
    recent: policies.flatMap(({ serviceId, policy }) =>
      policy.name === 'ratio' ? [{ serviceId, turns: turnsRemembered(policy) }] : [],
    ),
  };
}

export interface BookFacts {
  readonly site: PolicySite;
  /** Services; those without a policy of their own may be left out. */
  readonly services: readonly PolicyService[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What each priority class weighs, by its id; asked for by `aging` alone. */
  readonly weights: Readonly<Record<string, number>>;
  /** The last first calls, the latest first, of the site (null) or of a service: asked for by `ratio` alone. */
  recent(serviceId: string | null): readonly boolean[];
}

export function queueBook(facts: BookFacts): QueueBook {
  const orders = policiesOf(facts.site, facts.services).map(({ serviceId, policy }) => {
    const order: QueueOrder = {
      policy,
      now: facts.now,
      recent: policy.name === 'ratio' ? facts.recent(serviceId).slice(0, turnsRemembered(policy)) : [],
      weights: policy.name === 'aging' ? facts.weights : {},
    };
    return [serviceId, order] as const;
  });
  const own = orders.filter(([serviceId]) => serviceId !== null);
  const [, site] = orders.find(([serviceId]) => serviceId === null) as (typeof orders)[number];
  return { site, services: Object.fromEntries(own) };
}

function policiesOf(site: PolicySite, services: readonly PolicyService[]) {
  const own = services.flatMap(({ id, queuePolicy }) =>
    queuePolicy === null ? [] : [{ serviceId: id as string | null, policy: queuePolicy }],
  );
  return [{ serviceId: null, policy: sitePolicy(site) }, ...own];
}

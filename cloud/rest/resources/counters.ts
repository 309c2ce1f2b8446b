/** Counters, as resources. */
import { and, eq, inArray, isNull } from 'drizzle-orm';
import { appUser } from '../../db/schema/people.ts';
import { operatorSession } from '../../db/schema/queue.ts';
import { counter, service } from '../../db/schema/tenancy.ts';
import { configuredHandlers, requireInUse, requireOpenSites } from '../configured.ts';
import type { ResourceSpec } from '../resource.ts';

/** Counters of one tenant. */
const COUNTERS_MAX = 5_000;

type CounterRow = typeof counter.$inferSelect;

const COUNTERS: ResourceSpec<typeof counter, ReturnType<typeof view>> = {
  entity: 'counter',
  table: counter,
  view,
  sitesFilter: (siteIds) => inArray(counter.siteId, [...siteIds]),
  siteOf: ({ siteId }) => siteId,
  unique: { counter_number_key: 'number' },
  max: COUNTERS_MAX,
  usedBy: async (tx, { id }) => {
    const [open] = await tx.orm
      .select({ name: appUser.fullName })
      .from(operatorSession)
      .innerJoin(
        appUser,
        and(eq(appUser.tenantId, operatorSession.tenantId), eq(appUser.id, operatorSession.userId)),
      )
      .where(
        and(
          eq(operatorSession.tenantId, tx.tenantId),
          eq(operatorSession.counterId, id),
          isNull(operatorSession.until),
        ),
      )
      .limit(1);
    return open?.name;
  },
};

export const counterHandlers = configuredHandlers('Counter', 'Counters', COUNTERS, {
  where: ({ siteId, active }) => [
    siteId === undefined ? undefined : eq(counter.siteId, siteId),
    active === undefined ? undefined : eq(counter.active, active),
  ],
  checkNew: async (tx, { principal, body }) => {
    await requireOpenSites(tx, principal, 'siteId', [body.siteId]);
    await requireInUse(tx, service, 'serviceIds', body.serviceIds ?? []);
  },
  checkChange: (tx, { body }) => requireInUse(tx, service, 'serviceIds', body.serviceIds ?? []),
});

function view({ tenantId: _, ...row }: CounterRow) {
  return row;
}

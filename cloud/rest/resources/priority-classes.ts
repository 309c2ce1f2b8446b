/** Priority classes, as resources. */
import { and, eq, inArray } from 'drizzle-orm';
import { ticket } from '../../db/schema/queue.ts';
import { priorityClass } from '../../db/schema/tenancy.ts';
import { actsEverywhere, configuredHandlers } from '../configured.ts';
import type { ResourceSpec } from '../resource.ts';

/** Priority classes of one tenant. */
const CLASSES_MAX = 50;

type PriorityClassRow = typeof priorityClass.$inferSelect;

const PRIORITY_CLASSES: ResourceSpec<typeof priorityClass, ReturnType<typeof view>> = {
  entity: 'priority_class',
  table: priorityClass,
  view,
  mayWrite: actsEverywhere,
  max: CLASSES_MAX,
  usedBy: async (tx, { id }) => {
    const [waiting] = await tx.orm
      .select({ code: ticket.code })
      .from(ticket)
      .where(
        and(
          eq(ticket.tenantId, tx.tenantId),
          eq(ticket.priorityClassId, id),
          inArray(ticket.state, ['created', 'waiting', 'called', 'in_service']),
        ),
      )
      .limit(1);
    return waiting?.code;
  },
};

export const priorityClassHandlers = configuredHandlers(
  'PriorityClass',
  'PriorityClasses',
  PRIORITY_CLASSES,
  {
    where: ({ active }) => [active === undefined ? undefined : eq(priorityClass.active, active)],
  },
);

function view({ tenantId: _, ...row }: PriorityClassRow) {
  return row;
}

/** Priority classes, as resources. */
import { eq } from 'drizzle-orm';
import { ticket } from '../../db/schema/queue.ts';
import { priorityClass } from '../../db/schema/tenancy.ts';
import { actsEverywhere, configuredHandlers } from '../configured.ts';
import { openTicketWhere } from '../open-ticket.ts';
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
  usedBy: (tx, { id }) => openTicketWhere(tx, eq(ticket.priorityClassId, id)),
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

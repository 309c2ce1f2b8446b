/**
 * The strict side of sending a ticket on: to another service, to one counter, or to one person. Whoever is named must be
 * able to serve it, so that nobody waits for a call that cannot come.
 */
import type { CommandOf } from '../command/command.ts';
import { whyNotServed } from '../queue/callable.ts';
import type { JsonObject } from '../rows/column.ts';
import type { TicketRow } from '../rows/tables.ts';
import { queueRulesOf } from '../site/queue-rules.ts';
import { isOfferedAt } from '../site/service.ts';
import type { ActContext } from './context.ts';
import { type Decision, type Draft, no } from './decision.ts';

/** Decides `ticket.transfer` of a ticket in the operator's own hand. */
export function decideTransfer(
  row: TicketRow,
  command: CommandOf<'ticket.transfer'>,
  context: ActContext,
  holder: JsonObject,
  draft: Draft,
): Decision {
  const { toCounterId, toOperatorId } = command;
  const refused = whyNoService(command, context) ?? whyNotThere(row, command, context);
  if (refused !== undefined) return refused;
  const toServiceId = command.toServiceId ?? row.serviceId;
  const place = queueRulesOf(context.site).transferPlace;
  const addressee = {
    ...(toCounterId === undefined ? {} : { toCounterId }),
    ...(toOperatorId === undefined ? {} : { toOperatorId }),
  };
  return { ok: true, drafts: [draft({ ...holder, toServiceId, ...addressee, place })] };
}

function whyNoService(command: CommandOf<'ticket.transfer'>, context: ActContext): Decision | undefined {
  if (command.toServiceId === undefined) return undefined;
  const service = context.targetService;
  if (service === undefined || !service.active || service.deletedAt !== null) return no('service_not_found');
  return isOfferedAt(service, context.site.id) ? undefined : no('service_not_here');
}

function whyNotThere(
  row: TicketRow,
  command: CommandOf<'ticket.transfer'>,
  context: ActContext,
): Decision | undefined {
  const { targetCounter: counter, targetOperator: operator, site } = context;
  const ticket = { serviceId: command.toServiceId ?? row.serviceId, priority: row.priority };
  if (command.toCounterId !== undefined) {
    const isThere = counter?.siteId === site.id && counter.active && counter.deletedAt === null;
    if (!isThere) return no('counter_not_found');
    const why = whyNotServed(ticket, counter);
    if (why !== undefined) return no(why, { code: row.code });
  }
  if (command.toOperatorId !== undefined) {
    const isThere = operator?.serves && (operator.siteIds === null || operator.siteIds.includes(site.id));
    if (operator === undefined || !isThere) return no('operator_not_found');
    const why = whyNotServed(ticket, { serviceIds: operator.serviceIds, priorityFrom: null });
    if (why !== undefined) return no(why, { code: row.code });
  }
  return undefined;
}

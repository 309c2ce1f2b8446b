/** The strict side of a ticket's beginning: whether it is given, and what it is for ever. */
import { type CommandOf, CUSTOMER_NAME_LENGTH_MAX } from '../command/command.ts';
import type { Env } from '../env.ts';
import { type Id, newId, type UserId } from '../ids/id.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import type { JsonObject } from '../rows/column.ts';
import type { PriorityClassRow, ServiceRow, SiteRow } from '../rows/tables.ts';
import { isOfferedAt, mustPayFirst } from '../site/service.ts';
import { parseCpf } from '../text/cpf.ts';
import { normaliseLine } from '../text/normalise.ts';
import { businessDay, isOpen } from '../time/business-day.ts';
import { ticketCode } from './code.ts';
import { type Decision, no } from './decision.ts';
import type { Channel } from './machine.ts';

/** What issuing needs to know of its place. `nextNumber` is asked once, and only when nothing else refuses. */
export interface IssueContext {
  readonly site: SiteRow | undefined;
  readonly service: ServiceRow | undefined;
  readonly priorityClass: PriorityClassRow | undefined;
  readonly lane: string;
  readonly channel: Channel;
  readonly userId: UserId | null;
  /** What somebody checks in for. */
  readonly appointment?: { readonly id: Id<'appointment'>; readonly at: string };
  /** Whether a payment can be taken here and now: what must be paid first is given only then. */
  readonly canCharge: boolean;
  /** The last business day that this writer has used. */
  readonly lastBusinessDay: string | undefined;
  /**
   * How many tickets of the service the site has given on a business day, as far as this writer knows; those issued by
   * mistake do not count. Asked only where there is a quota.
   */
  issuedOn(businessDay: string): number;
  /** Draws the next number of (site, prefix, lane, business day). */
  nextNumber(prefix: string, businessDay: string): number;
}

/** Decides `ticket.create`. The ticket's id is new; its code is fixed here for ever. */
export function decideIssue(env: Env, command: CommandOf<'ticket.create'>, context: IssueContext): Decision {
  const { site, service, priorityClass } = context;
  if (site === undefined) return no('not_ready');
  if (service === undefined || service.deletedAt !== null) return no('service_not_found');
  if (!isOfferedAt(service, site.id)) return no('service_not_here');
  if (priorityClass === undefined || priorityClass.deletedAt !== null || !priorityClass.active)
    return no('priority_class_not_found');
  const now = env.now();
  const open =
    service.active &&
    isOpen(site.openingHours, now, site.timezone) &&
    isOpen(service.openingHours, now, site.timezone);
  if (!open) return no('service_closed');
  const isPaidFirst = mustPayFirst(service);
  if (isPaidFirst && !context.canCharge) return no('payment_unavailable');
  if (command.priceCents !== undefined && command.priceCents !== service.priceCents)
    return no('price_changed');

  const customer = customerOf(command);
  if (!customer.ok) return customer.refused;
  const day = businessDay(now, site, context.lastBusinessDay);
  if (service.dailyQuota !== null && context.issuedOn(day) >= service.dailyQuota)
    return no('quota_reached', { max: service.dailyQuota });
  const number = context.nextNumber(service.prefix, day);
  const draft: EntryDraft = {
    siteId: site.id,
    userId: context.userId,
    action: 'TICKET_CREATE',
    entity: 'ticket',
    entityId: newId<string>(env),
    data: {
      state: isPaidFirst ? 'created' : 'waiting',
      serviceId: service.id,
      code: ticketCode(service.prefix, context.lane, number),
      businessDay: day,
      lane: context.lane,
      number,
      priorityClassId: priorityClass.id,
      priority: priorityClass.tier,
      partySize: command.partySize,
      channel: context.channel,
      priceCents: service.priceCents,
      ...bookedFor(context),
    },
    ...(Object.keys(customer.private).length === 0 ? {} : { private: customer.private }),
  };
  return { ok: true, drafts: [draft] };
}

function bookedFor({ appointment }: IssueContext): JsonObject {
  return appointment === undefined ? {} : { appointmentAt: appointment.at, appointmentId: appointment.id };
}

type Customer =
  | { readonly ok: true; readonly private: JsonObject }
  | { readonly ok: false; readonly refused: Decision };

/** Who the customer said they are, cleaned; kept apart from the entry, where it can be erased. */
function customerOf({ customer = {} }: CommandOf<'ticket.create'>): Customer {
  const known: { name?: string; document?: string } = {};
  if (customer.name !== undefined) {
    const cleaned = normaliseLine(customer.name, CUSTOMER_NAME_LENGTH_MAX);
    if (!cleaned.ok) return { ok: false, refused: no(cleaned.fault, { max: CUSTOMER_NAME_LENGTH_MAX }) };
    known.name = cleaned.text;
  }
  if (customer.document !== undefined) {
    const document = parseCpf(customer.document);
    if (document === undefined) return { ok: false, refused: no('document_invalid') };
    known.document = document;
  }
  return { ok: true, private: known };
}

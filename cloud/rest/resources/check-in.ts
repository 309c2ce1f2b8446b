/** Checking in: a booking becomes a ticket that ranks by its booked time. The booking is locked, so that it becomes one ticket. */
import type { BodyOf, Routes } from '@totem/api';
import {
  type CommandOf,
  newId,
  type PriorityClassId,
  ProblemError,
  type SiteRow,
  whyNoCheckIn,
} from '@totem/domain';
import { giveTicket } from '../../commands/issue.ts';
import { peopleAheadOf, siteById } from '../../commands/queries.ts';
import { bookOf } from '../../commands/queue-book.ts';
import type { appointment } from '../../db/schema/queue.ts';
import type { WriteHandle } from '../../db/with-tenant.ts';
import { requireServedHere } from '../../hub/terms.ts';
import { userOf } from '../entries.ts';
import type { Asked } from '../mount.ts';
import { missing } from '../resource.ts';

export type CheckInBody = BodyOf<Routes['checkInAppointment']>;

/** The site where somebody checks in. @throws ProblemError `reference_not_found`, `hub_serves_site`. */
export async function siteOfCheckIn(tx: WriteHandle, { siteId }: CheckInBody): Promise<SiteRow> {
  const site = await siteById(tx, siteId);
  if (site === undefined) throw missing('siteId');
  requireServedHere(site);
  return site;
}

/**
 * Gives the ticket of a booking that is locked.
 * @throws ProblemError `check_in_too_early`, `check_in_too_late`, and what `decideIssue` refuses.
 */
export async function ticketForBooking(
  tx: WriteHandle,
  { env, principal }: Pick<Asked<never>, 'env' | 'principal'>,
  booking: typeof appointment.$inferSelect,
  { site, body }: { readonly site: SiteRow; readonly body: CheckInBody },
) {
  const why = whyNoCheckIn(site, booking.slot, env.now());
  if (why !== undefined)
    throw new ProblemError(why.code, 'minutes' in why ? { params: { minutes: why.minutes } } : {});
  const command: CommandOf<'ticket.create'> = {
    type: 'ticket.create',
    id: newId<'command'>(env),
    serviceId: booking.serviceId,
    priorityClassId: body.priorityClassId satisfies PriorityClassId,
    partySize: body.partySize,
  };
  const by = {
    channel: 'appointment',
    userId: userOf(principal),
    appointment: { id: booking.id, at: booking.slot },
  } as const;
  const { committed, ticket } = await giveTicket(tx, env, { site, command, by });
  if (!committed.ok) {
    const { code, params } = committed.refusal;
    throw new ProblemError(code, params === undefined ? {} : { params });
  }
  if (ticket === undefined) throw new Error('a ticket was given and is not there');
  const peopleAhead = await peopleAheadOf(tx, ticket, await bookOf(tx, site, env.now()));
  return { id: ticket.id, code: ticket.code, peopleAhead };
}

/** Privacy as routes: one person handed out or erased, and the account of somebody who has left. */
import type { Routes } from '@totem/api';
import { type JsonObject, ProblemError, pseudonymOf, sitesOfPrincipal } from '@totem/domain';
import { and, eq } from 'drizzle-orm';
import { appUser } from '../db/schema/people.ts';
import type { WriteHandle } from '../db/with-tenant.ts';
import { record, userOf } from '../rest/entries.ts';
import { type Asked, type Handler, write } from '../rest/mount.ts';
import { emptyAside, forgetAtTickets, forgetBooked, forgetUser, recordErasures } from './erase.ts';
import { heldOf } from './export.ts';
import { findHeld } from './sought.ts';

/** Ids in the entry of an export; of more it says how many. */
const NAMED_MAX = 50;

export const privacyHandlers = {
  exportPerson: write(async (tx, asked) => {
    requireEverySite(asked);
    const { body, env } = asked;
    const held = await heldOf(tx, env, body);
    const ids = held.tickets.map(({ ticket }) => String(ticket.id));
    const data: JsonObject = {
      soughtBy: body.by,
      tickets: ids.length,
      appointments: held.appointments.length,
      keptAside: held.keptAside.length,
      ticketIds: ids.slice(0, NAMED_MAX),
    };
    await record(tx, asked, { action: 'PERSON_EXPORTED', entity: 'tenant', entityId: tx.tenantId, data });
    return { body: held };
  }),
  erasePerson: write(async (tx, asked) => {
    requireEverySite(asked);
    const { body, env, principal } = asked;
    const held = await findHeld(tx, body);
    const tickets = await forgetAtTickets(tx, held.tickets);
    const appointments = await forgetBooked(tx, held.appointments);
    const keptAside = await emptyAside(tx, held.keptAside);
    const data = { by: principal.kind, reason: body.reason };
    await recordErasures(tx, env, [...tickets, ...appointments], { userId: userOf(principal), data });
    const counts = { tickets: tickets.length, appointments: appointments.length, keptAside };
    return { body: { isWhole: held.isWhole, ...counts } };
  }),
  eraseUser: write(async (tx, asked) => {
    requireEverySite(asked);
    const { id } = asked.params;
    await requireLeft(tx, id);
    const erased = await forgetUser(tx, id);
    if (erased !== undefined)
      await recordErasures(tx, asked.env, [erased], {
        userId: userOf(asked.principal),
        data: { by: asked.principal.kind },
      });
    return { body: { pseudonym: pseudonymOf(id) } };
  }),
} satisfies { [N in keyof Routes]?: Handler<Routes[N]> };

/** A person is not of one site: who sees some of them would take the rest for nothing. @throws ProblemError `forbidden` */
function requireEverySite({ principal }: Pick<Asked<never>, 'principal'>): void {
  if (sitesOfPrincipal(principal) !== null) throw new ProblemError('forbidden');
}

/** @throws ProblemError `not_found`, `account_in_use`. */
async function requireLeft(tx: WriteHandle, id: Asked<Routes['eraseUser']>['params']['id']): Promise<void> {
  const [row] = await tx.orm
    .select({ deletedAt: appUser.deletedAt })
    .from(appUser)
    .where(and(eq(appUser.tenantId, tx.tenantId), eq(appUser.id, id)));
  if (row === undefined) throw new ProblemError('not_found');
  if (row.deletedAt === null) throw new ProblemError('account_in_use');
}

/**
 * Lets people go when their tenant keeps them no longer: who said what at a ticket, who booked, where somebody wanted to hear of
 * their turn, and kept answers to requests that were made long ago. What they did stays. Each erasure is an entry.
 */
import { type Env, instantText, type TenantId } from '@totem/domain';
import type { Log } from '@totem/host';
import { ledgerTenants } from '../audit/read.ts';
import type { Database } from '../db/pool.ts';
import { type Statement, withTenant } from '../db/with-tenant.ts';
import { forgetAtTickets, forgetBooked, recordErasures } from '../privacy/erase.ts';

export const FORGET_EVERY_MS = 6 * 3_600_000;
/** Tickets in one transaction: each is an entry, and others wait for the tenant's lock meanwhile. */
const AT_ONCE = 200;
/** Transactions of one tenant in one run; what is left waits for the next. */
const ROUNDS_MAX = 500;
/** A request is repeated within moments; its answer, sealed, may name somebody. */
const ANSWERS_KEPT_MS = 2 * 86_400_000;

/** Entries about no ticket that is here, which came to nothing, go by their own day. */
const TICKETS_DUE: Statement = {
  name: 'forget-tickets-due',
  text: `SELECT g.id FROM (
      SELECT p.entity_id AS id FROM entry_private p WHERE p.tenant_id = $1 AND p.entity = 'ticket'
      UNION SELECT c.ticket_id FROM ticket_contact c WHERE c.tenant_id = $1
    ) AS g JOIN ticket t ON t.tenant_id = $1 AND t.id = g.id
    WHERE t.business_day < $2::date - (SELECT n.people_kept_days FROM tenant n WHERE n.id = $1) LIMIT ${AT_ONCE}`,
};
const BOOKINGS_DUE: Statement = {
  name: 'forget-bookings-due',
  text: `SELECT p.appointment_id AS id FROM appointment_person p
    JOIN appointment a ON a.tenant_id = p.tenant_id AND a.id = p.appointment_id
    WHERE p.tenant_id = $1 AND a.slot < $2::date - (SELECT n.people_kept_days FROM tenant n WHERE n.id = $1) LIMIT ${AT_ONCE}`,
};
const FORGET_ANSWERS: Statement = {
  name: 'forget-answers',
  text: 'DELETE FROM idempotency_key WHERE tenant_id = $1 AND created_at < $2',
};

interface ForgetParts {
  readonly db: Database;
  readonly env: Env;
  readonly log: Log;
}

/** Goes through every tenant; one that fails does not keep the others waiting. @returns how often somebody was let go. */
export async function forgetPeople(parts: ForgetParts): Promise<number> {
  let gone = 0;
  for (const tenantId of await ledgerTenants(parts.db)) {
    try {
      gone += await forgetInTenant(parts, tenantId);
    } catch (error) {
      parts.log.error({ err: error, tenantId }, 'people could not be let go');
    }
  }
  return gone;
}

async function forgetInTenant({ db, env }: ForgetParts, tenantId: TenantId): Promise<number> {
  const day = instantText(env.now()).slice(0, 10);
  const answersUntil = instantText(env.now() - ANSWERS_KEPT_MS);
  await withTenant(db, tenantId, (tx) => tx.run(FORGET_ANSWERS, [tenantId, answersUntil]));
  let gone = 0;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const erased = await withTenant(db, tenantId, async (tx) => {
      const idsOf = async (statement: Statement) =>
        (await tx.all(statement, [tenantId, day])).map(({ id }) => String(id));
      const tickets = await forgetAtTickets(tx, await idsOf(TICKETS_DUE));
      const booked = await forgetBooked(tx, await idsOf(BOOKINGS_DUE));
      await recordErasures(tx, env, [...tickets, ...booked], { userId: null, data: { by: 'retention' } });
      return tickets.length + booked.length;
    });
    gone += erased;
    if (erased === 0) break;
  }
  return gone;
}

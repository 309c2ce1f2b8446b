/**
 * Erasing who somebody is, and keeping what they did. Each erasure is an entry of the ledger: by it totems are told, dumps are
 * gone through again after a restore, and what a totem sends once more does not come back.
 */
import { type EntryDraft, type Env, type Id, type JsonObject, pseudonymOf, type SiteId } from '@totem/domain';
import type { ReadHandle, SqlRow, Statement, WriteHandle } from '../db/with-tenant.ts';
import { recordEntries } from '../ledger/commit.ts';
import { withoutPerson } from './aside.ts';

/** Something about which a person was known. */
export interface Erased {
  readonly entity: 'ticket' | 'appointment' | 'user';
  readonly entityId: string;
  readonly siteId: string | null;
  /** Entries beside which something lay. */
  readonly entries: number;
}

const FORGET_SAID: Statement = {
  name: 'erase-said',
  text: `WITH said AS (
      DELETE FROM entry_private WHERE tenant_id = $1 AND entity = 'ticket' AND entity_id = ANY ($2::uuid[]) RETURNING entity_id
    ), contact AS (
      DELETE FROM ticket_contact WHERE tenant_id = $1 AND ticket_id = ANY ($2::uuid[]) RETURNING ticket_id
    )
    SELECT g.id, t.site_id, (SELECT count(*) FROM said s WHERE s.entity_id = g.id) AS entries
    FROM (SELECT entity_id AS id FROM said UNION SELECT ticket_id FROM contact) AS g
    LEFT JOIN ticket t ON t.tenant_id = $1 AND t.id = g.id ORDER BY g.id`,
};
const FORGET_BOOKED: Statement = {
  name: 'erase-booked',
  text: `WITH gone AS (
      DELETE FROM appointment_person WHERE tenant_id = $1 AND appointment_id = ANY ($2::uuid[]) RETURNING appointment_id
    )
    SELECT g.appointment_id AS id, a.site_id, 0 AS entries FROM gone g
    JOIN appointment a ON a.tenant_id = $1 AND a.id = g.appointment_id ORDER BY 1`,
};
const ASIDE: Statement = {
  name: 'erase-aside-read',
  text: `SELECT id, reason, encode(bytes, 'base64') AS bytes FROM ledger_quarantine
    WHERE tenant_id = $1 AND id = ANY ($2::uuid[]) FOR UPDATE`,
};
const EMPTY_ASIDE: Statement = {
  name: 'erase-aside',
  text: `UPDATE ledger_quarantine SET bytes = decode($3, 'base64'), digest = coalesce($4, digest) WHERE tenant_id = $1 AND id = $2`,
};

/** What customers said of themselves at these tickets, and where they wanted to hear of them. */
export async function forgetAtTickets(tx: WriteHandle, ids: readonly string[]): Promise<Erased[]> {
  return (await tx.all(FORGET_SAID, [tx.tenantId, ids])).map((row) => erased('ticket', row));
}

/** Who these bookings are for. */
export async function forgetBooked(tx: WriteHandle, ids: readonly string[]): Promise<Erased[]> {
  return (await tx.all(FORGET_BOOKED, [tx.tenantId, ids])).map((row) => erased('appointment', row));
}

/** Empties what was kept aside. @returns how many. */
export async function emptyAside(tx: WriteHandle, ids: readonly string[]): Promise<number> {
  const rows = await tx.all(ASIDE, [tx.tenantId, ids]);
  for (const { id, reason, bytes } of rows) {
    const left = withoutPerson(String(reason), Buffer.from(String(bytes), 'base64'));
    const text = Buffer.from(left.bytes).toString('base64');
    await tx.run(EMPTY_ASIDE, [tx.tenantId, id, text, left.digest ?? null]);
  }
  return rows.length;
}

const FORGET_USER: Statement = {
  name: 'erase-user',
  text: `UPDATE app_user SET username = $3, full_name = $4, email = NULL, locale = NULL, hashed_password = '', active = false,
      last_login = NULL, deleted_at = coalesce(deleted_at, now()), version = version + 1
    WHERE tenant_id = $1 AND id = $2 AND username <> $3`,
};
/** What lies beside a user's own entries and elsewhere. */
const OF_USER: readonly Statement[] = [
  {
    name: 'erase-user-said',
    text: `DELETE FROM entry_private WHERE tenant_id = $1 AND entity = 'user' AND entity_id = $2`,
  },
  { name: 'erase-user-sessions', text: 'DELETE FROM user_session WHERE tenant_id = $1 AND user_id = $2' },
  { name: 'erase-user-factor', text: 'DELETE FROM second_factor WHERE tenant_id = $1 AND user_id = $2' },
];
/** No user name can be typed that has such a sign. */
const ERASED_PREFIX = 'erased:';

/** The account of somebody who has left, which a dump may have as one in use. Undefined where it was erased already. */
export async function forgetUser(tx: WriteHandle, id: string): Promise<Erased | undefined> {
  const named = await tx.run(FORGET_USER, [tx.tenantId, id, `${ERASED_PREFIX}${id}`, pseudonymOf(id)]);
  let entries = 0;
  for (const statement of OF_USER) {
    const gone = await tx.run(statement, [tx.tenantId, id]);
    if (statement === OF_USER[0]) entries = gone;
  }
  return named + entries === 0 ? undefined : { entity: 'user', entityId: id, siteId: null, entries };
}

/** Writes down what was erased, by whom and why: ids and counts, nothing of the person. */
export async function recordErasures(
  tx: WriteHandle,
  env: Env,
  erasures: readonly Erased[],
  by: { readonly userId: EntryDraft['userId']; readonly data: JsonObject },
): Promise<void> {
  if (erasures.length === 0) return;
  await recordEntries(
    tx,
    env,
    erasures.map(({ entity, entityId, siteId, entries }) => ({
      siteId: siteId as SiteId | null,
      userId: by.userId,
      action: 'PERSON_ERASED',
      entity,
      entityId: entityId as Id<'entity'>,
      data: { ...by.data, entries },
    })),
  );
}

const KNOWN: Statement = {
  name: 'erasure-known',
  text: `SELECT EXISTS (SELECT FROM audit_log
    WHERE tenant_id = $1 AND entity = $2 AND entity_id = $3 AND action = 'PERSON_ERASED') AS known`,
};

/** Whether the ledger says that somebody was erased there. */
export async function isErased(
  tx: ReadHandle,
  { entity, entityId }: Pick<Erased, 'entity' | 'entityId'>,
): Promise<boolean> {
  return (await tx.one(KNOWN, [tx.tenantId, entity, entityId]))?.known === 't';
}

function erased(entity: Erased['entity'], { id, site_id, entries }: SqlRow): Erased {
  return { entity, entityId: String(id), siteId: site_id ?? null, entries: Number(entries) };
}

/**
 * Clashes that only the whole set of rows can show: an operator with two tickets in hand, a counter taken twice, a code used
 * twice. A fact cannot be refused, so the row that arrives later is marked before it is written, and the unique indexes,
 * which look only at rows without a conflict, let it pass. Runs under the tenant's lock: nobody else writes meanwhile.
 */
import {
  type Conflict,
  type FoldedEntity,
  isActive,
  isCloudCode,
  type OperatorSessionRow,
  type PaymentConflict,
  type PaymentSessionRow,
  type RowConflict,
  type TicketRow,
} from '@totem/domain';
import type { Statement, WriteHandle } from '../db/with-tenant.ts';
import type { AllRows, RowMap } from './folded-tables.ts';

export interface Clash {
  readonly entity: FoldedEntity;
  readonly id: string;
  readonly kind: RowConflict;
}

const CODES_TAKEN: Statement = {
  name: 'codes-taken',
  text: `SELECT k.site_id, k.business_day::text AS business_day, k.code
    FROM jsonb_to_recordset($2::jsonb) AS k(site_id uuid, business_day date, code text)
    WHERE EXISTS (SELECT FROM ticket t WHERE t.tenant_id = $1 AND t.site_id = k.site_id
      AND t.business_day = k.business_day AND t.code = k.code AND t.conflict IS NULL)`,
};

const HANDS_FULL: Statement = {
  name: 'hands-full',
  text: `SELECT operator_id FROM ticket
    WHERE tenant_id = $1 AND operator_id = ANY($2::uuid[]) AND state IN ('called', 'in_service')
      AND conflict IS NULL AND NOT (id = ANY($3::uuid[]))`,
};

const SESSIONS_OPEN: Statement = {
  name: 'sessions-open',
  text: `SELECT user_id, counter_id FROM operator_session
    WHERE tenant_id = $1 AND until IS NULL AND conflict IS NULL
      AND (user_id = ANY($2::uuid[]) OR counter_id = ANY($3::uuid[])) AND NOT (id = ANY($4::uuid[]))`,
};

const TICKETS_PAID: Statement = {
  name: 'tickets-paid',
  text: `SELECT ticket_id FROM payment_session
    WHERE tenant_id = $1 AND ticket_id = ANY($2::uuid[]) AND status = 'paid' AND conflict IS NULL
      AND NOT (id = ANY($3::uuid[]))`,
};

const EXTERNALS_TAKEN: Statement = {
  name: 'externals-taken',
  text: `SELECT k.adapter, k.external_id
    FROM jsonb_to_recordset($2::jsonb) AS k(adapter text, external_id text)
    WHERE EXISTS (SELECT FROM payment_session p WHERE p.tenant_id = $1 AND p.adapter = k.adapter
      AND p.external_id = k.external_id AND p.conflict IS NULL AND NOT (p.id = ANY($3::uuid[])))`,
};

/** Marks the rows that clash, in place. @param before the rows as they are in the database. */
export async function markClashes(tx: WriteHandle, rows: AllRows, before: AllRows): Promise<Clash[]> {
  return [
    ...(await markCodes(tx, rows.ticket, before.ticket)),
    ...(await markHands(tx, rows.ticket, before.ticket)),
    ...(await markSessions(tx, rows.operator_session, before.operator_session)),
    ...(await markPayments(tx, rows.payment_session, before.payment_session)),
  ];
}

async function markCodes(
  tx: WriteHandle,
  tickets: RowMap<'ticket'>,
  before: RowMap<'ticket'>,
): Promise<Clash[]> {
  const created = [...tickets.values()].filter(({ id, conflict }) => conflict === null && !before.has(id));
  if (created.length === 0) return [];
  const nameOf = (siteId: unknown, day: unknown, code: unknown) => JSON.stringify([siteId, day, code]);
  const wanted = created.map((row) => ({
    site_id: row.siteId,
    business_day: row.businessDay,
    code: row.code,
  }));
  const known = await tx.all(CODES_TAKEN, [tx.tenantId, JSON.stringify(wanted)]);
  const taken = new Set(known.map((row) => nameOf(row.site_id, row.business_day, row.code)));
  // A code of the cloud's lane is the cloud's to give: on a ticket of a totem it must not stand in the reception's way.
  return created.flatMap((row) =>
    !isCloudCode(row.code) && claim([nameOf(row.siteId, row.businessDay, row.code)], taken)
      ? []
      : [markTicket(tickets, row, 'code_reused')],
  );
}

async function markHands(
  tx: WriteHandle,
  tickets: RowMap<'ticket'>,
  before: RowMap<'ticket'>,
): Promise<Clash[]> {
  const isHeld = (row: TicketRow | undefined): row is TicketRow =>
    row !== undefined && isActive(row.state) && row.conflict === null && row.operatorId !== null;
  const held = [...tickets.values()].filter(isHeld);
  if (held.length === 0) return [];
  const operators = held.map(({ operatorId }) => operatorId);
  const known = await tx.all(HANDS_FULL, [tx.tenantId, operators, [...tickets.keys()]]);
  const taken = new Set(known.map((row) => String(row.operator_id)));
  const wasHeld = (row: TicketRow) => {
    const was = before.get(row.id);
    return isHeld(was) && was.operatorId === row.operatorId;
  };
  // Who had a ticket in hand already keeps it.
  return [...held.filter(wasHeld), ...held.filter((row) => !wasHeld(row))].flatMap((row) =>
    claim([String(row.operatorId)], taken) ? [] : [markTicket(tickets, row, 'operator_at_two_places')],
  );
}

async function markSessions(
  tx: WriteHandle,
  sessions: RowMap<'operator_session'>,
  before: RowMap<'operator_session'>,
): Promise<Clash[]> {
  const isOpen = (row: OperatorSessionRow | undefined): row is OperatorSessionRow =>
    row !== undefined && row.until === null && row.conflict === null;
  const open = [...sessions.values()].filter(isOpen);
  if (open.length === 0) return [];
  const known = await tx.all(SESSIONS_OPEN, [
    tx.tenantId,
    open.map(({ userId }) => userId),
    open.map(({ counterId }) => counterId),
    [...sessions.keys()],
  ]);
  const taken = new Set(known.flatMap((row) => [`user ${row.user_id}`, `counter ${row.counter_id}`]));
  const wasOpen = (row: OperatorSessionRow) => isOpen(before.get(row.id));
  return [...open.filter(wasOpen), ...open.filter((row) => !wasOpen(row))].flatMap((row) => {
    if (claim([`user ${row.userId}`, `counter ${row.counterId}`], taken)) return [];
    const kind = 'counter_taken_twice';
    sessions.set(row.id, { ...row, conflict: kind });
    return [{ entity: 'operator_session' as const, id: row.id, kind }];
  });
}

/** One name at a provider under two payments, and two payments of one ticket: the money of both came in, and people are told. */
async function markPayments(
  tx: WriteHandle,
  payments: RowMap<'payment_session'>,
  before: RowMap<'payment_session'>,
): Promise<Clash[]> {
  const ids = [...payments.keys()];
  const unmarked = (): PaymentSessionRow[] =>
    [...payments.values()].filter(({ conflict }) => conflict === null);
  const mark = (row: PaymentSessionRow, kind: PaymentConflict): Clash => {
    payments.set(row.id, { ...row, conflict: kind });
    return { entity: 'payment_session', id: row.id, kind };
  };
  const nameOf = (adapter: unknown, externalId: unknown) => JSON.stringify([adapter, externalId]);
  const named = unmarked().filter(({ id, externalId }) => externalId !== null && !before.has(id));
  if (payments.size === 0) return [];
  const wanted = named.map(({ adapter, externalId }) => ({ adapter, external_id: externalId }));
  const known =
    named.length === 0 ? [] : await tx.all(EXTERNALS_TAKEN, [tx.tenantId, JSON.stringify(wanted), ids]);
  const names = new Set(known.map((row) => nameOf(row.adapter, row.external_id)));
  const reused = named.flatMap((row) =>
    claim([nameOf(row.adapter, row.externalId)], names) ? [] : [mark(row, 'external_id_reused')],
  );
  const isPaid = (row: PaymentSessionRow | undefined): boolean =>
    row?.status === 'paid' && row.conflict === null;
  const paid = unmarked().filter(isPaid);
  if (paid.length === 0) return reused;
  const others = await tx.all(TICKETS_PAID, [tx.tenantId, paid.map(({ ticketId }) => ticketId), ids]);
  const tickets = new Set(others.map((row) => String(row.ticket_id)));
  const wasPaid = (row: PaymentSessionRow): boolean => isPaid(before.get(row.id));
  const inOrder = [...paid.filter(wasPaid), ...paid.filter((row) => !wasPaid(row))];
  return [
    ...reused,
    ...inOrder.flatMap((row) => (claim([row.ticketId], tickets) ? [] : [mark(row, 'paid_twice')])),
  ];
}

/** Takes names for a row, all or none. */
function claim(names: readonly string[], taken: Set<string>): boolean {
  if (names.some((name) => taken.has(name))) return false;
  for (const name of names) taken.add(name);
  return true;
}

function markTicket(tickets: RowMap<'ticket'>, row: TicketRow, kind: Conflict): Clash {
  tickets.set(row.id, { ...row, conflict: kind });
  return { entity: 'ticket', id: row.id, kind };
}

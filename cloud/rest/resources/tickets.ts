/** Tickets, as resources: searched, looked back on, and the two things that only admins do to them. */
import type { QueryOf, Routes } from '@totem/api';
import {
  type CounterId,
  type Id,
  type Principal,
  ProblemError,
  type TicketId,
  typedTicketCode,
} from '@totem/domain';
import { and, asc, eq, gte, inArray, isNotNull, isNull, lt, ne, or, type SQL } from 'drizzle-orm';
import { call, ticket } from '../../db/schema/queue.ts';
import { auditLog, entryPrivate } from '../../db/schema/record.ts';
import type { ReadHandle } from '../../db/with-tenant.ts';
import { forgetAtTickets, recordErasures } from '../../privacy/erase.ts';
import { record, userOf } from '../entries.ts';
import { type EntryRow, entryOf } from '../entry-row.ts';
import { type Handler, read, write } from '../mount.ts';
import { countersById, devicesOfOrigins, namesOfPeople } from '../names.ts';
import { every, type PageQuery, pageClauses, pageOfAll, pageOfRows } from '../page.ts';
import { ticketsOf } from '../scope.ts';
import { type TicketStep, ticketSteps } from '../ticket-history.ts';
import { callView } from './calls.ts';

/** Entries of one ticket that its history tells; a ticket's life has a dozen. */
export const HISTORY_ENTRIES_MAX = 1_000;

type TicketRow = typeof ticket.$inferSelect;
type Filters = QueryOf<Routes['listTickets']>;

export const ticketHandlers = {
  listTickets: read(async (tx, { principal, query }) => {
    const code = query.code === undefined ? undefined : typedTicketCode(query.code);
    if (query.code !== undefined && code === undefined) return { body: { items: [], next: null } };
    const rows = await ticketPage(tx, principal, { ...query, code });
    return { body: pageOfRows(rows, query, ({ createdAt, id }) => ({ at: createdAt, id }), view) };
  }),
  getTicket: read(async (tx, { principal, params }) => ({
    body: view(await visibleTicket(tx, principal, params.id)),
  })),
  listTicketHistory: read(async (tx, { principal, params, query }) => {
    await visibleTicket(tx, principal, params.id);
    return { body: await historyPage(tx, await ticketEntries(tx, params.id), query) };
  }),
  listTicketCalls: read(async (tx, { principal, params, query }) => {
    await visibleTicket(tx, principal, params.id);
    const rows = await ticketCalls(tx, params.id, query);
    return { body: pageOfRows(rows, query, ({ calledAt, id }) => ({ at: calledAt, id }), callView) };
  }),
  // Who looked at whose name is an entry of the ledger: this is a write.
  getTicketPerson: write(async (tx, asked) => {
    const { principal, params } = asked;
    const { siteId } = await visibleTicket(tx, principal, params.id);
    if (!(await mayMeet(tx, principal, params.id))) throw new ProblemError('forbidden');
    const said = await personOf(tx, params.id);
    const fields = Object.entries(said).flatMap(([field, value]) => (value === null ? [] : [field]));
    await record(tx, asked, {
      siteId,
      action: 'PERSON_READ',
      entity: 'ticket',
      entityId: params.id,
      data: { fields },
    });
    return { body: said };
  }),
  eraseTicketPerson: write(async (tx, { principal, params, env }) => {
    await visibleTicket(tx, principal, params.id);
    const gone = await forgetAtTickets(tx, [params.id]);
    await recordErasures(tx, env, gone, { userId: userOf(principal), data: { by: principal.kind } });
    return { body: { erased: gone[0]?.entries ?? 0 } };
  }),
} satisfies { [N in keyof Routes]?: Handler<Routes[N]> };

/** One page of tickets. */
export function ticketPage(tx: ReadHandle, principal: Principal, query: Filters) {
  const order = { at: ticket.createdAt, id: ticket.id, direction: 'newest first' } as const;
  const { after, orderBy, limit } = pageClauses(order, query);
  return tx.orm
    .select()
    .from(ticket)
    .where(every(eq(ticket.tenantId, tx.tenantId), ticketsOf(principal), matching(query), after))
    .orderBy(...orderBy)
    .limit(limit);
}

/** The entries about a ticket, from its first. */
export function ticketEntries(tx: ReadHandle, id: TicketId) {
  return tx.orm
    .select()
    .from(auditLog)
    .where(
      and(
        eq(auditLog.tenantId, tx.tenantId),
        eq(auditLog.entity, 'ticket'),
        eq(auditLog.entityId, anyId(id)),
      ),
    )
    .orderBy(asc(auditLog.position))
    .limit(HISTORY_ENTRIES_MAX);
}

/** One page of the calls of a ticket. */
export function ticketCalls(tx: ReadHandle, id: TicketId, query: PageQuery) {
  const order = { at: call.calledAt, id: call.id, direction: 'oldest first' } as const;
  const { after, orderBy, limit } = pageClauses(order, query);
  return tx.orm
    .select()
    .from(call)
    .where(every(eq(call.tenantId, tx.tenantId), eq(call.ticketId, id), after))
    .orderBy(...orderBy)
    .limit(limit);
}

function matching(query: Filters): SQL | undefined {
  const { siteId, serviceId, state, businessDay, from, to, code, channel, operatorId, held, conflict } =
    query;
  const isHeld = and(eq(ticket.state, 'waiting'), isNotNull(ticket.heldReason));
  const isNotHeld = or(ne(ticket.state, 'waiting'), isNull(ticket.heldReason));
  return every(
    siteId && eq(ticket.siteId, siteId),
    serviceId && eq(ticket.serviceId, serviceId),
    state && inArray(ticket.state, [...state]),
    businessDay === undefined ? undefined : eq(ticket.businessDay, businessDay),
    from === undefined ? undefined : gte(ticket.createdAt, from),
    to === undefined ? undefined : lt(ticket.createdAt, to),
    code === undefined ? undefined : eq(ticket.code, code),
    channel && eq(ticket.channel, channel),
    operatorId && eq(ticket.operatorId, operatorId),
    held === undefined ? undefined : held ? isHeld : isNotHeld,
    conflict === undefined ? undefined : conflict ? isNotNull(ticket.conflict) : isNull(ticket.conflict),
  );
}

function view({ tenantId: _, folded: __, reprint: ___, ...row }: TicketRow) {
  return row;
}

/** @throws ProblemError `not_found`, for what is elsewhere too. */
async function visibleTicket(tx: ReadHandle, principal: Principal, id: TicketId): Promise<TicketRow> {
  const [row] = await tx.orm
    .select()
    .from(ticket)
    .where(and(eq(ticket.tenantId, tx.tenantId), eq(ticket.id, id), ticketsOf(principal)));
  if (row === undefined) throw new ProblemError('not_found');
  return row;
}

async function historyPage(tx: ReadHandle, rows: readonly EntryRow[], query: PageQuery) {
  const steps = ticketSteps(rows.map(entryOf));
  const page = pageOfAll(
    rows,
    query,
    ({ position, id }) => ({ at: position, id }),
    (row) => row,
  );
  const counterOf = ({ data }: EntryRow) => (data.counterId ?? null) as CounterId | null;
  const people = await namesOfPeople(
    tx,
    page.items.map(({ userId }) => userId),
  );
  const counters = await countersById(tx, page.items.map(counterOf));
  const devices = await devicesOfOrigins(
    tx,
    page.items.map(({ origin }) => origin),
  );
  const stepView = (row: EntryRow) => {
    const counterId = counterOf(row);
    const { outcome, conflict, before, after } = steps.get(row.id) ?? UNKNOWN_STEP;
    return {
      id: row.id,
      position: row.position,
      action: row.action,
      occurredAt: row.occurredAt,
      receivedAt: row.receivedAt,
      clockSuspect: row.clockSuspect,
      user: row.userId === null ? null : { id: row.userId, name: people.get(row.userId) ?? null },
      counter:
        counterId === null ? null : (counters.get(counterId) ?? { id: counterId, name: null, number: null }),
      equipment: devices.get(row.origin) ?? null,
      outcome,
      conflict,
      before,
      after,
      data: row.data,
    };
  };
  return { items: page.items.map(stepView), next: page.next };
}

const UNKNOWN_STEP: TicketStep = { outcome: 'kept', conflict: null, before: null, after: null };

/** Who a ticket belongs to is for admins, and for whoever has called it: that person stands before them. */
async function mayMeet(tx: ReadHandle, principal: Principal, id: TicketId): Promise<boolean> {
  if (principal.kind !== 'user') return false;
  if (principal.role === 'admin') return true;
  const [mine] = await tx.orm
    .select({ id: call.id })
    .from(call)
    .where(and(eq(call.tenantId, tx.tenantId), eq(call.ticketId, id), eq(call.operatorId, principal.userId)))
    .limit(1);
  return mine !== undefined;
}

async function personOf(tx: ReadHandle, id: TicketId) {
  const rows = await tx.orm
    .select({ data: entryPrivate.data })
    .from(entryPrivate)
    .where(aboutTicket(tx, id))
    // Ids grow with time: what was said last holds.
    .orderBy(asc(entryPrivate.entryId));
  const said: Readonly<Record<string, unknown>> = Object.assign({}, ...rows.map(({ data }) => data));
  const text = (field: string) => (typeof said[field] === 'string' ? said[field] : null);
  return { name: text('name'), socialName: text('socialName'), document: text('document') };
}

function aboutTicket(tx: ReadHandle, id: TicketId): SQL | undefined {
  return and(
    eq(entryPrivate.tenantId, tx.tenantId),
    eq(entryPrivate.entity, 'ticket'),
    eq(entryPrivate.entityId, anyId(id)),
  );
}

/** Entries are about rows of any kind. */
function anyId(id: string): Id<'entity'> {
  return id as Id<'entity'>;
}

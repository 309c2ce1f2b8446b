/** All that is held of one person, read in one state of the database. Whatever names another person is left out. */
import type { AnswerOf, Routes } from '@totem/api';
import { type Env, type Id, instantText, type TicketId } from '@totem/domain';
import { and, asc, eq, inArray, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { delivery, event } from '../db/schema/deliveries.ts';
import { paymentSession, paymentTransaction, receipt } from '../db/schema/money.ts';
import { appointment, appointmentPerson, call, ticket, ticketContact } from '../db/schema/queue.ts';
import { auditLog, entryPrivate, ledgerQuarantine } from '../db/schema/record.ts';
import type { ReadHandle } from '../db/with-tenant.ts';
import { excerptOf } from './aside.ts';
import { findHeld, type Sought, spellingsOf } from './sought.ts';

type Held = AnswerOf<Routes['exportPerson']>;
type Row = Readonly<Record<string, unknown>>;

export async function heldOf(tx: ReadHandle, env: Env, sought: Sought): Promise<Held> {
  const held = await findHeld(tx, sought);
  const appointments = await bookings(tx, held.appointments);
  return {
    readAt: instantText(env.now()),
    isWhole: held.isWhole,
    tickets: await ticketsInFull(tx, held.tickets as readonly TicketId[]),
    appointments,
    keptAside: await asides(tx, held.keptAside, spellingsOf(sought)),
  };
}

async function ticketsInFull(tx: ReadHandle, ids: readonly TicketId[]): Promise<Held['tickets']> {
  if (ids.length === 0) return [];
  const entities = ids as readonly string[] as readonly Id<'entity'>[];
  const of = (table: TenantTable, column: PgColumn, where?: SQL) => rowsOf(tx, table, column, ids, where);
  const tickets = await of(ticket, ticket.id);
  const said = await of(entryPrivate, entryPrivate.entityId, eq(entryPrivate.entity, 'ticket'));
  const contacts = await of(ticketContact, ticketContact.ticketId);
  const calls = await of(call, call.ticketId);
  const payments = await of(paymentSession, paymentSession.ticketId);
  const exchanges = await rowsOf(
    tx,
    paymentTransaction,
    paymentTransaction.paymentSessionId,
    payments.map(({ id }) => String(id)),
  );
  const receipts = await of(receipt, receipt.ticketId);
  const entries = await entriesAbout(tx, entities);
  const told = await deliveriesAbout(tx, entities);
  return tickets.map((row) => {
    const id = String(row.id);
    const own = (rows: readonly Row[], field: string) => rows.filter((one) => one[field] === id).map(shown);
    const paid = own(payments, 'ticketId');
    return {
      ticket: shown(row),
      said: own(said, 'entityId').map(({ data }) => ({ ...(data as Row) })),
      contact: own(contacts, 'ticketId')[0] ?? null,
      entries: entries.filter(({ entityId }) => entityId === id),
      calls: own(calls, 'ticketId'),
      payments: paid,
      exchanges: exchanges
        .filter((one) => paid.some((payment) => payment.id === one.paymentSessionId))
        .map(shown),
      receipts: own(receipts, 'ticketId'),
      deliveries: told.filter(({ subject }) => subject === id),
    };
  });
}

function entriesAbout(tx: ReadHandle, ids: readonly Id<'entity'>[]) {
  const { entityId, action, occurredAt, receivedAt, data } = auditLog;
  return tx.orm
    .select({ entityId, action, occurredAt, receivedAt, data })
    .from(auditLog)
    .where(
      and(eq(auditLog.tenantId, tx.tenantId), eq(auditLog.entity, 'ticket'), inArray(entityId, [...ids])),
    )
    .orderBy(asc(auditLog.position));
}

function deliveriesAbout(tx: ReadHandle, ids: readonly Id<'entity'>[]) {
  return tx.orm
    .select({
      subject: delivery.subject,
      kind: delivery.kind,
      type: event.type,
      data: event.data,
      state: delivery.state,
      createdAt: delivery.createdAt,
      endedAt: delivery.endedAt,
    })
    .from(delivery)
    .innerJoin(event, and(eq(event.tenantId, delivery.tenantId), eq(event.id, delivery.eventId)))
    .where(and(eq(delivery.tenantId, tx.tenantId), inArray(delivery.subject, [...ids])))
    .orderBy(asc(delivery.createdAt));
}

async function bookings(tx: ReadHandle, ids: readonly string[]): Promise<Held['appointments']> {
  const rows = await rowsOf(tx, appointment, appointment.id, ids);
  const persons = await rowsOf(tx, appointmentPerson, appointmentPerson.appointmentId, ids);
  return rows.map((row) => {
    const person = persons.find(({ appointmentId }) => appointmentId === row.id);
    return { appointment: shown(row), person: person === undefined ? null : shown(person) };
  });
}

async function asides(
  tx: ReadHandle,
  ids: readonly string[],
  spellings: readonly string[],
): Promise<Held['keptAside']> {
  if (ids.length === 0) return [];
  const { id, reason, receivedAt, bytes } = ledgerQuarantine;
  const rows = await tx.orm
    .select({ id, reason, receivedAt, bytes })
    .from(ledgerQuarantine)
    .where(
      and(
        eq(ledgerQuarantine.tenantId, tx.tenantId),
        inArray(id, ids as readonly string[] as Id<'quarantine'>[]),
      ),
    )
    .orderBy(asc(id));
  return rows.map(({ bytes: kept, ...row }) => ({ ...row, text: excerptOf(kept, spellings) }));
}

type TenantTable = PgTable & { readonly tenantId: PgColumn };

async function rowsOf(
  tx: ReadHandle,
  table: TenantTable,
  column: PgColumn,
  ids: readonly string[],
  where?: SQL,
): Promise<Row[]> {
  if (ids.length === 0) return [];
  return tx.orm
    .select()
    .from(table as PgTable)
    .where(and(eq(table.tenantId, tx.tenantId), inArray(column, [...ids]), where))
    .orderBy(column);
}

/** Without whose it is, which the asker is, and without what only the fold needs. */
function shown({ tenantId: _, folded: __, salt: ___, ...row }: Row): Record<string, unknown> {
  return row;
}

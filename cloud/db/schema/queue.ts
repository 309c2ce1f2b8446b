/** Tickets, calls, operators at counters, and appointments. */
import type {
  AppointmentState,
  CallWhy,
  CancelReason,
  Channel,
  Conflict,
  Folded,
  Locale,
  TicketReprint,
  TicketState,
} from '@totem/domain';
import { bigint, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { day, id, instant, row, tenantId } from './columns.ts';

export const ticket = pgTable(
  'ticket',
  {
    ...row<'ticket'>(),
    siteId: id<'site'>().notNull(),
    serviceId: id<'service'>().notNull(),
    code: text().notNull(),
    businessDay: day().notNull(),
    lane: text().notNull(),
    number: integer().notNull(),
    priorityClassId: id<'priority_class'>().notNull(),
    priority: integer().notNull(),
    appointmentAt: instant(),
    partySize: integer().notNull(),
    state: text().$type<TicketState>().notNull(),
    reason: text().$type<CancelReason>(),
    heldReason: text(),
    channel: text().$type<Channel>().notNull(),
    operatorId: id<'user'>(),
    counterId: id<'counter'>(),
    addressedOperatorId: id<'user'>(),
    addressedCounterId: id<'counter'>(),
    issuedAt: instant().notNull(),
    waitingSince: instant(),
    stageSince: instant().notNull(),
    calledAt: instant(),
    calls: integer().notNull(),
    startedAt: instant(),
    endedAt: instant(),
    updatedAt: instant().notNull(),
    priceCents: bigint({ mode: 'number' }).notNull(),
    reprint: jsonb().$type<TicketReprint>(),
    conflict: text().$type<Conflict>(),
    folded: jsonb().$type<Folded>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const call = pgTable(
  'call',
  {
    ...row<'call'>(),
    siteId: id<'site'>().notNull(),
    ticketId: id<'ticket'>().notNull(),
    code: text().notNull(),
    businessDay: day().notNull(),
    counterId: id<'counter'>().notNull(),
    counterNumber: integer().notNull(),
    operatorId: id<'user'>().notNull(),
    number: integer().notNull(),
    priority: integer().notNull(),
    calledAt: instant().notNull(),
    why: jsonb().$type<CallWhy>().notNull(),
    conflict: text().$type<Conflict>(),
    folded: jsonb().$type<Folded>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const operatorSession = pgTable(
  'operator_session',
  {
    ...row<'operator_session'>(),
    siteId: id<'site'>().notNull(),
    userId: id<'user'>().notNull(),
    counterId: id<'counter'>().notNull(),
    since: instant().notNull(),
    until: instant(),
    pausedReason: text(),
    conflict: text().$type<Conflict>(),
    folded: jsonb().$type<Folded>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const codeCounter = pgTable(
  'code_counter',
  {
    tenantId: tenantId(),
    siteId: id<'site'>().notNull(),
    prefix: text().notNull(),
    lane: text().notNull(),
    businessDay: day().notNull(),
    last: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.siteId, t.prefix, t.lane, t.businessDay] })],
);

export const appointment = pgTable(
  'appointment',
  {
    ...row<'appointment'>(),
    siteId: id<'site'>().notNull(),
    serviceId: id<'service'>().notNull(),
    /** Kept by the database. */
    businessDay: day().notNull().default('2000-01-01'),
    slot: instant().notNull(),
    durationMinutes: integer().notNull(),
    code: text().notNull(),
    state: text().$type<AppointmentState>().notNull(),
    ticketId: id<'ticket'>(),
    version: integer().notNull().default(1),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const appointmentPerson = pgTable(
  'appointment_person',
  {
    tenantId: tenantId(),
    appointmentId: id<'appointment'>().notNull(),
    name: text(),
    document: text(),
    phone: text(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.appointmentId] })],
);

/** Where the customer of a ticket wants to hear that their turn is near. */
export const ticketContact = pgTable(
  'ticket_contact',
  {
    tenantId: tenantId(),
    ticketId: id<'ticket'>().notNull(),
    createdAt: instant().notNull(),
    channel: text().$type<'email' | 'sms' | 'whatsapp'>().notNull(),
    address: text().notNull(),
    locale: text().$type<Locale>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.ticketId] })],
);

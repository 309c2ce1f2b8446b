/**
 * The tables that cloud and totem share. Each is written once here; both databases are held to it column by column by a
 * parity test in `migrations`, so that a row means the same everywhere.
 */

import type { CallWhy } from '../call/call.ts';
import type { Conflict, Folded } from '../ledger/outcome.ts';
import type { QueuePolicy } from '../queue/policy.ts';
import type { AppointmentState } from '../site/appointment.ts';
import type { StoredKioskSettings } from '../site/kiosk-settings.ts';
import type { LocalText } from '../site/local-text.ts';
import type { StoredQueueRules } from '../site/queue-rules.ts';
import type { PaymentPolicy } from '../site/service.ts';
import type { CancelReason, Channel, TicketState } from '../ticket/machine.ts';
import type { TicketReprint } from '../ticket/reprint.ts';
import type { OpeningHours } from '../time/business-day.ts';
import { bool, centsColumn, day, instant, int4, int8, json, nullable, text, uuid } from './column.ts';
import { defineTable, type RowOf } from './table.ts';

/** Fields that every row has. */
const base = <K extends string>() => ({ tenantId: uuid<'tenant'>(), id: uuid<K>(), createdAt: instant() });

export const siteTable = defineTable('site', {
  ...base<'site'>(),
  name: text(),
  slug: text(),
  address: nullable(text()),
  timezone: text(),
  rolloverHour: int4(),
  openingHours: nullable(json<NonNullable<OpeningHours>>()),
  currency: text(),
  defaultLocale: text(),
  queueRules: json<StoredQueueRules>(),
  kiosk: json<StoredKioskSettings>(),
  /** The tenant's colours, by their name in the theme: a copy, kept the same by the cloud's database. */
  theme: json<Readonly<Record<string, string>>>(),
  /** The tenant's policy where the site has none of its own: a copy, kept the same by the cloud's database. */
  tenantQueuePolicy: nullable(json<QueuePolicy>()),
  /** The totem through which the branch works on its own, and the term in which it does. */
  hubEquipmentId: nullable(uuid<'equipment'>()),
  hubTerm: int4(),
  deletedAt: nullable(instant()),
});
export type SiteRow = RowOf<typeof siteTable>;

export const serviceTable = defineTable('service', {
  ...base<'service'>(),
  /** The sites that offer it; null means all of them. */
  siteIds: nullable(json<readonly string[]>()),
  name: json<LocalText>(),
  description: nullable(json<LocalText>()),
  prefix: text(),
  priceCents: centsColumn(),
  durationMinutes: int4(),
  active: bool(),
  icon: nullable(text()),
  sortOrder: int4(),
  paymentPolicy: text<PaymentPolicy>(),
  openingHours: nullable(json<NonNullable<OpeningHours>>()),
  /** Tickets of a business day and site; null means as many as come. */
  dailyQuota: nullable(int4()),
  /** In which order those who wait for it are called; null leaves it to the site. */
  queuePolicy: nullable(json<QueuePolicy>()),
  deletedAt: nullable(instant()),
});
export type ServiceRow = RowOf<typeof serviceTable>;

export const priorityClassTable = defineTable('priority_class', {
  ...base<'priority_class'>(),
  name: json<LocalText>(),
  legalBasis: nullable(text()),
  tier: int4(),
  weight: int4(),
  icon: nullable(text()),
  sortOrder: int4(),
  active: bool(),
  deletedAt: nullable(instant()),
});
export type PriorityClassRow = RowOf<typeof priorityClassTable>;

export const counterTable = defineTable('counter', {
  ...base<'counter'>(),
  siteId: uuid<'site'>(),
  name: text(),
  number: int4(),
  serviceIds: nullable(json<readonly string[]>()),
  /** The lowest tier that is called to it; null means everyone. */
  priorityFrom: nullable(int4()),
  active: bool(),
  deletedAt: nullable(instant()),
});
export type CounterRow = RowOf<typeof counterTable>;

/** What a check-in needs to know of a booking. Who comes is not here, and is in no shape. */
export const appointmentTable = defineTable('appointment', {
  ...base<'appointment'>(),
  siteId: uuid<'site'>(),
  serviceId: uuid<'service'>(),
  /** The site's day of the booked time. */
  businessDay: day(),
  /** The booked time. */
  slot: instant(),
  code: text(),
  state: text<AppointmentState>(),
  ticketId: nullable(uuid<'ticket'>()),
});
export type AppointmentRow = RowOf<typeof appointmentTable>;

export const ticketTable = defineTable('ticket', {
  ...base<'ticket'>(),
  siteId: uuid<'site'>(),
  serviceId: uuid<'service'>(),
  code: text(),
  businessDay: day(),
  lane: text(),
  number: int4(),
  priorityClassId: uuid<'priority_class'>(),
  priority: int4(),
  /** The booked time of somebody who has checked in for an appointment. */
  appointmentAt: nullable(instant()),
  partySize: int4(),
  state: text<TicketState>(),
  reason: nullable(text<CancelReason>()),
  heldReason: nullable(text()),
  channel: text<Channel>(),
  operatorId: nullable(uuid<'user'>()),
  counterId: nullable(uuid<'counter'>()),
  /** Whom alone a waiting ticket may be called by, and where alone: it was sent on to them. */
  addressedOperatorId: nullable(uuid<'user'>()),
  addressedCounterId: nullable(uuid<'counter'>()),
  issuedAt: instant(),
  waitingSince: nullable(instant()),
  stageSince: instant(),
  calledAt: nullable(instant()),
  calls: int4(),
  startedAt: nullable(instant()),
  endedAt: nullable(instant()),
  updatedAt: instant(),
  priceCents: centsColumn(),
  /** The newest copy of its paper that somebody has asked for. */
  reprint: nullable(json<TicketReprint>()),
  conflict: nullable(text<Conflict>()),
  folded: json<Folded>(),
});
export type TicketRow = RowOf<typeof ticketTable>;

export const callTable = defineTable('call', {
  ...base<'call'>(),
  siteId: uuid<'site'>(),
  ticketId: uuid<'ticket'>(),
  code: text(),
  businessDay: day(),
  counterId: uuid<'counter'>(),
  counterNumber: int4(),
  operatorId: uuid<'user'>(),
  number: int4(),
  priority: int4(),
  calledAt: instant(),
  why: json<CallWhy>(),
  conflict: nullable(text<Conflict>()),
  folded: json<Folded>(),
});
export type CallRow = RowOf<typeof callTable>;

export const operatorSessionTable = defineTable('operator_session', {
  ...base<'operator_session'>(),
  siteId: uuid<'site'>(),
  userId: uuid<'user'>(),
  counterId: uuid<'counter'>(),
  since: instant(),
  until: nullable(instant()),
  /** Why the operator calls nobody for now; null while they do. */
  pausedReason: nullable(text()),
  conflict: nullable(text<Conflict>()),
  folded: json<Folded>(),
});
export type OperatorSessionRow = RowOf<typeof operatorSessionTable>;

/** The ledger. The cloud adds `position` and `received_at`, which the hash does not cover. */
export const auditLogTable = defineTable('audit_log', {
  tenantId: uuid<'tenant'>(),
  id: uuid<'entry'>(),
  siteId: nullable(uuid<'site'>()),
  origin: uuid<'origin'>(),
  seq: int8(),
  tx: uuid<'tx'>(),
  commandId: nullable(uuid<'command'>()),
  userId: nullable(uuid<'user'>()),
  action: text(),
  entity: text(),
  entityId: uuid<'entity'>(),
  data: json<Readonly<Record<string, unknown>>>(),
  commitment: nullable(text()),
  occurredAt: instant(),
  clockSuspect: bool(),
  prevHash: text(),
  hash: text(),
});

/** On the totem only: what became of each ticket's paper. */
export const printJobTable = defineTable('print_job', {
  ...base<'print_job'>(),
  siteId: uuid<'site'>(),
  ticketId: uuid<'ticket'>(),
  state: text<PrintState>(),
  cause: nullable(text()),
  copy: int4(),
  updatedAt: instant(),
});
export type PrintJobRow = RowOf<typeof printJobTable>;

/** `failed`: no byte was sent and the job is given up, because the ticket's screen has said so. */
export const PRINT_STATES = ['queued', 'sent', 'confirmed', 'unknown', 'failed', 'expired'] as const;
export type PrintState = (typeof PRINT_STATES)[number];

/** On the totem only: one row for each part of the device whose state a screen shows. */
export const deviceStatusTable = defineTable('device_status', {
  ...base<'device_status'>(),
  siteId: uuid<'site'>(),
  part: text<DevicePart>(),
  state: text<PartState>(),
  detail: json<Readonly<Record<string, unknown>>>(),
  updatedAt: instant(),
});
export type DeviceStatusRow = RowOf<typeof deviceStatusTable>;

export const DEVICE_PARTS = ['cloud', 'ledger', 'printer', 'clock', 'disk', 'device'] as const;
export type DevicePart = (typeof DEVICE_PARTS)[number];
/** `warning` needs staff soon and hides nothing from customers; `fault` changes what they see. */
export const PART_STATES = ['ok', 'warning', 'fault', 'unknown'] as const;
export type PartState = (typeof PART_STATES)[number];

/**
 * What can be told to other systems and people: each event by its name, with the data that it carries. Nothing in it says who
 * a customer is; what is sent to a webhook is `{type, timestamp, data}` by the rules of Standard Webhooks 1.0.
 */
import { PAYMENT_METHODS } from '@totem/domain';
import { z } from 'zod';
import { amountCents, day, id, instant } from './fields.ts';

const ticketEvent = z
  .object({
    ticketId: id<'ticket'>(),
    siteId: id<'site'>(),
    serviceId: id<'service'>(),
    priorityClassId: id<'priority_class'>(),
    code: z.string(),
    businessDay: day,
    channel: z.string(),
    operatorId: id<'user'>().nullable(),
    counterId: id<'counter'>().nullable(),
    reason: z.string().nullable().describe('Of an end before the service.'),
  })
  .meta({ id: 'TicketEvent' });

const paymentEvent = z
  .object({
    paymentId: id<'payment_session'>(),
    ticketId: id<'ticket'>(),
    siteId: id<'site'>(),
    method: z.enum(PAYMENT_METHODS),
    currency: z.string(),
    amountCents,
    paidCents: amountCents,
    refundedCents: amountCents,
    failureCode: z.string().nullable(),
  })
  .meta({ id: 'PaymentEvent' });

const deviceEvent = z
  .object({
    equipmentId: id<'equipment'>(),
    siteId: id<'site'>(),
    identifier: z.string(),
    since: instant.describe('When what is told of began.'),
    detail: z.string().nullable(),
  })
  .meta({ id: 'DeviceEvent' });

const conflictEvent = z
  .object({
    kind: z.string(),
    siteId: id<'site'>().nullable(),
    entity: z.string(),
    entityId: z.string(),
    entryId: id<'entry'>(),
  })
  .meta({ id: 'ConflictEvent' });

const chainEvent = z
  .object({ faults: z.int().min(1), first: z.string().describe('What was found first.'), since: instant })
  .meta({ id: 'ChainEvent' });

const backupEvent = z
  .object({ since: instant.describe('When the newest backup that counts was begun.') })
  .meta({ id: 'BackupEvent' });

const webhookEvent = z
  .object({
    webhookId: id<'config_webhook'>(),
    name: z.string(),
    reason: z.enum(['gone', 'schedule_through']),
  })
  .meta({ id: 'WebhookEvent' });

/** The data of each event. */
export const EVENT_DATA = {
  'ticket.created': ticketEvent,
  'ticket.called': ticketEvent,
  'ticket.started': ticketEvent,
  'ticket.finished': ticketEvent,
  'ticket.canceled': ticketEvent,
  'ticket.expired': ticketEvent,
  'payment.paid': paymentEvent,
  'payment.failed': paymentEvent,
  'payment.refunded': paymentEvent,
  'device.offline': deviceEvent,
  'device.online': deviceEvent,
  'printer.troubled': deviceEvent,
  'printer.ready': deviceEvent,
  'ledger.behind': deviceEvent,
  'ledger.caught_up': deviceEvent,
  'clock.suspect': deviceEvent,
  'clock.trusted': deviceEvent,
  'terminal.down': deviceEvent,
  'terminal.ready': deviceEvent,
  'backup.overdue': backupEvent,
  'backup.verified': backupEvent,
  'conflict.found': conflictEvent,
  'chain.broken': chainEvent,
  'webhook.disabled': webhookEvent,
} as const;

export type EventName = keyof typeof EVENT_DATA;
export type EventData<N extends EventName = EventName> = z.output<(typeof EVENT_DATA)[N]>;
export const EVENTS = Object.keys(EVENT_DATA) as [EventName, ...EventName[]];

/** What a test button sends, to the one receiver that was asked to be tested. */
export const TEST_EVENT = 'test';

/** What an event is about, for people who read the document. */
export const EVENT_SUMMARIES: Readonly<Record<EventName, string>> = {
  'ticket.created': 'A ticket was issued',
  'ticket.called': 'A ticket was called to a counter',
  'ticket.started': 'The service of a ticket has begun',
  'ticket.finished': 'The service of a ticket has ended',
  'ticket.canceled': 'A ticket was canceled, or nobody came',
  'ticket.expired': 'A ticket expired',
  'payment.paid': 'A payment was made',
  'payment.failed': 'A payment did not come about',
  'payment.refunded': 'Money of a payment was given back, all or some of it',
  'device.offline': 'A device has not been heard of',
  'device.online': 'A device is heard of again',
  'printer.troubled': 'A printer needs somebody: paper, cover, or no answer',
  'printer.ready': 'A printer works again',
  'ledger.behind': 'A device has entries that it could not send for long',
  'ledger.caught_up': 'A device has sent its entries',
  'clock.suspect': 'The clock of a device cannot be right',
  'clock.trusted': 'The clock of a device is right again',
  'terminal.down': 'A card terminal has not answered for some minutes',
  'terminal.ready': 'A card terminal answers again',
  'backup.overdue': 'The newest backup that counts is too old; told to whoever runs the platform',
  'backup.verified': 'There is a backup again that counts; told to whoever runs the platform',
  'conflict.found': 'Something happened that does not fit, and somebody has to look',
  'chain.broken': 'The ledger was found altered',
  'webhook.disabled':
    'A webhook was disabled, because its receiver is gone or has not answered through the schedule',
};

/** Events to be told of, each once. */
export const eventNames = z
  .array(z.enum(EVENTS))
  .min(1)
  .max(EVENTS.length)
  .refine((names) => new Set(names).size === names.length, 'names an event twice');

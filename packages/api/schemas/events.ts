/** What can be told to other systems and people, by name. */
import { z } from 'zod';

export const EVENTS = [
  'ticket.created',
  'ticket.called',
  'ticket.started',
  'ticket.finished',
  'ticket.canceled',
  'ticket.expired',
  'payment.paid',
  'payment.failed',
  'payment.refunded',
  'device.offline',
  'device.online',
  'conflict.found',
] as const;

/** Events to be told of, each once. */
export const eventNames = z
  .array(z.enum(EVENTS))
  .min(1)
  .max(EVENTS.length)
  .refine((names) => new Set(names).size === names.length, 'names an event twice');

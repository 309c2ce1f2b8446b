/**
 * Commands: the closed union of what may be asked for at the write door, `POST /v1/commands`, the same at cloud, hub and
 * totem. Each has its own id, made by who asks: repeating a command with its id repeats the answer, not the effect.
 */
import { idSchema } from '../ids/id.ts';
import { APPOINTMENT_CODE_TYPED_MAX } from '../site/appointment.ts';
import { LOCALES } from '../site/local-text.ts';
import { CANCEL_REASONS, TICKET_STATES, type TicketAction } from '../ticket/machine.ts';
import '../zod-setup.ts';
import { z } from 'zod';

/** Longest name of a customer, in code points. */
export const CUSTOMER_NAME_LENGTH_MAX = 60;
export const NOTE_LENGTH_MAX = 200;
export const PARTY_SIZE_MAX = 20;

const id = idSchema<'command'>();
const ticketId = idSchema<'ticket'>();
// The door takes any text here and cleans it with `normaliseLine`, so that a bad name gets its own error, not a schema's.
const line = z.string();

const issue = z.strictObject({
  type: z.literal('ticket.create'),
  id,
  serviceId: idSchema<'service'>(),
  priorityClassId: idSchema<'priority_class'>(),
  partySize: z.int().min(1).max(PARTY_SIZE_MAX).default(1),
  /** The language that the customer chose: of the paper and of errors. */
  locale: z.enum(LOCALES).optional(),
  /** The price that the customer has seen and agreed to, in cents: at another one no ticket is given. */
  priceCents: z.int().min(0).optional(),
  /** `document`: a CPF, as people write it. */
  customer: z.strictObject({ name: line.optional(), document: line.optional() }).optional(),
});

const checkIn = z.strictObject({
  type: z.literal('appointment.check_in'),
  id,
  /** As it was typed or scanned. */
  code: z.string().min(1).max(APPOINTMENT_CODE_TYPED_MAX),
  priorityClassId: idSchema<'priority_class'>(),
  partySize: z.int().min(1).max(PARTY_SIZE_MAX).default(1),
  locale: z.enum(LOCALES).optional(),
});

const about = <T extends string>(type: T) => z.strictObject({ type: z.literal(type), id, ticketId });

export const commandSchema = z.discriminatedUnion('type', [
  issue,
  checkIn,
  z.strictObject({ type: z.literal('counter.open'), id, counterId: idSchema<'counter'>() }),
  z.strictObject({ type: z.literal('counter.close'), id }),
  z.strictObject({ type: z.literal('operator.pause'), id, reason: line }),
  z.strictObject({ type: z.literal('operator.resume'), id }),
  z.strictObject({ type: z.literal('ticket.call_next'), id }),
  /** `reason`: why this one out of its order. A site may demand one. */
  about('ticket.call').extend({ reason: line.optional() }),
  about('ticket.recall'),
  about('ticket.start'),
  about('ticket.requeue'),
  about('ticket.hold').extend({ reason: line }),
  about('ticket.release'),
  about('ticket.no_show'),
  about('ticket.transfer')
    .extend({
      /** Without one the ticket stays with its service. */
      toServiceId: idSchema<'service'>().optional(),
      /** With one or both, nobody else is offered the ticket. */
      toCounterId: idSchema<'counter'>().optional(),
      toOperatorId: idSchema<'user'>().optional(),
    })
    .refine(
      (to) => to.toServiceId ?? to.toCounterId ?? to.toOperatorId,
      'to a service, a counter or a person',
    ),
  /** `note`: what whoever comes after should know. */
  about('ticket.finish').extend({ note: line.optional() }),
  about('ticket.cancel').extend({ reason: z.enum(CANCEL_REASONS) }),
  /** Another copy of its paper. */
  about('ticket.reprint').extend({ reason: line }),
  about('ticket.override').extend({ to: z.enum(TICKET_STATES), reason: line }),
]);
export type Command = z.infer<typeof commandSchema>;
export type CommandInput = z.input<typeof commandSchema>;
export type CommandOf<T extends Command['type']> = Extract<Command, { type: T }>;

/** Commands about a ticket that exists, and the action of the machine that each asks for. */
export const TICKET_COMMANDS = {
  'ticket.call': 'TICKET_CALL',
  'ticket.recall': 'TICKET_RECALL',
  'ticket.start': 'TICKET_START',
  'ticket.requeue': 'TICKET_REQUEUE',
  'ticket.hold': 'TICKET_HOLD',
  'ticket.release': 'TICKET_RELEASE',
  'ticket.no_show': 'TICKET_NO_SHOW',
  'ticket.transfer': 'TICKET_TRANSFER',
  'ticket.finish': 'TICKET_FINISH',
  'ticket.cancel': 'TICKET_CANCEL',
  'ticket.reprint': 'TICKET_REPRINT',
  'ticket.override': 'TICKET_OVERRIDE',
} as const satisfies Partial<Record<Command['type'], TicketAction>>;
export type TicketCommand = Extract<Command, { type: keyof typeof TICKET_COMMANDS }>;

/** Whether a command is about one ticket that exists. */
export function isTicketCommand(command: Command): command is TicketCommand {
  return command.type in TICKET_COMMANDS;
}

/** What the write door answers when a command was done. The rows are as they are after it. */
export interface CommandDone {
  readonly commandId: string;
  readonly ticket?: {
    readonly id: string;
    readonly code: string;
    readonly state: string;
    readonly serviceId: string;
    readonly peopleAhead?: number;
    /** What was paid for a ticket that nobody will serve now, and is to be given back, in cents. */
    readonly refundDueCents?: number;
    /** Where a phone follows the ticket; only at a totem, and only where phones can reach the cloud. */
    readonly followUrl?: string;
  };
  readonly counterId?: string;
}

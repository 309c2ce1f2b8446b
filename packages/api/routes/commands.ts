/** The write door: what people ask of the queue, each with an id of its own by which it can be repeated. */
import { commandSchema } from '@totem/domain';
import { z } from 'zod';
import { route } from '../route.ts';
import { amountCents, count, id } from '../schemas/fields.ts';

/** `CommandDone` of the domain, as it is on the wire. */
const commandDoneSchema = z
  .object({
    commandId: id<'command'>(),
    ticket: z
      .object({
        id: id<'ticket'>(),
        code: z.string(),
        state: z.string(),
        serviceId: id<'service'>(),
        peopleAhead: count.optional(),
        refundDueCents: amountCents
          .optional()
          .describe('Of a ticket that was cancelled: what was paid and is to be given back.'),
      })
      .optional()
      .describe('The ticket as it is now.'),
    counterId: id<'counter'>().optional(),
  })
  .meta({ id: 'CommandDone' });

export const commandRoutes = {
  runCommand: route({
    tag: 'Queue',
    method: 'POST',
    path: '/v1/commands',
    summary: 'Ask for something to be done in the queue',
    description:
      'A closed union of commands. Each has its own `id`, made by who asks: a command that is repeated with its id gets the ' +
      'first answer, a refusal included, and has no second effect. Each type needs a permission of its own.',
    access: 'signed_in',
    body: commandSchema,
    cleansText: true,
    answer: { status: 200, schema: commandDoneSchema },
    // The command's own id does it.
    once: false,
    errors: [
      'command_id_reused',
      'text_empty',
      'text_too_long',
      'service_not_found',
      'service_not_here',
      'service_closed',
      'quota_reached',
      'priority_class_not_found',
      'payment_unavailable',
      'price_changed',
      'ticket_not_found',
      'ticket_exists',
      'ticket_state',
      'ticket_ended',
      'ticket_taken',
      'ticket_held',
      'ticket_addressed',
      'service_not_served',
      'counter_priority_only',
      'queue_empty',
      'operator_busy',
      'operator_paused',
      'operator_not_found',
      'recall_too_soon',
      'no_show_too_soon',
      'counter_not_found',
      'counter_taken',
      'no_counter',
      'hub_serves_site',
    ],
  }),
} as const;

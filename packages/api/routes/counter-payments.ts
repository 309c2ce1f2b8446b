/** Payments that people take at the counter: cash, or a card at a terminal that hangs on nothing of ours. */
import { z } from 'zod';
import { route } from '../route.ts';
import { idParams, line } from '../schemas/fields.ts';
import { paymentSchema } from './payments.ts';

export const counterPaymentRoutes = {
  payAtCounter: route({
    tag: 'Payments',
    method: 'POST',
    path: '/v1/tickets/{id}/payments',
    summary: 'Record that a ticket was paid at the counter',
    description:
      'The amount is the price that the ticket was given at; it is said again so that nobody records what they did not see. ' +
      'A ticket that had to be paid first joins the queue with it.',
    access: 'payment.record',
    params: idParams<'ticket'>(),
    body: z.strictObject({
      method: z.enum(['card', 'cash']),
      amountCents: z.int().min(1).max(1_000_000_000_000),
      reference: line(40).optional().describe('What the terminal printed, for instance its number.'),
    }),
    answer: { status: 201, schema: paymentSchema },
    errors: [
      'not_found',
      'ticket_state',
      'payment_amount',
      'payment_amount_differs',
      'payment_already_paid',
      'payment_in_progress',
      'hub_serves_site',
    ],
  }),
} as const;

/** Paying at the totem, for its own screen: what can be paid with, the customer's order, and how it goes. */
import { type CommandDone, idSchema, type PaymentView, type TicketId } from '@totem/domain';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { PaymentDesk } from '../pay/desk.ts';

export interface PayRoutesParts {
  readonly desk: PaymentDesk;
  /** Where a phone follows a ticket; null where phones do not reach the cloud. */
  readonly followUrl: (ticketId: TicketId) => string | null;
}

const orderSchema = z.strictObject({
  /** Made by the screen: the same order again is no second payment. */
  id: idSchema<'payment'>(),
  ticketId: idSchema<'ticket'>(),
  meansId: z.string().min(1).max(32),
});
const leaveSchema = z.strictObject({ ticketId: idSchema<'ticket'>() });
const newsSchema = z.object({ seen: z.coerce.number().int().min(0).default(0) });
const NO_STORE = { 'cache-control': 'no-store' };

/** Mounted behind the guards of the local API. */
export function payRoutes(parts: PayRoutesParts): Hono {
  const { desk } = parts;
  const answer = (c: Context, view: PaymentView): Response =>
    c.json(withTicketLink(parts, view), 200, NO_STORE);
  const app = new Hono();
  app.get('/means', async (c) => c.json({ means: await desk.means() }, 200, NO_STORE));
  app.post('/', async (c) => {
    const { id, ticketId, meansId } = orderSchema.parse(await c.req.json());
    return answer(c, desk.pay({ id, ticketId, meansId }));
  });
  app.post('/leave', async (c) => {
    desk.leave(leaveSchema.parse(await c.req.json()).ticketId);
    return c.json({}, 200, NO_STORE);
  });
  // Held until there is news, so that a screen follows a payment without asking again and again.
  app.get('/:id', async (c) => {
    const { seen } = newsSchema.parse(c.req.query());
    return answer(c, await desk.past(c.req.param('id'), seen, c.req.raw.signal));
  });
  app.post('/:id/cancel', (c) => answer(c, desk.cancel(c.req.param('id'))));
  return app;
}

function withTicketLink(parts: PayRoutesParts, view: PaymentView): PaymentView {
  return view.ticket === undefined ? view : { ...view, ticket: linked(parts, view.ticket) };
}

/** The link is the device's to sign; it is no part of what a repeated command is answered with. */
export function withLink(parts: PayRoutesParts, done: CommandDone): CommandDone {
  return done.ticket === undefined ? done : { ...done, ticket: linked(parts, done.ticket) };
}

function linked<T extends { readonly id: string }>({ followUrl }: PayRoutesParts, ticket: T): T {
  const url = followUrl(ticket.id as TicketId);
  return url === null ? ticket : { ...ticket, followUrl: url };
}

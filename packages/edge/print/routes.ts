/** What a customer at the screen may ask of paper: another copy of what is not known to have come out. */
import { idSchema } from '@totem/domain';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { repeatPaper } from './jobs.ts';

const repeatSchema = z.strictObject({ ticketId: idSchema<'ticket'>() });

export function paperRoutes(parts: {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly device: Device;
}): Hono {
  const app = new Hono();
  app.post('/repeats', async (c) => {
    const { ticketId } = repeatSchema.parse(await c.req.json());
    const { copy } = repeatPaper(parts.ledger, parts.clock, parts.device, ticketId);
    return c.json({ copy }, 200, { 'cache-control': 'no-store' });
  });
  return app;
}

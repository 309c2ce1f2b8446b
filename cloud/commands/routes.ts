/** `POST /v1/commands`: the write door. */
import { commandSchema, type Env } from '@totem/domain';
import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Database } from '../db/pool.ts';
import { onBodyTooLarge } from '../http/body.ts';
import type { CloudEnv } from '../http/context.ts';
import { runCommand } from './run.ts';

/** A command is a few ids and perhaps a name. */
const COMMAND_BODY_BYTES_MAX = 64 * 1024;

export function commandRoutes(
  parts: { readonly db: Database; readonly env: Env },
  authenticate: MiddlewareHandler<CloudEnv>,
): Hono<CloudEnv> {
  const limit = bodyLimit({ maxSize: COMMAND_BODY_BYTES_MAX, onError: onBodyTooLarge });
  return new Hono<CloudEnv>().post('/commands', authenticate, limit, async (c) => {
    const command = commandSchema.parse(await c.req.json());
    return c.json(await runCommand(parts, c.get('principal'), command));
  });
}

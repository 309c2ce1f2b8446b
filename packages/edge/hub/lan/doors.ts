/**
 * The two doors of the hub: commands of the queue are written through one, shapes are read from the other. Who is taken off the
 * cloud's list is let go at once, also from a request that is held.
 */
import { type CommandDone, commandSchema, ProblemError } from '@totem/domain';
import { faultPoint } from '@totem/host';
import { createShapeServer } from '@totem/sync';
import type { Hono, MiddlewareHandler } from 'hono';
import { createSqliteChangeLog } from '../../local-api/change-log.ts';
import type { HubPrincipal } from '../access/tokens.ts';
import { runHubCommand } from '../door/run.ts';
import type { HubAppParts, HubEnv } from './app.ts';
import { resolveHubShape } from './shapes.ts';

const HANDLE_KEY_BYTES = 32;
/** Two for each of some hundred screens and totems of a site. */
const HOLDS_MAX = 512;

interface Held {
  readonly principal: HubPrincipal;
  readonly gone: AbortController;
}

export function serveDoors(
  app: Hono<HubEnv>,
  parts: HubAppParts,
  guards: { readonly authenticate: MiddlewareHandler<HubEnv>; readonly bounded: MiddlewareHandler },
): void {
  const { store, clock, timers, log, tokens } = parts;
  const shapes = createShapeServer({
    log: createSqliteChangeLog(store),
    env: clock.env,
    timers,
    // New at each start: who follows reads anew, as after any change of upstream.
    handleKey: clock.env.randomBytes(HANDLE_KEY_BYTES),
    limits: { holdsMax: HOLDS_MAX },
    onEvent: (event) => {
      if (event.kind === 'fault') log.error({ err: event.error }, 'the change log of the hub failed');
      else if (event.kind === 'limit') log.warn({ limit: event.limit }, 'limit of the read door reached');
    },
  });
  const holds = new Set<Held>();
  parts.onDirectory(() => {
    for (const { principal, gone } of holds) if (!tokens.isKnown(principal)) gone.abort();
  });
  app.post('/v1/commands', guards.authenticate, guards.bounded, async (c) => {
    const command = commandSchema.parse(await c.req.json());
    const done: CommandDone = runHubCommand(parts, c.get('principal'), command);
    faultPoint('hub_command_done');
    return c.json(done);
  });
  app.on(['GET', 'HEAD'], '/v1/shape', guards.authenticate, async (c) => {
    const query = new URL(c.req.url).searchParams;
    const principal = c.get('principal');
    const held: Held = { principal, gone: new AbortController() };
    holds.add(held);
    try {
      const answer = await shapes.handle({
        method: c.req.method,
        name: query.get('shape') ?? '',
        query,
        ifNoneMatch: c.req.header('if-none-match') ?? null,
        resolve: resolveHubShape(parts, principal, query),
        signal: AbortSignal.any([c.req.raw.signal, held.gone.signal]),
      });
      if (held.gone.signal.aborted) throw new ProblemError('unauthorized');
      return new Response(answer.body, { status: answer.status, headers: answer.headers });
    } finally {
      holds.delete(held);
    }
  });
}

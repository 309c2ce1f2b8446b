/** The totem's local API: one write door and one read door for its own screen, the same as at the cloud. */
import {
  type CommandDone,
  commandSchema,
  type Env,
  ProblemError,
  type TicketId,
  type Timers,
} from '@totem/domain';
import { faultPoint, type Log, onNotFound, onProblem } from '@totem/host';
import { createShapeServer } from '@totem/sync';
import { type Context, Hono } from 'hono';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import { type CheckIn, takesCheckIns } from '../issue/check-in.ts';
import type { CreateTicket } from '../issue/issue.ts';
import { outlookOf } from '../issue/outlook.ts';
import type { PaymentDesk } from '../pay/desk.ts';
import { paperRoutes } from '../print/routes.ts';
import type { Store } from '../store/store.ts';
import { type TechnicianParts, technicianRoutes } from '../technician/routes.ts';
import { createSqliteChangeLog } from './change-log.ts';
import { guardBody, guardHost, guardToken } from './guard.ts';
import type { MediaIndex } from './media.ts';
import { payRoutes, withLink } from './payments.ts';
import { scanRoutes } from './scan.ts';
import { resolveLocalShape } from './shapes.ts';
import type { StaticFile } from './static-files.ts';

/** A command with a name of ten thousand letters must be answered by the rules, not by the transport. */
const BODY_BYTES_MAX = 64 * 1024;
const HANDLE_KEY_BYTES = 32;
/** Following requests of one screen are few; what is more is a defect. */
const HOLDS_MAX = 64;

export interface LocalApiParts extends TechnicianParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly device: Device;
  readonly env: Env;
  readonly timers: Timers;
  readonly log: Log;
  readonly token: string;
  /** The port that is listened on, once it is. */
  readonly port: () => number;
  readonly files: ReadonlyMap<string, StaticFile>;
  /** Who may show the screen in a frame, as CSP sources; nobody by default. */
  readonly frameAncestors: readonly string[];
  /** Gives the ticket of whoever stands at the kiosk. */
  readonly issue: (command: CreateTicket | CheckIn) => CommandDone;
  /** Where a phone follows a ticket; null where phones do not reach the cloud. */
  readonly followUrl: (ticketId: TicketId) => string | null;
  readonly desk: PaymentDesk;
  readonly media: MediaIndex;
  readonly health: () => object;
}

export function createLocalApi(parts: LocalApiParts): Hono {
  const { store, device, clock, timers, log } = parts;
  const shapes = createShapeServer({
    log: createSqliteChangeLog(store),
    env: clock.env,
    timers,
    // New at each boot, like the token: a screen that outlives its agent starts over.
    handleKey: parts.env.randomBytes(HANDLE_KEY_BYTES),
    limits: { holdsMax: HOLDS_MAX },
    onEvent: (event) => {
      if (event.kind === 'fault') log.error({ err: event.error }, 'the local change log failed');
      else if (event.kind === 'limit')
        log.warn({ limit: event.limit }, 'limit of the local read door reached');
    },
  });
  const app = new Hono();
  app.onError(onProblem(log));
  app.notFound(onNotFound);
  app.use(guardHost(parts.port));
  app.get('/health', (c) => c.json(parts.health(), 200, { 'cache-control': 'no-store' }));
  app.use('/v1/*', guardToken(parts.token));
  app.use('/v1/*', guardBody(BODY_BYTES_MAX));
  app.get('/v1/me', (c) =>
    c.json({ kind: 'device', type: 'totem', ...device }, 200, { 'cache-control': 'no-store' }),
  );
  app.post('/v1/commands', async (c) => {
    const command = commandSchema.parse(await c.req.json());
    // The other commands are for people at counters; a kiosk stands where anyone can reach it.
    if (command.type !== 'ticket.create' && command.type !== 'appointment.check_in')
      throw new ProblemError('forbidden');
    const issued = parts.issue(command);
    faultPoint('ticket_issued');
    return c.json(withLink(parts, issued), 200, { 'cache-control': 'no-store' });
  });
  app.get('/v1/outlook', (c) => {
    const outlook = store.read((db) => ({
      services: outlookOf(db, device, clock.env.now()),
      takesCheckIns: takesCheckIns(db, device, clock.env.now()),
    }));
    return c.json(outlook, 200, { 'cache-control': 'no-store' });
  });
  app.route('/v1/payments', payRoutes(parts));
  app.route('/v1/papers', paperRoutes(parts));
  app.route('/v1/scan', scanRoutes(parts));
  app.route('/v1/technician', technicianRoutes(parts));
  app.get('/v1/media', (c) => c.json(parts.media, 200, { 'cache-control': 'no-store' }));
  app.on(['GET', 'HEAD'], '/v1/shape', async (c) => {
    const query = new URL(c.req.url).searchParams;
    const answer = await shapes.handle({
      method: c.req.method,
      name: query.get('shape') ?? '',
      query,
      ifNoneMatch: c.req.header('if-none-match') ?? null,
      resolve: resolveLocalShape({ store, clock, device }, query),
      signal: c.req.raw.signal,
    });
    return new Response(answer.body, { status: answer.status, headers: answer.headers });
  });
  app.get('*', (c) => screenFile(c, parts.files, parts.frameAncestors));
  return app;
}

/** A file of the screen. @throws ProblemError `not_found` */
export function screenFile(
  c: Context,
  files: ReadonlyMap<string, StaticFile>,
  frameAncestors: readonly string[],
): Response {
  const file = files.get(c.req.path);
  if (file === undefined) throw new ProblemError('not_found');
  return c.body(file.bytes, 200, fileHeaders(file, frameAncestors));
}

function fileHeaders(file: StaticFile, frameAncestors: readonly string[]): Record<string, string> {
  const ancestors = frameAncestors.length === 0 ? "'none'" : frameAncestors.join(' ');
  return {
    'content-type': file.type,
    'cache-control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'content-security-policy':
      "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; " +
      `base-uri 'none'; form-action 'none'; frame-ancestors ${ancestors}`,
  };
}

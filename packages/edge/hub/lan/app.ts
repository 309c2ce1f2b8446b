/**
 * What the hub serves on the branch's network, over HTTPS: the same two doors as the cloud for panels and displays, the hand-over
 * of other totems' batches, and the screens themselves. A totem that is the hub no more sends everybody elsewhere.
 */
import {
  type CommandDone,
  commandSchema,
  idSchema,
  instantText,
  type Principal,
  ProblemError,
  type Timers,
} from '@totem/domain';
import { type Log, onNotFound, onProblem } from '@totem/host';
import { createShapeServer } from '@totem/sync';
import { PUSH_BODY_BYTES_MAX } from '@totem/sync/push';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Clock } from '../../clock/clock.ts';
import type { Device } from '../../device.ts';
import { JWT_BEARER_GRANT } from '../../identity/tokens.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { createSqliteChangeLog } from '../../local-api/change-log.ts';
import type { StaticFile } from '../../local-api/static-files.ts';
import type { Store } from '../../store/store.ts';
import { createHubDeviceTokens, HUB_DEVICE_TOKEN_SECONDS } from '../access/device-token.ts';
import { type HubPins, loginSchema, pinSchema } from '../access/pins.ts';
import type { HubPrincipal, HubTokens } from '../access/tokens.ts';
import { runHubCommand } from '../door/run.ts';
import { answerOf, takeOver } from '../relay/receive.ts';
import { hubRole } from '../role.ts';
import { isReady } from '../takeover.ts';
import { resolveHubShape } from './shapes.ts';

const COMMAND_BYTES_MAX = 64 * 1024;
const HANDLE_KEY_BYTES = 32;
/** Two for each of some hundred screens and totems of a site. */
const HOLDS_MAX = 512;

type HubEnv = { Variables: { principal: HubPrincipal } };

export interface HubAppParts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly device: Device;
  readonly timers: Timers;
  readonly log: Log;
  readonly tokens: HubTokens;
  readonly pins: HubPins;
  /** The certificate of the site's authority, for whoever installs a screen: PEM. */
  readonly authority: string;
  /** Built screens by name. */
  readonly screens: Readonly<Record<string, ReadonlyMap<string, StaticFile>>>;
  /** Something was handed over. */
  readonly onTaken: () => void;
}

export function createHubApp(parts: HubAppParts): Hono<HubEnv> {
  const { store, device, log } = parts;
  const app = new Hono<HubEnv>();
  app.onError(onProblem(log));
  app.notFound(onNotFound);
  app.use(async (c, next) => {
    await next();
    c.header('x-content-type-options', 'nosniff');
    c.header('referrer-policy', 'no-referrer');
  });
  app.get('/authority.pem', (c) =>
    c.body(parts.authority, 200, { 'content-type': 'application/x-pem-file' }),
  );
  app.use('/v1/*', async (c, next) => {
    if (store.read((db) => hubRole(db, device)) === undefined) throw new ProblemError('not_the_hub');
    await next();
    // Answers are about now, and of one person.
    if (c.res.headers.get('cache-control') === null) c.header('cache-control', 'no-store');
  });
  serveAccess(app, parts);
  serveDoors(app, parts);
  serveHandOver(app, parts);
  for (const [name, files] of Object.entries(parts.screens)) serveScreen(app, name, files);
  return app;
}

const bounded = (maxSize: number): MiddlewareHandler =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new ProblemError('body_too_large');
    },
  });

function authenticated(tokens: HubTokens): MiddlewareHandler<HubEnv> {
  return async (c, next) => {
    const [scheme, token, ...more] = (c.req.header('authorization') ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || token === undefined || more.length > 0)
      throw new ProblemError('unauthorized');
    c.set('principal', await tokens.verify(token));
    await next();
  };
}

function serveAccess(app: Hono<HubEnv>, parts: HubAppParts): void {
  const { store, device, clock, timers, tokens } = parts;
  const deviceTokens = createHubDeviceTokens({ store, device, env: clock.env, timers, tokens });
  app.post('/v1/token', bounded(COMMAND_BYTES_MAX), async (c) => {
    const { grant_type: grant, assertion } = await c.req.parseBody();
    if (grant !== JWT_BEARER_GRANT || typeof assertion !== 'string')
      throw new ProblemError('invalid_request');
    const access_token = await deviceTokens.exchange(assertion);
    return c.json({ access_token, token_type: 'Bearer', expires_in: HUB_DEVICE_TOKEN_SECONDS });
  });
  app.post('/v1/pin', authenticated(tokens), bounded(COMMAND_BYTES_MAX), async (c) => {
    const { grant, pin } = pinSchema.parse(await c.req.json());
    await parts.pins.choose(c.get('principal'), grant, pin);
    return c.body(null, 204);
  });
  app.post('/v1/login', bounded(COMMAND_BYTES_MAX), async (c) => {
    const { username, pin } = loginSchema.parse(await c.req.json());
    return c.json(await parts.pins.signIn(username, pin));
  });
  app.get('/v1/me', authenticated(tokens), (c) => c.json(meOf(c.get('principal'))));
  app.get('/v1/hub', authenticated(tokens), (c) => {
    const { equipmentId } = device;
    const [term, ready] = store.read((db) => [hubRole(db, device)?.term, isReady(db, device)]);
    return c.json({ equipmentId, term, ready, serverTime: instantText(clock.env.now()) });
  });
}

function meOf(principal: Principal): object {
  return principal;
}

function serveDoors(app: Hono<HubEnv>, parts: HubAppParts): void {
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
  app.post('/v1/commands', authenticated(tokens), bounded(COMMAND_BYTES_MAX), async (c) => {
    const command = commandSchema.parse(await c.req.json());
    const done: CommandDone = runHubCommand(parts, c.get('principal'), command);
    return c.json(done);
  });
  app.on(['GET', 'HEAD'], '/v1/shape', authenticated(tokens), async (c) => {
    const query = new URL(c.req.url).searchParams;
    const answer = await shapes.handle({
      method: c.req.method,
      name: query.get('shape') ?? '',
      query,
      ifNoneMatch: c.req.header('if-none-match') ?? null,
      resolve: resolveHubShape(parts, c.get('principal'), query),
      signal: c.req.raw.signal,
    });
    return new Response(answer.body, { status: answer.status, headers: answer.headers });
  });
}

function serveHandOver(app: Hono<HubEnv>, parts: HubAppParts): void {
  const { store, tokens, onTaken } = parts;
  app.post('/v1/ledger', authenticated(tokens), bounded(PUSH_BODY_BYTES_MAX), async (c) => {
    const { equipmentId } = totemOf(c);
    if (c.req.header('content-encoding') !== 'gzip') throw new ProblemError('media_type_unsupported');
    const answer = takeOver(parts, equipmentId, new Uint8Array(await c.req.arrayBuffer()));
    onTaken();
    return c.json(answer);
  });
  app.get('/v1/ledger/taken', authenticated(tokens), (c) => {
    totemOf(c);
    const origin = idSchema<'origin'>().parse(c.req.query('origin'));
    return c.json(store.read((db) => answerOf(db, origin)));
  });
}

/** Totems have a ledger; people and screens have not. */
function totemOf(c: Context<HubEnv>) {
  const principal = c.get('principal');
  if (principal.kind !== 'device' || principal.type !== 'totem') throw new ProblemError('forbidden');
  return principal;
}

function serveScreen(app: Hono<HubEnv>, name: string, files: ReadonlyMap<string, StaticFile>): void {
  app.get(`/${name}`, (c) => c.redirect(`/${name}/`));
  app.get(`/${name}/*`, (c) => {
    const path = c.req.path.slice(name.length + 1);
    // Every address without an extension is the screen's page.
    const file = files.get(/\.\w+$/.test(path) ? path : '/');
    if (file === undefined) throw new ProblemError('not_found');
    return c.body(file.bytes, 200, {
      'content-type': file.type,
      'cache-control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      'content-security-policy':
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    });
  });
}

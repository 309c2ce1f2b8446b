/**
 * What the hub serves on the branch's network, over HTTPS: the same two doors as the cloud for panels and displays, the hand-over
 * of other totems' batches, and the screens themselves. A totem that is the hub no more sends everybody elsewhere.
 */
import { idSchema, instantText, may, mayAt, type Principal, ProblemError, type Timers } from '@totem/domain';
import { faultPoint, type Log, onNotFound, onProblem } from '@totem/host';
import { shapeAllowedHeaders, shapeExposedHeaders } from '@totem/sync';
import type { SiteDesk } from '@totem/sync/hub';
import { PUSH_BODY_BYTES_MAX } from '@totem/sync/push';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import type { Clock } from '../../clock/clock.ts';
import type { Device } from '../../device.ts';
import { JWT_BEARER_GRANT } from '../../identity/tokens.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { CloudLink } from '../../link/cloud-link.ts';
import type { StaticFile } from '../../local-api/static-files.ts';
import type { ReadHandle } from '../../store/connection.ts';
import { readSetting } from '../../store/settings.ts';
import type { Store } from '../../store/store.ts';
import { createHubDeviceTokens, HUB_DEVICE_TOKEN_SECONDS } from '../access/device-token.ts';
import { type HubPins, loginSchema, pinSchema } from '../access/pins.ts';
import type { HubPrincipal, HubTokens } from '../access/tokens.ts';
import { colleaguesHere } from '../people.ts';
import { answerOf, takeOver } from '../relay/receive.ts';
import { hubRole } from '../role.ts';
import { isReady } from '../takeover.ts';
import { serveDoors } from './doors.ts';
import { carryPairing } from './pairing.ts';
import { serveScreen } from './screens.ts';

const COMMAND_BYTES_MAX = 64 * 1024;
const CORS_MAX_AGE_SECONDS = 600;

export type HubEnv = { Variables: { principal: HubPrincipal } };

export interface HubAppParts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly device: Device;
  readonly timers: Timers;
  readonly link: Pick<CloudLink, 'state' | 'request'>;
  readonly log: Log;
  readonly tokens: HubTokens;
  readonly pins: HubPins;
  /** The certificate of the site's authority, for whoever installs a screen: PEM. */
  readonly authority: string;
  /** Where this hub serves, as it has told the cloud. */
  readonly url: () => string | undefined;
  /** Origins of pages that may ask here, exactly as browsers send them: the cloud's, for panels that it has served. */
  readonly allowedOrigins: readonly string[];
  /** Built screens by name. */
  readonly screens: Readonly<Record<string, ReadonlyMap<string, StaticFile>>>;
  /** Calls back when the cloud has said anew who may speak here. @returns stops it. */
  readonly onDirectory: (listener: () => void) => () => void;
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
  app.use('/v1/*', crossOrigin(parts.allowedOrigins));
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
  serveDoors(app, parts, {
    authenticate: authenticated(parts.tokens),
    bounded: bounded(COMMAND_BYTES_MAX),
  });
  serveHandOver(app, parts);
  carryPairing(app, parts.link, bounded(COMMAND_BYTES_MAX));
  for (const [name, files] of Object.entries(parts.screens)) serveScreen(app, name, files);
  return app;
}

/** Lets pages that the cloud has served ask the hub; what lets them in is their token, never a cookie. */
function crossOrigin(allowedOrigins: readonly string[]): MiddlewareHandler {
  return cors({
    origin: (origin) => (allowedOrigins.includes(origin) ? origin : null),
    allowMethods: ['GET', 'HEAD', 'POST', 'OPTIONS'],
    allowHeaders: [...shapeAllowedHeaders],
    exposeHeaders: [...new Set([...shapeExposedHeaders, 'retry-after'])],
    maxAge: CORS_MAX_AGE_SECONDS,
  });
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
  app.get('/v1/pin', authenticated(tokens), async (c) =>
    c.json({ until: await parts.pins.until(c.get('principal')) }),
  );
  app.post('/v1/login', bounded(COMMAND_BYTES_MAX), async (c) => {
    const { username, pin } = loginSchema.parse(await c.req.json());
    return c.json(await parts.pins.signIn(username, pin));
  });
  app.get('/v1/me', authenticated(tokens), (c) => c.json(meOf(c.get('principal'))));
  app.get('/v1/hub', authenticated(tokens), (c) => {
    const { equipmentId } = device;
    const [term, ready] = store.read((db) => [hubRole(db, device)?.term, isReady(db, device)]);
    // Whom the cloud hears no more is nobody's hub: what it has may be another history than the site's.
    const suspended = store.read((db) => readSetting(db, 'suspended'));
    if (suspended !== undefined) throw new ProblemError('device_suspended');
    // Whether what is handed over here goes on at once: a totem whose own link works does not wait for a hub that has none.
    const carries = parts.link.state().state === 'up';
    return c.json({ equipmentId, term, ready, carries, serverTime: instantText(clock.env.now()) });
  });
  app.get('/v1/desk', authenticated(tokens), (c) => {
    const principal = c.get('principal');
    if (c.req.query('site') !== device.siteId || !mayAt(principal, device.siteId))
      throw new ProblemError('not_found');
    const isPerson = principal.kind === 'user' && may(principal, 'queue.serve');
    if (!isPerson && principal.kind !== 'device') throw new ProblemError('forbidden');
    return c.json(store.read((db) => deskOf(db, parts, isPerson)));
  });
}

/** As the cloud answers it; not before all of the queue is here. @throws ProblemError `not_ready` */
function deskOf(db: ReadHandle, { device, url }: HubAppParts, isPerson: boolean): SiteDesk {
  const role = hubRole(db, device);
  if (role === undefined) throw new ProblemError('not_the_hub');
  if (!isReady(db, device)) throw new ProblemError('not_ready');
  return {
    hub: { equipmentId: device.equipmentId, term: role.term, url: url() ?? null },
    people: isPerson ? colleaguesHere(db) : [],
  };
}

function meOf(principal: Principal): object {
  return principal;
}

function serveHandOver(app: Hono<HubEnv>, parts: HubAppParts): void {
  const { store, tokens, onTaken } = parts;
  app.post('/v1/ledger', authenticated(tokens), bounded(PUSH_BODY_BYTES_MAX), async (c) => {
    const { equipmentId } = totemOf(c);
    if (c.req.header('content-encoding') !== 'gzip') throw new ProblemError('media_type_unsupported');
    const body = new Uint8Array(await c.req.arrayBuffer());
    try {
      const answer = takeOver(parts, equipmentId, body);
      faultPoint('hub_batch_taken');
      return c.json(answer);
    } finally {
      // Also what was refused may have to be carried on: see `relay/forks.ts`.
      onTaken();
    }
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

/**
 * The cloud as one Hono app: both doors, the ledger, the screens, and the page behind a ticket's code. Whoever starts it
 * passes the world in, and the database must have been migrated.
 */
import type { Env, EquipmentId, TenantId, Timers } from '@totem/domain';
import { type Log, onNotFound, onProblem, type Served, serveHttp } from '@totem/host';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createDeviceTokens } from './access/device-token.ts';
import { createPasswords } from './access/password.ts';
import { createRateLimit } from './access/rate-limit.ts';
import { accessRoutes } from './access/routes.ts';
import { keysOf, type SigningKey } from './access/signing-key.ts';
import { createStandings } from './access/standing.ts';
import { createAccessTokens } from './access/tokens.ts';
import { commandRoutes } from './commands/routes.ts';
import { createPartitions } from './db/partitions.ts';
import { createDatabase, type Database, type ServingUrls } from './db/pool.ts';
import { healthRoutes } from './health/routes.ts';
import { onBodyTooLarge } from './http/body.ts';
import { authenticated, type CloudEnv } from './http/context.ts';
import { answerHeaders, crossOrigin } from './http/headers.ts';
import { ledgerRoutes } from './ledger/routes.ts';
import { createTurns } from './ledger/turns.ts';
import { phoneRoutes } from './phone-page/routes.ts';
import { restHandlers } from './rest/handlers.ts';
import { restApp } from './rest/mount.ts';
import { screenRoutes } from './screens/static-files.ts';
import { createVault, type DataKeys } from './secrets/vault.ts';
import { createShapeDoor, type ElectricService } from './shapes/door.ts';
import { createPgChangeLog, type PgChangeLog } from './shapes/pg-change-log.ts';
import { createShapeResolvers } from './shapes/resolve.ts';
import { shapeRoutes } from './shapes/routes.ts';

export interface CloudOptions {
  readonly databaseUrls: ServingUrls;
  /** The same on every node, and kept: with another one everybody signs in again. */
  readonly signingKey: SigningKey;
  /** What is encrypted at rest is read with these; the same on every node, and never lost. */
  readonly dataKeys: DataKeys;
  readonly env: Env;
  readonly timers: Timers;
  readonly log: Log;
  /** Folders of built screens; one that is not given is not served. */
  readonly staticDirs?: { readonly panel?: string; readonly display?: string };
  /** Origins of pages elsewhere that may call the API. */
  readonly allowedOrigins?: readonly string[];
  /** Origins of pages that may frame the screens. */
  readonly frameAncestors?: readonly string[];
  /** The address that browsers use. */
  readonly publicUrl: string;
  /** A real Electric service that answers for shapes; the built-in server does without it. */
  readonly electric?: ElectricService | undefined;
  /** Tries of a login in a minute: for one username, and from one address. */
  readonly loginsPerMinute?: { readonly account: number; readonly address: number };
}

export interface Cloud {
  readonly app: Hono;
  readonly db: Database;
  start(address: { readonly host: string; readonly port: number }): Promise<Served>;
  /** A token for a device without a key of its own, such as a display opened by its link. */
  mintDeviceToken(tenantId: TenantId, equipmentId: EquipmentId, lifeSeconds: number): Promise<string>;
  /** Ends held requests, stops listening, and closes the pools. */
  close(): Promise<void>;
}

const LOGINS_PER_MINUTE = { account: 5, address: 20 } as const;
/** A login or a form: whatever needs more has a limit of its own. */
const BODY_BYTES_MAX = 8 * 1024 * 1024;

export function createCloud(options: CloudOptions): Cloud {
  const { env, timers, log, staticDirs = {} } = options;
  const db = createDatabase(options.databaseUrls, log);
  const changes = createPgChangeLog({ db, env, timers, log });
  const partitions = createPartitions({ db, env, timers, log });
  const app = createApp(options, db, changes);
  const { devices } = app;
  if (staticDirs.panel !== undefined) app.root.route('/', screenRoutes('panel', staticDirs.panel));
  if (staticDirs.display !== undefined) app.root.route('/', screenRoutes('display', staticDirs.display));
  let served: Served | undefined;
  return {
    app: app.root,
    db,
    mintDeviceToken: (tenantId, equipmentId, lifeSeconds) =>
      devices.mintFor(tenantId, equipmentId, lifeSeconds),
    start: async ({ host, port }) => {
      await partitions.ensure();
      served = await serveHttp(app.root, { host, port, log });
      return served;
    },
    close: async () => {
      app.shapes.end();
      partitions.close();
      changes.close();
      await served?.close();
      await db.close();
    },
  };
}

function createApp(options: CloudOptions, db: Database, changes: PgChangeLog) {
  const { env, timers, log, allowedOrigins = [], frameAncestors = [] } = options;
  const keys = keysOf(options.signingKey);
  const logins = options.loginsPerMinute ?? LOGINS_PER_MINUTE;
  const tokens = createAccessTokens(keys, env);
  const standings = createStandings(db, timers);
  const vault = createVault(options.dataKeys);
  const devices = createDeviceTokens({ db, env, timers, tokens });
  const authenticate = authenticated(tokens, standings);
  const shapes = createShapeDoor({
    changes,
    env,
    timers,
    log,
    handleKey: keys.handleKey,
    electric: options.electric,
  });
  const resolvers = createShapeResolvers({ db, env, timers });
  const access = {
    db,
    env,
    timers,
    passwords: createPasswords(),
    tokens,
    devices,
    limit: createRateLimit(timers, logins.account),
    loginsPerAddress: logins.address,
  };
  const api = new Hono<CloudEnv>()
    .route('/', accessRoutes(access, authenticate))
    .route('/', commandRoutes({ db, env }, authenticate))
    .route('/', ledgerRoutes({ db, env, timers, log, standings, turns: createTurns(timers) }, authenticate))
    .route('/', shapeRoutes({ shapes, resolvers }, authenticate));
  const root = new Hono();
  root.onError(onProblem(log));
  root.notFound(onNotFound);
  const isSecure = options.publicUrl.startsWith('https:');
  root.use(answerHeaders({ env, isSecure, allowedOrigins, frameAncestors }));
  root.use('/v1/*', crossOrigin(allowedOrigins));
  root.use('/v1/*', bodyLimit({ maxSize: BODY_BYTES_MAX, onError: onBodyTooLarge }));
  root.route('/', healthRoutes(db));
  root.route('/v1', api);
  root.route('/', restApp({ db, env, vault, log }, restHandlers(), authenticate));
  root.route('/', phoneRoutes({ db, timers }));
  return { root, devices, shapes };
}

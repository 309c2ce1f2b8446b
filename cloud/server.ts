/**
 * The cloud as one Hono app: both doors, the ledger, the screens, and the page behind a ticket's code. Whoever starts it
 * passes the world in, and the database must have been migrated.
 */
import type { Env, EquipmentId, TenantId, Timers } from '@totem/domain';
import {
  createRegistry,
  type HttpFront,
  type Log,
  onNotFound,
  onProblem,
  type Served,
  serveHttp,
} from '@totem/host';
import { Hono } from 'hono';
import type { Registry } from 'prom-client';
import { createAccess } from './access/access.ts';
import { createLoginLimits, type LoginLimits, type LoginPace } from './access/login-limits.ts';
import { tokenRoutes } from './access/routes.ts';
import { keysOf, type SigningKey } from './access/signing-key.ts';
import { SEAL_EVERY_MS, sealLedgers } from './audit/seal.ts';
import { type PublicSealKey, type SealVerifier, sealKeysOf } from './audit/seal-keys.ts';
import { createPartitions } from './db/partitions.ts';
import { createDatabase, type Database, type ServingUrls } from './db/pool.ts';
import { deviceRoutes } from './devices/routes.ts';
import { createEnrolmentLimits } from './enrolment/limits.ts';
import { createMessages, type MessageOptions, type Messages } from './events/messages.ts';
import { TRIM_EVERY_MS, trimEvents } from './events/trim.ts';
import { createReadiness, type Readiness } from './health/readiness.ts';
import { healthRoutes } from './health/routes.ts';
import { clientAddresses } from './http/client-address.ts';
import { authenticated, type CloudEnv } from './http/context.ts';
import { answerHeaders, crossOrigin, plainHeaders, screenPolicy } from './http/headers.ts';
import { markedFront, routed } from './http/routing.ts';
import { timeLimit } from './http/time-limit.ts';
import { hubRoutes } from './hub/routes.ts';
import { EXPIRE_EVERY_MS, expireTickets } from './jobs/expire-tickets.ts';
import { FORGET_EVERY_MS, forgetPeople } from './jobs/forget-people.ts';
import { RETIRE_EVERY_MS, retireAudit } from './jobs/retire-audit.ts';
import { RETIRE_TICKETS_EVERY_MS, retireTickets } from './jobs/retire-tickets.ts';
import { ROLL_UP_EVERY_MS, rollUpDays } from './jobs/roll-up-days.ts';
import { createSchedule, type Job, type Schedule } from './jobs/schedule.ts';
import { createSharedSchedule } from './jobs/shared-schedule.ts';
import { SHOW_PARKED_EVERY_MS, showParked } from './jobs/show-parked.ts';
import { ledgerRoutes } from './ledger/routes.ts';
import { createTurns } from './ledger/turns.ts';
import { countedJobs } from './metrics/counted-jobs.ts';
import { createFleet, SAMPLE_EVERY_MS } from './metrics/fleet.ts';
import { createInstruments, type Instruments } from './metrics/instruments.ts';
import { TELL_NEAR_EVERY_MS, tellNear } from './notify/tell-near.ts';
import { WATCH_BACKUP_EVERY_MS, watchBackup } from './notify/watch-backup.ts';
import { WATCH_EVERY_MS, watchDevices } from './notify/watch-devices.ts';
import { createPayments, type Payments } from './payments/payments.ts';
import { receiptRoutes } from './payments/receipt-page.ts';
import { phoneRoutes } from './phone-page/routes.ts';
import { referenceRoutes } from './reference/routes.ts';
import { restHandlers } from './rest/handlers.ts';
import { restApp } from './rest/mount.ts';
import { screenRoutes } from './screens/static-files.ts';
import { createVault, type DataKeys, type Vault } from './secrets/vault.ts';
import { createShapeDoor, type ElectricService } from './shapes/door.ts';
import { createShapeFront } from './shapes/front.ts';
import { createPgChangeLog, type PgChangeLog } from './shapes/pg-change-log.ts';
import { createShapeResolvers } from './shapes/resolve.ts';

/** The screens that the cloud serves, each under its own name. */
const CLOUD_SCREENS = ['panel', 'display', 'admin'] as const;
type CloudScreen = (typeof CLOUD_SCREENS)[number];

export interface CloudOptions {
  readonly databaseUrls: ServingUrls;
  /** The same on every node, and kept: with another one everybody signs in again. */
  readonly signingKey: SigningKey;
  /** Signs the months of ledgers in place of a key that is derived from the other. */
  readonly sealKey?: SigningKey | undefined;
  /** Keys that signed them before: their seals can still be checked. */
  readonly formerSealKeys?: readonly PublicSealKey[] | undefined;
  /** What is encrypted at rest is read with these; the same on every node, and never lost. */
  readonly dataKeys: DataKeys;
  readonly env: Env;
  readonly timers: Timers;
  readonly log: Log;
  /** Folders of built screens; one that is not given is not served. */
  readonly staticDirs?: { readonly [S in CloudScreen]?: string };
  /** Origins of pages elsewhere that may call the API. */
  readonly allowedOrigins?: readonly string[];
  /** Origins of pages that may frame the screens. */
  readonly frameAncestors?: readonly string[];
  /** The address that browsers use. */
  readonly publicUrl: string;
  /** A real Electric service that answers for shapes; the built-in server does without it. */
  readonly electric?: ElectricService | undefined;
  /** Addresses and networks of proxies that say in `X-Forwarded-For` whom they speak for; nobody else is believed. */
  readonly trustedProxies?: readonly string[];
  /** Tries of a login in a minute: for one username from one place, and from one address. */
  readonly loginsPerMinute?: LoginPace;
  /** False leaves jobs aside; for a cloud whose clock has nothing to do with the days of its rows. */
  readonly jobsComeRound?: boolean;
  /** Whether nodes share them over the queue in the database; else each does them all, as tests and the demo want it. */
  readonly sharesJobs?: boolean;
  /** Whether payment service providers may be on this very machine: for demos and tests. */
  readonly providersOnLoopback?: boolean;
  /** How messages leave for webhooks and people. Without it receivers are on the internet, and there is neither mail nor gateway. */
  readonly messages?: MessageOptions;
  /** What the backup program writes for Prometheus; without it nobody is told that backups are too old. */
  readonly backupMetricsFile?: string | undefined;
  /** How long the node says that it is not ready before it stops listening, for those who send it requests to notice. */
  readonly drainMs?: number;
}

export interface Cloud {
  readonly app: Hono;
  /** What answers before the app does; `start` puts the two together behind one address. */
  readonly front: HttpFront;
  readonly db: Database;
  /** What this node counts; it is served elsewhere, see `serveMetrics`. */
  readonly registry: Registry;
  start(address: { readonly host: string; readonly port: number }): Promise<Served>;
  /** A token for a device without a key of its own, such as a display opened by its link. */
  mintDeviceToken(tenantId: TenantId, equipmentId: EquipmentId, lifeSeconds: number): Promise<string>;
  /** Runs one of the jobs that come round, now. @throws what the job throws; RangeError for an unknown name. */
  runJob(name: string): Promise<void>;
  /** Carries what webhooks and people are to be told and is due, now; resolves when all of it has been tried. */
  carryMessages(): Promise<void>;
  /** Resolves when all that providers have called about so far has been asked for. */
  hintsFollowed(): Promise<void>;
  /** Is ready no more, ends held requests, lets the others finish, stops listening, and closes the pools. */
  close(): Promise<void>;
}

const LOGINS_PER_MINUTE = { account: 5, address: 20 } as const;
/** Between two sweeps of what limits have counted. */
const SWEEP_EVERY_MS = 600_000;
/** Requests under way may end within this time once the node stops. */
const GRACE_MS = 8_000;

export function createCloud(options: CloudOptions): Cloud {
  const { env, timers, log, staticDirs = {} } = options;
  const db = createDatabase(options.databaseUrls, log);
  const registry = createRegistry();
  const instruments = createInstruments(registry, { db, timers });
  const changes = createPgChangeLog({ db, env, timers, log, counts: instruments });
  const partitions = createPartitions({ db, env, timers, log });
  const fleet = createFleet(registry, db);
  const { signingKey, sealKey, formerSealKeys } = options;
  const sealKeys = sealKeysOf({ signingKey, sealKey, formerKeys: formerSealKeys });
  const vault = createVault(options.dataKeys, env);
  const limits = createLoginLimits(db, vault, options.loginsPerMinute ?? LOGINS_PER_MINUTE);
  const payments = createPayments({
    db,
    env,
    timers,
    log,
    vault,
    allowsLoopback: options.providersOnLoopback ?? false,
    publicUrl: options.publicUrl,
  });
  const messages = createMessages(
    { db, env, timers, log, vault, counts: instruments },
    options.messages ?? { allowsLoopback: false },
  );
  const jobs: Job[] = [
    ...payments.jobs,
    { name: 'sweep_login_limits', everyMs: SWEEP_EVERY_MS, run: () => limits.sweep() },
    { name: 'sample_fleet', everyMs: SAMPLE_EVERY_MS, eachNode: true, run: () => fleet.sample() },
    { name: 'expire_tickets', everyMs: EXPIRE_EVERY_MS, run: () => expireTickets({ db, env, log }) },
    { name: 'roll_up_days', everyMs: ROLL_UP_EVERY_MS, run: () => rollUpDays({ db, env, log }) },
    { name: 'retire_audit', everyMs: RETIRE_EVERY_MS, run: () => retireAudit({ db, env, log }) },
    { name: 'forget_people', everyMs: FORGET_EVERY_MS, run: () => forgetPeople({ db, env, log }) },
    { name: 'retire_tickets', everyMs: RETIRE_TICKETS_EVERY_MS, run: () => retireTickets({ db, env, log }) },
    { name: 'trim_events', everyMs: TRIM_EVERY_MS, run: () => trimEvents({ db, env, log }) },
    { name: 'watch_devices', everyMs: WATCH_EVERY_MS, run: () => watchDevices({ db, env, log }) },
    ...(options.backupMetricsFile === undefined ? [] : [backupWatch(options.backupMetricsFile, { db, env })]),
    {
      name: 'tell_near',
      everyMs: TELL_NEAR_EVERY_MS,
      run: () => tellNear({ db, env, log, ways: messages.ways }),
    },
    { name: 'show_parked', everyMs: SHOW_PARKED_EVERY_MS, run: () => showParked({ db, env, log }) },
    {
      name: 'seal_ledgers',
      everyMs: SEAL_EVERY_MS,
      run: () => sealLedgers({ db, env, log, keys: sealKeys }),
    },
  ];
  const schedule = scheduleOf(options, db, instruments, jobs);
  const readiness = createReadiness(db);
  const app = createApp(options, {
    db,
    changes,
    instruments,
    readiness,
    sealKeys,
    vault,
    limits,
    payments,
    messages,
  });
  const { devices } = app;
  const policy = screenPolicy({
    isSecure: options.publicUrl.startsWith('https:'),
    allowedOrigins: options.allowedOrigins ?? [],
    frameAncestors: options.frameAncestors ?? [],
  });
  for (const name of CLOUD_SCREENS) {
    const folder = staticDirs[name];
    if (folder !== undefined) app.root.route('/', screenRoutes(name, folder, policy));
  }
  let served: Served | undefined;
  return {
    app: app.root,
    front: app.front,
    db,
    registry,
    mintDeviceToken: (tenantId, equipmentId, lifeSeconds) =>
      devices.mintFor(tenantId, equipmentId, lifeSeconds),
    runJob: (name) => schedule.runNow(name),
    carryMessages: () => messages.courier.carryDue(),
    hintsFollowed: () => payments.hints.idle(),
    start: async ({ host, port }) => {
      await partitions.ensure();
      served = await serveHttp(app.root, { host, port, log, front: app.front, watch: instruments.watch });
      if (options.jobsComeRound ?? true) {
        await schedule.start();
        messages.courier.start();
      }
      return served;
    },
    close: async () => {
      readiness.drain();
      await pause(timers, options.drainMs ?? 0);
      app.shapes.end();
      payments.drain();
      partitions.close();
      changes.close();
      await served?.close(GRACE_MS);
      await Promise.all([schedule.close(), messages.courier.close()]);
      await payments.close();
      await db.close();
    },
  };
}

function backupWatch(file: string, parts: Pick<CloudOptions, 'env'> & { readonly db: Database }): Job {
  return { name: 'watch_backup', everyMs: WATCH_BACKUP_EVERY_MS, run: () => watchBackup({ ...parts, file }) };
}

/** What is about a node itself comes round on each; the rest once for all of them, where they share a queue. */
function scheduleOf(
  { env, timers, log, databaseUrls, sharesJobs = false }: CloudOptions,
  db: Database,
  instruments: Instruments,
  jobs: readonly Job[],
): Schedule {
  const counted = countedJobs(jobs, instruments, timers);
  if (!sharesJobs) return createSchedule({ env, timers, log }, counted);
  const shared = createSharedSchedule(
    { url: databaseUrls.api, db, env, timers, log },
    counted.filter((job) => job.eachNode !== true),
  );
  const sampleQueue = async () => {
    for (const [job, seconds] of await shared.overdue()) instruments.jobOverdue(job, seconds);
  };
  const own = createSchedule({ env, timers, log }, [
    ...counted.filter((job) => job.eachNode === true),
    { name: 'sample_jobs', everyMs: SAMPLE_EVERY_MS, run: sampleQueue },
  ]);
  return {
    start: async () => {
      await shared.start();
      await own.start();
    },
    runNow: (name) => (jobs.some((job) => job.name === name && job.eachNode) ? own : shared).runNow(name),
    close: async () => {
      await Promise.all([shared.close(), own.close()]);
    },
  };
}

async function pause(timers: Timers, ms: number): Promise<void> {
  if (ms === 0) return;
  await new Promise<void>((resolve) => void timers.after(ms, resolve));
}

function createApp(
  options: CloudOptions,
  parts: {
    readonly db: Database;
    readonly changes: PgChangeLog;
    readonly instruments: Instruments;
    readonly readiness: Readiness;
    readonly sealKeys: SealVerifier;
    readonly vault: Vault;
    readonly limits: LoginLimits;
    readonly payments: Payments;
    readonly messages: Messages;
  },
) {
  const { db, changes, instruments: counts, readiness, sealKeys, vault, limits, payments, messages } = parts;
  const { env, timers, log, allowedOrigins = [], frameAncestors = [] } = options;
  const keys = keysOf(options.signingKey);
  const access = createAccess({ db, env, timers, vault, limits, keys });
  const { standings, passwords } = access.parts;
  const authenticate = authenticated(access.authenticate);
  const addressOf = clientAddresses(options.trustedProxies ?? []);
  const shapes = createShapeDoor({
    changes,
    env,
    timers,
    log,
    handleKey: keys.handleKey,
    electric: options.electric,
    counts,
  });
  const api = new Hono<CloudEnv>()
    .route('/', tokenRoutes(access.devices, log))
    .route(
      '/',
      ledgerRoutes({ db, env, timers, log, standings, turns: createTurns(timers), counts }, authenticate),
    )
    .route('/', hubRoutes({ db, env, tokenKey: options.signingKey.x }, authenticate))
    .route('/', deviceRoutes({ db, env }, authenticate));
  const root = new Hono();
  root.onError(onProblem(log));
  root.notFound(onNotFound);
  const isSecure = options.publicUrl.startsWith('https:');
  const headerParts = { env, isSecure, allowedOrigins, frameAncestors };
  root.use(answerHeaders(headerParts));
  root.use('/v1/*', crossOrigin(allowedOrigins));
  root.use(routed(root));
  root.use(timeLimit(timers));
  const handlers = restHandlers({
    sealKeys,
    passwords,
    payments: { payments, publicUrl: options.publicUrl, addressOf },
    access: { ...access.parts, addressOf },
    webhooks: messages,
    enrolment: { db, env, vault, addressOf, enrolments: createEnrolmentLimits(db, vault) },
  });
  root.route('/', healthRoutes({ db, env, readiness }));
  root.route('/v1', api);
  root.route('/', restApp({ db, env, vault, log, counts }, handlers, access.authenticate));
  root.route('/', referenceRoutes());
  root.route('/', phoneRoutes({ db, env, timers, addressOf, reaches: messages.reaches }));
  root.route('/', receiptRoutes({ ...options, ...parts, addressOf }));
  const front = createShapeFront({
    shapes,
    resolvers: createShapeResolvers({ db, env, timers }),
    authenticate: access.authenticateFollower,
    headers: plainHeaders(headerParts),
    log,
  });
  return { root, devices: access.devices, shapes, front: markedFront(front) };
}

/** The cloud as a process: configuration from the environment, migrations, then the server until it is told to stop. */
import {
  announceReady,
  countProcess,
  createLifecycle,
  createLog,
  LOG_LEVELS,
  parseConfig,
  serveMetrics,
  stopOnSignals,
  systemEnv,
  systemTimers,
} from '@totem/host';
import { migratePostgres } from '@totem/migrations';
import { z } from 'zod';
import { ensureOwner } from './access/owners.ts';
import { createPasswords } from './access/password.ts';
import { signingKeySchema } from './access/signing-key.ts';
import { publicSealKeySchema } from './audit/seal-keys.ts';
import { ensurePlatformNotices } from './notify/platform-notices.ts';
import { dataKeysSchema } from './secrets/vault.ts';
import { createCloud } from './server.ts';

const origins = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter((origin) => origin !== ''));

const configSchema = z.object({
  /** As `totem_api`. */
  DATABASE_URL: z.url(),
  /** As `totem_tailer`. */
  DATABASE_TAILER_URL: z.url(),
  /** As the owner; without it the database must have been migrated by someone else. */
  DATABASE_OWNER_URL: z.url().optional(),
  /** A private Ed25519 key as a JSON Web Key, the same on every node. */
  SIGNING_KEY: z
    .string()
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(signingKeySchema),
  /** Another such key for seals of the ledger; without it, theirs is derived. */
  SEAL_KEY: z
    .string()
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(signingKeySchema)
    .optional(),
  /** Public keys that seals were signed with before, as a JSON list. */
  SEAL_KEYS_FORMER: z
    .string()
    .default('[]')
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(z.array(publicSealKeySchema)),
  /** Keys for what is encrypted at rest, as JSON: `{"1": "<32 bytes in base64url>"}`; new texts use the first. */
  DATA_KEYS: z
    .string()
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(dataKeysSchema),
  PUBLIC_URL: z.url(),
  /** The first owner of the platform, made when there is none of that name; without them, none is made. */
  PLATFORM_OWNER_USERNAME: z.string().min(3).optional(),
  PLATFORM_OWNER_PASSWORD: z.string().optional(),
  HOST: z.string().default('0.0.0.0'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  /** Lets payment service providers be on this very machine; for demonstrations only. */
  PROVIDERS_ON_LOOPBACK: z.stringbool().default(false),
  /** Whether this node takes part in jobs, webhooks and notifications; one node at least must. */
  JOBS: z.stringbool().default(true),
  /** Lets webhooks and notifications go to this very machine; for demonstrations only. */
  RECEIVERS_ON_LOOPBACK: z.stringbool().default(false),
  /** Through which mail leaves, as `smtps://user:word@host:465`, and whom it is from. */
  SMTP_URL: z.url().optional(),
  MAIL_FROM: z.string().optional(),
  /** Who is told by mail what concerns the platform: a backup that is too old, a ledger that was altered. */
  PLATFORM_ALERTS_TO: origins,
  /** What the backup program writes for Prometheus; its age is watched. Without it nobody is told. */
  BACKUP_METRICS_FILE: z.string().min(1).optional(),
  /** Who sends short messages, and the token that opens it. */
  MESSAGE_GATEWAY_URL: z.url().optional(),
  MESSAGE_GATEWAY_TOKEN: z.string().optional(),
  ALLOWED_ORIGINS: origins,
  FRAME_ANCESTORS: origins,
  /** Addresses and networks of proxies in front of this node. */
  TRUSTED_PROXIES: origins,
  /** Tries to sign in each minute: of one person from one place, and of all who share one address, such as a whole branch. */
  LOGINS_PER_MINUTE_ACCOUNT: z.coerce.number().int().min(1).default(5),
  LOGINS_PER_MINUTE_ADDRESS: z.coerce.number().int().min(1).default(20),
  /** A real Electric service that answers for shapes, behind the same authorisation. */
  ELECTRIC_URL: z.url().optional(),
  ELECTRIC_SECRET: z.string().optional(),
  PANEL_DIR: z.string().optional(),
  DISPLAY_DIR: z.string().optional(),
  ADMIN_DIR: z.string().optional(),
  /** Where Prometheus reads figures; without a port they are served nowhere. Never an address that customers reach. */
  METRICS_HOST: z.string().default('127.0.0.1'),
  METRICS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
});

const config = parseConfig(configSchema, process.env);
const log = createLog('cloud', { level: config.LOG_LEVEL });
const lifecycle = createLifecycle(log);
stopOnSignals(lifecycle, log);

if (config.DATABASE_OWNER_URL !== undefined) {
  const applied = await migratePostgres(config.DATABASE_OWNER_URL, systemTimers);
  log.info({ applied }, 'database is up to date');
}
const cloud = createCloud({
  databaseUrls: { api: config.DATABASE_URL, tailer: config.DATABASE_TAILER_URL },
  signingKey: config.SIGNING_KEY,
  sealKey: config.SEAL_KEY,
  formerSealKeys: config.SEAL_KEYS_FORMER,
  dataKeys: config.DATA_KEYS,
  env: systemEnv,
  timers: systemTimers,
  log,
  staticDirs: {
    ...(config.PANEL_DIR === undefined ? {} : { panel: config.PANEL_DIR }),
    ...(config.DISPLAY_DIR === undefined ? {} : { display: config.DISPLAY_DIR }),
    ...(config.ADMIN_DIR === undefined ? {} : { admin: config.ADMIN_DIR }),
  },
  ...(config.ELECTRIC_URL === undefined
    ? {}
    : {
        electric: {
          url: config.ELECTRIC_URL,
          ...(config.ELECTRIC_SECRET === undefined ? {} : { secret: config.ELECTRIC_SECRET }),
        },
      }),
  allowedOrigins: config.ALLOWED_ORIGINS,
  frameAncestors: config.FRAME_ANCESTORS,
  publicUrl: config.PUBLIC_URL,
  providersOnLoopback: config.PROVIDERS_ON_LOOPBACK,
  jobsComeRound: config.JOBS,
  sharesJobs: true,
  messages: {
    allowsLoopback: config.RECEIVERS_ON_LOOPBACK,
    ...(config.SMTP_URL === undefined || config.MAIL_FROM === undefined
      ? {}
      : { mail: { url: config.SMTP_URL, from: config.MAIL_FROM } }),
    ...(config.MESSAGE_GATEWAY_URL === undefined || config.MESSAGE_GATEWAY_TOKEN === undefined
      ? {}
      : { gateway: { url: config.MESSAGE_GATEWAY_URL, token: config.MESSAGE_GATEWAY_TOKEN } }),
  },
  trustedProxies: config.TRUSTED_PROXIES,
  backupMetricsFile: config.BACKUP_METRICS_FILE,
  loginsPerMinute: {
    account: config.LOGINS_PER_MINUTE_ACCOUNT,
    address: config.LOGINS_PER_MINUTE_ADDRESS,
  },
});
lifecycle.onStop('cloud', () => cloud.close());
const { PLATFORM_OWNER_USERNAME: ownerName, PLATFORM_OWNER_PASSWORD: ownerPassword } = config;
if (ownerName !== undefined && ownerPassword !== undefined)
  await ensureOwner(
    { db: cloud.db, env: systemEnv, hashing: createPasswords() },
    { username: ownerName, fullName: ownerName, password: ownerPassword },
  );
if (config.PLATFORM_ALERTS_TO.length > 0)
  await ensurePlatformNotices(cloud.db, systemEnv, config.PLATFORM_ALERTS_TO);
const { url } = await cloud.start({ host: config.HOST, port: config.PORT });
log.info({ url }, 'serving');
if (config.METRICS_PORT !== undefined) {
  countProcess(cloud.registry);
  const metrics = await serveMetrics(cloud.registry, {
    host: config.METRICS_HOST,
    port: config.METRICS_PORT,
    log,
  });
  lifecycle.onStop('metrics', () => metrics.close(0));
  log.info({ url: metrics.url }, 'figures');
}
announceReady(lifecycle, { url });

/** What `npm run backup` and `npm run restore` are told: by the environment where things are, by words what to do. */
import { parseArgs } from 'node:util';
import {
  publicSealKeySchema,
  type SealVerifier,
  sealKeysOf,
  sealVerifierOf,
  signingKeySchema,
} from '@totem/cloud';
import {
  BACKUP_DAYS_MAX,
  type BackupKeys,
  backupKeysSchema,
  bucketPlace,
  folderPlace,
  type Place,
} from '@totem/cloud/backup';
import { ConfigError, parseConfig } from '@totem/host';
import { z } from 'zod';

export const BACKUP_USAGE = `npm run backup [-- --erasures]
  without words: dumps, restores into a scratch database, compares, copies, and removes what has had its days
  --erasures     keeps only the list of erasures, which is quick: to be run each hour
Environment:
  DATABASE_BACKUP_URL   the database, as totem_backup (deploy/postgres/roles.sql)
  BACKUP_SCRATCH_URL    a server of the same major version for scratch databases, as a superuser
  BACKUP_DIR            where backups are kept on this machine, for BACKUP_DAYS days (7, at most ${BACKUP_DAYS_MAX})
  BACKUP_KEYS           {"first": "<32 bytes in base64url>"}; kept elsewhere than the backups and the database
  BACKUP_S3_BUCKET      a copy elsewhere, for BACKUP_S3_DAYS days (30, at most ${BACKUP_DAYS_MAX}); BACKUP_S3_ENDPOINT,
                        BACKUP_S3_REGION, BACKUP_S3_PREFIX, BACKUP_S3_KEY_ID and BACKUP_S3_SECRET, or the credentials of the machine's role
  BACKUP_PG_BIN         the folder of pg_dump and pg_restore, where they are not found by themselves
  BACKUP_METRICS_FILE   figures for the node exporter's textfile collector
  SIGNING_KEY, SEAL_KEY or SEAL_KEYS_FORMER: the keys of the ledger's seals, as npm run audit:verify takes them`;

export const RESTORE_USAGE = `npm run restore -- list | rehearse [NAME] | into URL [NAME]
  list           what is kept, and what of it counts
  rehearse       restores the newest backup, or NAME, into a scratch database, compares it, and removes it again
  into URL       restores it into the database that URL names (as a superuser), which is made or must be empty; what was erased
                 since is erased again
  --from s3      from the copy elsewhere, in place of BACKUP_DIR
Environment: as npm run backup has it, without DATABASE_BACKUP_URL`;

const json = z.string().transform((text) => JSON.parse(text) as unknown);
const days = (by: number) =>
  z.coerce
    .number()
    .int()
    .min(1)
    .max(BACKUP_DAYS_MAX, `at most ${BACKUP_DAYS_MAX}: the list of erasures reaches no further back`)
    .default(by);
const text = z.string().min(1).optional();

const configSchema = z.object({
  DATABASE_BACKUP_URL: z.url().optional(),
  BACKUP_SCRATCH_URL: z.url().optional(),
  BACKUP_DIR: z.string().min(1),
  BACKUP_DAYS: days(7),
  BACKUP_KEYS: json.pipe(backupKeysSchema),
  BACKUP_S3_BUCKET: text,
  BACKUP_S3_DAYS: days(30),
  BACKUP_S3_ENDPOINT: z.url().optional(),
  BACKUP_S3_REGION: z.string().min(1).default('sa-east-1'),
  BACKUP_S3_PREFIX: z.string().default(''),
  BACKUP_S3_KEY_ID: text,
  BACKUP_S3_SECRET: text,
  BACKUP_PG_BIN: text,
  BACKUP_METRICS_FILE: text,
  SIGNING_KEY: json.pipe(signingKeySchema).optional(),
  SEAL_KEY: json.pipe(signingKeySchema).optional(),
  SEAL_KEYS_FORMER: json.pipe(z.array(publicSealKeySchema)).default([]),
});
type Config = z.output<typeof configSchema>;

export interface BackupSettings {
  readonly databaseUrl: string | undefined;
  readonly scratchUrl: string | undefined;
  readonly keys: BackupKeys;
  readonly sealKeys: SealVerifier;
  readonly local: Place;
  readonly localDays: number;
  readonly remote: { readonly place: Place; readonly days: number } | undefined;
  readonly tools: string | undefined;
  readonly metricsFile: string | undefined;
}

/** @throws ConfigError */
export function backupSettings(environment: Readonly<Record<string, string | undefined>>): BackupSettings {
  const config = parseConfig(configSchema, environment);
  return {
    databaseUrl: config.DATABASE_BACKUP_URL,
    scratchUrl: config.BACKUP_SCRATCH_URL,
    keys: config.BACKUP_KEYS,
    sealKeys: sealKeysIn(config),
    local: folderPlace(config.BACKUP_DIR),
    localDays: config.BACKUP_DAYS,
    remote: remoteIn(config),
    tools: config.BACKUP_PG_BIN,
    metricsFile: config.BACKUP_METRICS_FILE,
  };
}

/** @throws ConfigError naming the variable that is missing. */
export function needed(value: string | undefined, name: string): string {
  if (value === undefined) throw new ConfigError(`wrong configuration: ${name}: is needed for this`);
  return value;
}

function sealKeysIn({ SIGNING_KEY: signingKey, SEAL_KEY: sealKey, SEAL_KEYS_FORMER: formerKeys }: Config) {
  const key = signingKey ?? sealKey;
  return key === undefined
    ? sealVerifierOf(formerKeys)
    : sealKeysOf({ signingKey: key, sealKey, formerKeys });
}

function remoteIn(config: Config) {
  const {
    BACKUP_S3_BUCKET: bucket,
    BACKUP_S3_KEY_ID: accessKeyId,
    BACKUP_S3_SECRET: secretAccessKey,
  } = config;
  if (bucket === undefined) return undefined;
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined))
    throw new ConfigError('wrong configuration: BACKUP_S3_KEY_ID and BACKUP_S3_SECRET go together');
  const place = bucketPlace({
    endpoint: config.BACKUP_S3_ENDPOINT,
    region: config.BACKUP_S3_REGION,
    bucket,
    prefix: config.BACKUP_S3_PREFIX,
    credentials:
      accessKeyId === undefined || secretAccessKey === undefined
        ? undefined
        : { accessKeyId, secretAccessKey },
  });
  return { place, days: config.BACKUP_S3_DAYS };
}

export type RestoreRequest = { readonly from: 'local' | 's3' } & (
  | { readonly kind: 'list' }
  | { readonly kind: 'rehearse'; readonly name: string | undefined }
  | { readonly kind: 'into'; readonly url: string; readonly name: string | undefined }
);

/** @throws TypeError or RangeError with a sentence for the person who typed. */
export function parseRestoreArguments(words: readonly string[]): RestoreRequest {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { from: { type: 'string', default: 'local' } },
  });
  const { from } = values;
  if (from !== 'local' && from !== 's3') throw new RangeError(`--from takes local or s3, not "${from}"`);
  const [kind, ...rest] = positionals;
  if (kind === 'list' && rest.length === 0) return { from, kind };
  if (kind === 'rehearse' && rest.length <= 1) return { from, kind, name: rest[0] };
  const [url, name] = rest;
  if (kind === 'into' && url !== undefined && rest.length <= 2) return { from, kind, url, name };
  throw new RangeError(
    kind === undefined ? 'what shall be done?' : `not understood: ${positionals.join(' ')}`,
  );
}

/** @throws TypeError with a sentence for the person who typed. */
export function parseBackupArguments(words: readonly string[]): { readonly erasuresOnly: boolean } {
  const { values } = parseArgs({
    args: [...words],
    options: { erasures: { type: 'boolean', default: false } },
  });
  return { erasuresOnly: values.erasures };
}

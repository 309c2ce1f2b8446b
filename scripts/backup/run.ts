/** The two programs from their words to their exit code: 0 when all is well, 1 when a backup is not, 2 when it could not be asked. */
import { createDatabase } from '@totem/cloud';
import {
  asRole,
  BackupError,
  type BackupFigures,
  type BackupReport,
  backUp,
  createSealer,
  eraseAgain,
  keepErasures,
  keptBackups,
  type Place,
  type RestoreReport,
  reachesBackTo,
  readBackupManifest,
  readErasures,
  rehearse,
  restoreInto,
  rowsOf,
  type Sealer,
  writeBackupMetrics,
} from '@totem/cloud/backup';
import { ConfigError, createLog, systemEnv, systemTimers } from '@totem/host';
import {
  BACKUP_USAGE,
  type BackupSettings,
  backupSettings,
  needed,
  parseBackupArguments,
  parseRestoreArguments,
  RESTORE_USAGE,
  type RestoreRequest,
} from './options.ts';

export interface BackupTerminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  say(line: string): void;
  complain(line: string): void;
}

const NOT_ASKED = 2;
const DIFFERENCES_SHOWN_MAX = 50;
const log = createLog('backup', { level: 'error' });

/** `npm run backup`. @returns the exit code. */
export function backupCommand(words: readonly string[], terminal: BackupTerminal): Promise<number> {
  return guarded(terminal, BACKUP_USAGE, async () => {
    const { erasuresOnly } = parseBackupArguments(words);
    const settings = backupSettings(terminal.environment);
    const databaseUrl = needed(settings.databaseUrl, 'DATABASE_BACKUP_URL');
    const scratchUrl = erasuresOnly ? undefined : needed(settings.scratchUrl, 'BACKUP_SCRATCH_URL');
    return backedUp(settings, databaseUrl, scratchUrl, terminal);
  });
}

/**
 * A list of erasures that could not be kept, as when the bucket does not answer, stops no dump; the run has failed all the same.
 * @param scratchUrl undefined keeps the list only.
 */
async function backedUp(
  settings: BackupSettings,
  databaseUrl: string,
  scratchUrl: string | undefined,
  terminal: BackupTerminal,
): Promise<number> {
  const startedAt = systemTimers.monotonicMs();
  const seconds = () => (systemTimers.monotonicMs() - startedAt) / 1_000;
  const sealer = createSealer(settings.keys, systemEnv);
  const failures: unknown[] = [];
  let report: BackupReport | undefined;
  try {
    terminal.say(await erasuresKept(settings, sealer, databaseUrl));
  } catch (error) {
    failures.push(error);
  }
  try {
    if (scratchUrl !== undefined)
      report = await backUp({ ...settings, env: systemEnv, log, sealer, databaseUrl, scratchUrl });
  } catch (error) {
    failures.push(error);
  }
  if (report !== undefined) for (const line of reportLines(report, seconds())) terminal.say(line);
  for (const failure of failures) tellFailure(failure, terminal);
  const isDone = failures.length === 0;
  if (report !== undefined) await writeFigures(settings, { ...figuresOf(report, seconds()), isDone });
  else if (!isDone) await writeFigures(settings, await failedFigures(settings, seconds()));
  return isDone && (report?.suspicions.length ?? 0) === 0 ? 0 : 1;
}

async function erasuresKept(
  { local, remote }: BackupSettings,
  sealer: Sealer,
  databaseUrl: string,
): Promise<string> {
  const places = [local, ...(remote === undefined ? [] : [remote.place])];
  const erasures = await keepErasures({ env: systemEnv, sealer, places }, databaseUrl);
  return `${erasures} erasures are kept in ${places.map(({ label }) => label).join(' and ')}`;
}

function reportLines({ manifest, rows, suspicions, removed }: BackupReport, seconds: number): string[] {
  const { name, bytes, ledgers } = manifest;
  return [
    `${name}: ${bytes} bytes, ${rows} rows, restored and the same in ${seconds.toFixed(1)} s`,
    `${ledgers.tenants} ledgers, ${ledgers.entries} entries, ${ledgers.faults} faults`,
    ...suspicions.map((suspicion) => `LOOK ${suspicion}; nothing was removed`),
    ...removed.map((one) => `removed ${one}`),
  ];
}

function figuresOf(
  { manifest, rows, suspicions }: BackupReport,
  seconds: number,
): Omit<BackupFigures, 'isDone'> {
  const { takenAt, bytes, ledgers } = manifest;
  return {
    verifiedAt: ledgers.faults === 0 ? Date.parse(takenAt) / 1_000 : undefined,
    endedAt: systemEnv.now() / 1_000,
    bytes,
    rows,
    seconds,
    ledgerFaults: ledgers.faults,
    suspicions: suspicions.length,
  };
}

/** What alerts look at must not vanish with a run that failed: the age of the newest one that counts goes on. */
async function failedFigures({ local, keys }: BackupSettings, seconds: number): Promise<BackupFigures> {
  const newest = await readBackupManifest(local, createSealer(keys, systemEnv)).catch(() => undefined);
  return {
    verifiedAt:
      newest === undefined || newest.ledgers.faults > 0 ? undefined : Date.parse(newest.takenAt) / 1_000,
    endedAt: systemEnv.now() / 1_000,
    isDone: false,
    bytes: newest?.bytes ?? 0,
    rows: newest === undefined ? 0 : rowsOf(newest.census),
    seconds,
    ledgerFaults: newest?.ledgers.faults ?? 0,
    suspicions: 0,
  };
}

async function writeFigures({ metricsFile }: BackupSettings, figures: BackupFigures): Promise<void> {
  if (metricsFile !== undefined) await writeBackupMetrics(metricsFile, figures);
}

/** `npm run restore`. @returns the exit code. */
export function restoreCommand(words: readonly string[], terminal: BackupTerminal): Promise<number> {
  return guarded(terminal, RESTORE_USAGE, async () => {
    const request = parseRestoreArguments(words);
    const settings = backupSettings(terminal.environment);
    const place = request.from === 'local' ? settings.local : settings.remote?.place;
    if (place === undefined)
      throw new ConfigError('wrong configuration: BACKUP_S3_BUCKET: is needed for --from s3');
    return restored(request, settings, place, terminal);
  });
}

async function restored(
  request: RestoreRequest,
  settings: BackupSettings,
  place: Place,
  terminal: BackupTerminal,
): Promise<number> {
  const startedAt = systemTimers.monotonicMs();
  const sealer = createSealer(settings.keys, systemEnv);
  const parts = { env: systemEnv, log, sealKeys: settings.sealKeys, tools: settings.tools, sealer, place };
  const told = ({ manifest, rows, ledgers }: RestoreReport) => {
    const seconds = ((systemTimers.monotonicMs() - startedAt) / 1_000).toFixed(1);
    terminal.say(
      `${manifest.name} of ${manifest.takenAt}: ${rows} rows, the same as when it was dumped, in ${seconds} s`,
    );
    terminal.say(`${ledgers.tenants} ledgers, ${ledgers.entries} entries, ${ledgers.faults} faults`);
    return ledgers.faults === 0 ? 0 : 1;
  };
  switch (request.kind) {
    case 'list':
      for (const { name, dumpBytes, hasManifest } of await keptBackups(place))
        terminal.say(`${name}  ${dumpBytes ?? 'no'} bytes  ${hasManifest ? 'counts' : 'does not count'}`);
      return 0;
    case 'rehearse':
      return told(await rehearse(parts, needed(settings.scratchUrl, 'BACKUP_SCRATCH_URL'), request.name));
    case 'into': {
      const report = await restoreInto(parts, request.url, request.name);
      const code = told(report);
      for (const line of await erasedAgain(request.url, report.manifest.takenAt, place, settings))
        terminal.say(line);
      return code;
    }
    default:
      return request satisfies never;
  }
}

async function erasedAgain(
  url: string,
  takenAt: string,
  place: Place,
  settings: BackupSettings,
): Promise<string[]> {
  const list = await readErasures(place, createSealer(settings.keys, systemEnv));
  if (list === undefined)
    return [`LOOK there is no list of erasures in ${place.label}: who was erased since is there again`];
  const asApi = asRole(url, 'totem_api');
  const db = createDatabase({ api: asApi, tailer: asApi }, log);
  try {
    const again = await eraseAgain(db, systemEnv, list.erasures);
    const done = `${again} of ${list.erasures.length} erasures were done again, by the list of ${list.readAt}`;
    return reachesBackTo(takenAt, list)
      ? [done]
      : [
          done,
          'LOOK the dump is older than the list reaches: who was erased soon after it may be there again',
        ];
  } finally {
    await db.close();
  }
}

async function guarded(
  terminal: BackupTerminal,
  usage: string,
  work: () => Promise<number>,
): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConfigError || error instanceof RangeError || error instanceof TypeError) {
      terminal.complain(`${error.message}\n${usage}`);
      return NOT_ASKED;
    }
    tellFailure(error, terminal);
    return 1;
  }
}

function tellFailure(error: unknown, terminal: BackupTerminal): void {
  const fault = error instanceof BackupError ? `${error.fault}: ` : '';
  terminal.complain(`FAILED ${fault}${error instanceof Error ? error.message : String(error)}`);
  const details = error instanceof BackupError ? error.details : [];
  for (const line of details.slice(0, DIFFERENCES_SHOWN_MAX)) terminal.complain(`  ${line}`);
}

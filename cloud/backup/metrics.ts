/**
 * What a run of the backup program leaves for Prometheus: a file in the text format, which the node exporter's textfile
 * collector reads. The age of the last backup that counts is what alerts look at: a program that does not run any more
 * cannot say so itself.
 */
import { rename, writeFile } from 'node:fs/promises';
import { createRegistry } from '@totem/host';
import { Gauge, type Registry } from 'prom-client';

export interface BackupFigures {
  /** Seconds since the epoch. */
  readonly verifiedAt: number | undefined;
  readonly endedAt: number;
  readonly isDone: boolean;
  readonly bytes: number;
  readonly rows: number;
  readonly seconds: number;
  readonly ledgerFaults: number;
  readonly suspicions: number;
}

/** Makes the gauges of a registry. @returns what sets them. */
export function backupGauges(registry: Registry): (figures: BackupFigures) => void {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
  const verified = gauge(
    'totem_backup_verified_timestamp_seconds',
    'When the newest backup that counts was begun: one that was restored and was the same, with ledgers that are whole.',
  );
  const ended = gauge(
    'totem_backup_run_timestamp_seconds',
    'When the backup program last ended, well or not.',
  );
  const ok = gauge('totem_backup_run_ok', '1 when its last run ended well.');
  const bytes = gauge('totem_backup_bytes', 'The size of the last dump, sealed.');
  const rows = gauge('totem_backup_rows', 'Rows in the last dump.');
  const seconds = gauge('totem_backup_run_seconds', 'How long the last run took, with its restore.');
  const faults = gauge(
    'totem_backup_ledger_faults',
    'Faults that were found in the ledgers of the last dump.',
  );
  const suspicions = gauge('totem_backup_suspicions', 'Reasons for which the last run removed nothing.');
  return (figures) => {
    if (figures.verifiedAt !== undefined) verified.set(figures.verifiedAt);
    ended.set(figures.endedAt);
    ok.set(figures.isDone ? 1 : 0);
    bytes.set(figures.bytes);
    rows.set(figures.rows);
    seconds.set(figures.seconds);
    faults.set(figures.ledgerFaults);
    suspicions.set(figures.suspicions);
  };
}

/** Writes the file, aside and moved: the exporter never reads half of it. */
export async function writeBackupMetrics(file: string, figures: BackupFigures): Promise<void> {
  const registry = createRegistry();
  backupGauges(registry)(figures);
  await writeFile(`${file}.new`, await registry.metrics());
  await rename(`${file}.new`, file);
}

/** Backups, by name: an entry of its own, so that nothing else of the cloud loads what only they need. */
export { type BackupParts, type BackupReport, backUp } from './back-up.ts';
export { type BucketOptions, bucketPlace } from './bucket-place.ts';
export { rowsOf } from './census.ts';
export { asRole, urlOfDatabase } from './database-copy.ts';
export { BACKUP_DAYS_MAX, eraseAgain, keepErasures, reachesBackTo, readErasures } from './erasures.ts';
export { BACKUP_FAULTS, BackupError, type BackupFault } from './faults.ts';
export { keptBackups, type Manifest, readBackupManifest } from './manifest.ts';
export { type BackupFigures, backupGauges, writeBackupMetrics } from './metrics.ts';
export { folderPlace, type Place } from './place.ts';
export { type RestoreReport, rehearse, restoreInto } from './restore.ts';
export {
  type BackupKeys,
  backupKeysSchema,
  createSealer,
  newBackupKeys,
  type Sealer,
} from './sealed-stream.ts';

/** What can be wrong with a backup, as a closed set: whoever runs backups reads these on a command line and in alerts. */

export const BACKUP_FAULTS = [
  /** The installed tools are older than the server, or are not there. */
  'tool',
  'dump',
  'restore',
  /** The file has no bytes. */
  'empty',
  'not_a_backup',
  /** Sealed by a program of another version. */
  'version',
  'unknown_key',
  'truncated',
  'altered',
  /** What was restored is not what was dumped. */
  'differs',
  /** The list of erasures could not be kept in one of its places. */
  'erasures',
  /** A copy elsewhere is not the file that was sent. */
  'copy',
  'missing',
  /** The place to restore into is not empty, or is of a kind that cannot be compared. */
  'target',
] as const;
export type BackupFault = (typeof BACKUP_FAULTS)[number];

/** @param details one line for each thing that differs. */
export class BackupError extends Error {
  readonly fault: BackupFault;
  readonly details: readonly string[];

  constructor(fault: BackupFault, message: string, details: readonly string[] = []) {
    super(message);
    this.fault = fault;
    this.details = details;
  }
}

/** Whether tickets may be issued from this database: not while it is old, nor while it lacks what its numbers must go on past. */
import type { ReadHandle } from '../store/connection.ts';
import { readSetting } from '../store/settings.ts';

export function isReadyToIssue(db: ReadHandle): boolean {
  return readSetting(db, 'restoring') === undefined && readSetting(db, 'rebuilding')?.sellsAlone !== false;
}

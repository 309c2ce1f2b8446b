/**
 * The store: one writer, transactions that are on disk when they return, and what happens when the disk says no. After a
 * fault nothing more is acknowledged until the file was opened anew, checked, and has taken a write.
 */

import { ProblemError } from '@totem/domain';
import type { Log } from '@totem/host';
import { migrateSqlite } from '@totem/migrations';
import { type Connection, openConnection, type ReadHandle, type WriteHandle } from './connection.ts';
import { awaitingSalvage, clearFiles, dropSalvaged, markSalvaged, setAside } from './files.ts';

export interface Store {
  /** Runs reads on committed data. @throws ProblemError `storage_fault` when the file cannot be read. */
  read<T>(work: (db: ReadHandle) => T): T;
  /**
   * One transaction: what `work` wrote is on disk when this returns, or nothing of it is. `work` is synchronous.
   * @throws ProblemError `storage_fault` when the disk refuses, or has refused and has not recovered; else what `work` throws.
   */
  write<T>(work: (db: WriteHandle) => T): T;
  /** Calls back after each commit. @returns stops it. */
  onCommit(listener: () => void): () => void;
  /** The SQLite code of the fault that stops writing; undefined when all is well. */
  fault(): string | undefined;
  /**
   * After a fault: opens the file anew, checks it, and tries a write. A file that is damaged when it is looked at again is set
   * aside, and a blank one takes its place. @returns whether writing goes on.
   */
  recover(): boolean;
  /** Reads the whole file for damage that no work has met yet. Takes its time: for when nobody waits. @returns whether it is well. */
  inspect(): boolean;
  /** The folder of a damaged database whose facts are not in this one yet. */
  awaiting(): string | undefined;
  /** Its facts are in this one. */
  salvaged(): void;
  /** Takes away what is kept of damaged databases, once their facts are in this one. */
  forgetDamaged(): void;
  /** Moves the WAL into the file and cuts it, so that what was deleted is gone from the disk. */
  checkpoint(): void;
  /**
   * Moves the WAL into the file and lets it be written over from its start, once `SETTLED_COMMITS` have gathered: starting
   * over costs the next commit one more sync. Called when the totem rests, so that no customer's commit has to do it.
   */
  settle(): void;
  close(): void;
}

/** Some 8 MiB of WAL: well before a commit would have to move it by itself. */
const SETTLED_COMMITS = 100;
/** What a damaged file looks like. One such answer may be the disk's: it is believed when the file says it again. */
const DAMAGE = /^SQLITE_(CORRUPT|NOTADB)/;
/** What a failing disk looks like; anything else is a defect and is thrown as it is. */
const DISK_FAULTS = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB)/;

/**
 * Opens the file, migrating it to the code's version. A blank one is made, and takes the place of a damaged one.
 * @param pagesMax how far the file may grow, in pages; the product's limit by default.
 * @throws MigrationError when it is newer than the code; ProblemError `storage_fault` when the disk refuses.
 */
export function openStore(path: string, log: Log, pagesMax?: number): Store {
  const openOrReplace = (check: Check): Connection => {
    try {
      return openTwice(path, pagesMax, check);
    } catch (error) {
      if (!isDamage(error)) throw error;
      awaiting = setAside(path);
      log.error(
        { folder: awaiting },
        'the database is damaged: it was set aside, and a blank one takes its place',
      );
      return openChecked(path, pagesMax, check);
    }
  };
  let awaiting = asStorage(() => awaitingSalvage(path));
  let db: Connection | undefined = asStorage(() => {
    // A salvage that was cut short is done again, from the beginning.
    if (awaiting !== undefined) clearFiles(path);
    return openOrReplace('quick_check');
  });
  let fault: string | undefined;
  const listeners = new Set<() => void>();
  let unsettled = 0;

  const fail = (error: unknown): ProblemError | undefined => {
    const code = diskFault(error);
    if (code === undefined) return undefined;
    if (fault === undefined) log.error({ code }, 'the disk refused: nothing more is acknowledged');
    fault = code;
    // A handle that has met a failing disk may answer wrongly for ever, and is not used again. A full disk is another
    // matter: what is there can still be read.
    if (!code.startsWith('SQLITE_FULL')) {
      closeQuietly(db);
      db = undefined;
    }
    return new ProblemError('storage_fault', { retry: 'unknown', cause: error });
  };
  const handle = (): Connection => {
    if (db === undefined) throw new ProblemError('storage_fault');
    return db;
  };
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw fail(error) ?? error;
    }
  };
  return {
    read: (work) => attempt(() => work(handle())),
    write(work) {
      if (fault !== undefined) throw new ProblemError('storage_fault');
      const result = attempt(() => inTransaction(handle(), work));
      unsettled += 1;
      for (const listener of [...listeners]) listener();
      return result;
    },
    onCommit(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    fault: () => fault,
    recover() {
      if (fault === undefined) return true;
      closeQuietly(db);
      db = undefined;
      try {
        // What work has met, the quick look may miss.
        db = openOrReplace(DAMAGE.test(fault) ? 'integrity_check' : 'quick_check');
        inTransaction(db, () => undefined);
        fault = undefined;
        log.info('the disk takes writes again');
      } catch (error) {
        // What can still be read is shown, so the handle stays when the file opened.
        fault = diskFault(error) ?? 'SQLITE_CORRUPT';
      }
      return fault === undefined;
    },
    inspect() {
      try {
        attempt(() => {
          // Pages in memory are as they once were: what is looked at is the file.
          handle().raw.pragma('shrink_memory');
          assertWell(handle(), 'integrity_check');
        });
        return true;
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        return false;
      }
    },
    awaiting: () => awaiting,
    salvaged() {
      if (awaiting !== undefined) markSalvaged(awaiting);
      awaiting = undefined;
    },
    forgetDamaged: () => dropSalvaged(path),
    checkpoint: () => void attempt(() => handle().raw.pragma('wal_checkpoint(TRUNCATE)')),
    settle() {
      if (unsettled < SETTLED_COMMITS) return;
      attempt(() => handle().raw.pragma('wal_checkpoint(PASSIVE)'));
      unsettled = 0;
    },
    close: () => closeQuietly(db),
  };
}

function inTransaction<T>(db: Connection, work: (db: WriteHandle) => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    // Names the transaction for the change log; it is also what a probe of the disk writes.
    db.run('UPDATE change_state SET tx = tx + 1');
    const result = work(db);
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // A disk fault has already rolled back.
    if (db.raw.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

type Check = 'quick_check' | 'integrity_check';

function openTwice(path: string, pagesMax: number | undefined, check: Check): Connection {
  try {
    return openChecked(path, pagesMax, check);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return openChecked(path, pagesMax, check);
  }
}

function openChecked(path: string, pagesMax: number | undefined, check: Check): Connection {
  const db = openConnection(path, pagesMax);
  try {
    assertWell(db, check);
    migrateSqlite(db.raw);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function assertWell(db: Connection, check: Check): void {
  const [found] = db.all(`PRAGMA ${check}(1)`);
  if (found?.[check] !== 'ok') throw Object.assign(new Error('damaged'), { code: 'SQLITE_CORRUPT' });
}

function isDamage(error: unknown): boolean {
  return DAMAGE.test(diskFault(error) ?? '');
}

function asStorage<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (diskFault(error) === undefined) throw error;
    throw new ProblemError('storage_fault', { cause: error });
  }
}

function diskFault(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const code = String(error.code);
  return DISK_FAULTS.test(code) ? code : undefined;
}

function closeQuietly(db: Connection | undefined): void {
  try {
    db?.close();
  } catch {
    // The file is gone from under it; there is nothing left to close.
  }
}

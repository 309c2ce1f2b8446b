/**
 * The new life of a totem whose database was damaged: what the old files still hold is carried into the blank database as
 * facts of a new origin, in one transaction; then everything else comes from upstream, and only when it is here, and the
 * numbers of tickets have moved past all that anyone knows, is a ticket issued again.
 */
import {
  type ChainedEntry,
  epochMsOf,
  factOf,
  instantText,
  type LedgerEntry,
  NUMBERS_SKIPPED_AFTER_SALVAGE,
} from '@totem/domain';
import type { Log } from '@totem/host';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import { skipPastKnown } from '../issue/numbers.ts';
import type { Journal } from '../journal/journal.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { FOLLOWED } from '../replica/apply.ts';
import type { Replica } from '../replica/replica.ts';
import type { Ballast } from '../store/ballast.ts';
import type { WriteHandle } from '../store/connection.ts';
import { clearSetting, readSetting, writeSetting } from '../store/settings.ts';
import type { Store } from '../store/store.ts';
import { type Found, readDamaged } from './carve.ts';

export interface SalvageParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly device: Device;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly replica: Replica;
  readonly ballast: Ballast;
  readonly log: Log;
}

export interface Salvage {
  /**
   * After a fault of the disk: opens the database anew, and carries over what a damaged one holds.
   * @returns whether writing goes on.
   */
  recover(): boolean;
  /** Lets tickets be issued again once everything is here. Called whenever something has arrived. @returns whether it did. */
  finish(): boolean;
}

/** @param atStart what a damaged database holds that this one took the place of before it was opened. */
export function createSalvage(parts: SalvageParts, atStart: Found | undefined): Salvage {
  const { store, device, replica, ballast } = parts;
  if (atStart !== undefined) carryOver(parts, atStart);
  return {
    recover() {
      if (store.fault()?.startsWith('SQLITE_FULL') === true) ballast.release();
      if (!store.recover()) return false;
      const found = readAwaiting(store, device);
      if (found === undefined) return true;
      carryOver(parts, found);
      // Rejects only when the replica stops, and then there is nothing to wait for.
      for (const shape of FOLLOWED) replica.refetch(shape).catch(() => undefined);
      return true;
    },
    finish: () => finish(parts),
  };
}

/** Carries into the blank database what the files of the damaged one hold, in one transaction. */
function carryOver({ store, clock, device, ledger, journal, log }: SalvageParts, found: Found): void {
  const unsent = unsentOf(found);
  ledger.salvage(unsent, (db) => {
    for (const { prefix, businessDay, last } of found.numbers)
      db.run(
        'INSERT INTO code_counter (site_id, prefix, lane, business_day, last) VALUES (?, ?, ?, ?, ?)',
        device.siteId,
        prefix,
        device.lane,
        businessDay,
        last,
      );
    for (const [key, value] of found.settings)
      db.run('INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING', key, value);
    keepDay(db, found.entries);
    writeSetting(db, 'rebuilding', { since: instantText(clock.env.now()) });
  });
  journal.restart();
  store.salvaged();
  log.warn(
    { entries: found.entries.length, carried: unsent.length },
    'a new origin has begun after a damaged database',
  );
}

/** What is to be carried: what the old files of a database that takes another's place hold. */
export function readAwaiting(store: Store, device: Device): Found | undefined {
  const folder = store.awaiting();
  return folder === undefined ? undefined : readDamaged(folder, device);
}

function finish({ store, device, replica, log }: SalvageParts): boolean {
  if (store.fault() !== undefined || replica.behind().length > 0) return false;
  if (store.read((db) => readSetting(db, 'rebuilding')) === undefined) return false;
  store.write((db) => {
    skipPastKnown(db, device);
    clearSetting(db, 'rebuilding');
  });
  log.warn(
    { skipped: NUMBERS_SKIPPED_AFTER_SALVAGE },
    'everything is here again; numbers go on past what is known',
  );
  return true;
}

/** The newest time that the old files speak of: what a clock that is not believed goes on from. */
export function lastUsedIn({ entries }: Found): number | undefined {
  const last = entries
    .map(({ occurredAt }) => occurredAt)
    .sort()
    .at(-1);
  return last === undefined ? undefined : epochMsOf(last);
}

/** Entries that the cloud has not acknowledged, each fact once. */
function unsentOf({ entries, privates, acked }: Found): ChainedEntry[] {
  const seen = new Set<string>();
  return entries.flatMap((entry) => {
    const fact = factOf(entry);
    const isSent = entry.seq <= (acked.get(entry.origin) ?? 0);
    if (isSent || entry.action === 'ORIGIN_OPENED' || seen.has(fact.id)) return [];
    seen.add(fact.id);
    return [{ entry, private: privates.get(entry.id) ?? null }];
  });
}

/** The business day never goes back, whatever became of the database (I-EDG-11). */
function keepDay(db: WriteHandle, entries: readonly LedgerEntry[]): void {
  const created = entries.map(factOf).filter(({ action }) => action === 'TICKET_CREATE');
  const last = created.reduce<LedgerEntry | undefined>(
    (best, entry) => (best === undefined || dayOf(entry) >= dayOf(best) ? entry : best),
    undefined,
  );
  if (last !== undefined)
    writeSetting(db, 'last_issue', { businessDay: dayOf(last), atMs: epochMsOf(last.occurredAt) });
}

function dayOf({ data }: LedgerEntry): string {
  return String(data.businessDay);
}

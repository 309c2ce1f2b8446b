/**
 * The new life of a totem whose database was damaged: what the old files still hold is carried into the blank database as
 * facts of a new origin, in one transaction; then everything else comes from upstream, and the numbers of tickets move past all
 * that anyone knows. Until then tickets are issued only where the journal knew the services and how far the numbers were.
 */
import {
  businessDay,
  type ChainedEntry,
  epochMsOf,
  factOf,
  instantText,
  type LedgerEntry,
  NUMBERS_SKIPPED_AFTER_SALVAGE,
  priorityClassTable,
  rowFromSql,
  serviceTable,
  siteTable,
} from '@totem/domain';
import type { Log } from '@totem/host';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import { saveRecovered } from '../issue/commands.ts';
import { skipPastKnown, skipPastNews, skipUnknown } from '../issue/numbers.ts';
import type { Journal } from '../journal/journal.ts';
import { CATALOGUE, type CatalogueTable } from '../journal/lines.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { FOLLOWED } from '../replica/apply.ts';
import type { Replica } from '../replica/replica.ts';
import type { Ballast } from '../store/ballast.ts';
import type { WriteHandle } from '../store/connection.ts';
import { rowByKey, upsertRow } from '../store/rows.ts';
import { clearSetting, readSetting, writeSetting } from '../store/settings.ts';
import type { Store } from '../store/store.ts';
import { type Found, readDamaged } from './carve.ts';

const TABLES = { site: siteTable, service: serviceTable, priority_class: priorityClassTable } as const;

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
    saveRecovered(db, found.entries.map(factOf));
    const sellsAlone = takeCatalogue(db, found) && found.knowsNumbers;
    // What the last second wrote may be in no file: the gap is for that, whoever knows of it later.
    if (sellsAlone) skipUnknown(db, device, businessDaysOf(db, device, clock));
    writeSetting(db, 'rebuilding', { since: instantText(clock.env.now()), sellsAlone });
  });
  journal.restart();
  store.salvaged();
  log.warn(
    { entries: found.entries.length, carried: unsent.length },
    'a new origin has begun after a damaged database',
  );
}

/** Puts what the totem sold into the blank database. @returns whether it is enough to sell. */
function takeCatalogue(db: WriteHandle, { catalogue }: Found): boolean {
  const taken = new Set<CatalogueTable>();
  for (const { table, row } of catalogue) {
    try {
      upsertRow(db, TABLES[table], rowFromSql(TABLES[table], row) as never);
      taken.add(table);
    } catch (error) {
      // A row of an earlier schema: upstream has it as it is now.
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    }
  }
  return CATALOGUE.every((table) => taken.has(table));
}

/** The prefixes of the site's services, each on the business day of now. */
function businessDaysOf(db: WriteHandle, device: Device, clock: Clock) {
  const site = rowByKey(db, siteTable, device.tenantId, device.siteId);
  if (site === undefined) return [];
  const day = businessDay(clock.env.now(), site);
  return db.all('SELECT DISTINCT prefix FROM service').map(({ prefix }) => ({ prefix: String(prefix), day }));
}

/** What is to be carried: what the old files of a database that takes another's place hold. */
export function readAwaiting(store: Store, device: Device): Found | undefined {
  const folder = store.awaiting();
  return folder === undefined ? undefined : readDamaged(folder, device);
}

function finish({ store, device, replica, log }: SalvageParts): boolean {
  if (store.fault() !== undefined || replica.behind().length > 0) return false;
  const rebuilding = store.read((db) => readSetting(db, 'rebuilding'));
  if (rebuilding === undefined) return false;
  store.write((db) => {
    if (rebuilding.sellsAlone) skipPastNews(db, device);
    else skipPastKnown(db, device);
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

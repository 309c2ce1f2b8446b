/**
 * What a damaged database and its journal still hold: entries whose hash is right, personal data that is what an entry has
 * committed to, and how far numbers and acknowledgements were. Nothing is taken that does not prove itself, but for a few
 * small values that can only make the totem skip numbers or send again.
 */
import { join } from 'node:path';
import {
  auditLogTable,
  columnNames,
  commitmentOf,
  type EntryId,
  entryHash,
  factOf,
  isInstantText,
  type LedgerEntry,
  ledgerEntrySchema,
  type PrivateData,
  privateDataSchema,
  rowFromSql,
} from '@totem/domain';
import type { Device } from '../device.ts';
import { type JournalLine, readSegment, segmentNumbers } from '../journal/lines.ts';
import { DATABASE_FILE, JOURNAL_DIR } from '../store/files.ts';
import { openPages } from './pages.ts';
import { type Cell, rowsOn } from './records.ts';

export interface Found {
  /** Entries with a valid hash, acknowledged ones included, oldest life first and in order. */
  readonly entries: readonly LedgerEntry[];
  readonly privates: ReadonlyMap<EntryId, PrivateData>;
  /** How far the cloud had each origin, as far as that is known. */
  readonly acked: ReadonlyMap<string, number>;
  readonly numbers: readonly FoundNumber[];
  /** Settings as their text, by name. */
  readonly settings: ReadonlyMap<string, string>;
  /** What the totem sold, as the journal last said. */
  readonly catalogue: readonly FoundRow[];
  /** Whether the journal says how far the numbers were. */
  readonly knowsNumbers: boolean;
}

export type FoundRow = Pick<Extract<JournalLine, { kind: 'row' }>, 'table' | 'row'>;

/** The highest number that a prefix has reached on a day. */
export interface FoundNumber {
  readonly prefix: string;
  readonly businessDay: string;
  readonly last: number;
}

/** @param dir holds the files of the damaged database, and its journal. */
export function readDamaged(dir: string, device: Device): Found {
  const found = emptyFind();
  // The journal first: where both know how far the cloud was, the database knows better.
  readJournal(join(dir, JOURNAL_DIR), device, found);
  const pages = openPages(join(dir, DATABASE_FILE));
  try {
    for (const bytes of pages.versions())
      for (const row of rowsOn(bytes, pages.page)) takeLasting(row, device, found);
    for (const bytes of pages.latest()) for (const row of rowsOn(bytes, pages.page)) takeState(row, found);
  } finally {
    pages.close();
  }
  const entries = [...found.entries.values()].sort(byLifeAndSeq);
  for (const entry of entries) noteNumber(entry, device, found);
  return {
    entries,
    privates: proven(entries, found.privates),
    acked: found.acked,
    numbers: [...found.numbers.values()],
    settings: found.settings,
    catalogue: [...found.catalogue.values()],
    knowsNumbers: found.knowsNumbers,
  };
}

function emptyFind() {
  return {
    entries: new Map<string, LedgerEntry>(),
    privates: new Map<string, PrivateData>(),
    acked: new Map<string, number>(),
    numbers: new Map<string, FoundNumber>(),
    settings: new Map<string, string>(),
    catalogue: new Map<string, FoundRow>(),
    knowsNumbers: false,
  };
}
type Finding = ReturnType<typeof emptyFind>;

function readJournal(dir: string, device: Device, found: Finding): void {
  for (const number of segmentNumbers(dir))
    for (const line of readSegment(dir, number)) takeLine(line, device, found);
}

function takeLine(line: JournalLine, device: Device, found: Finding): void {
  switch (line.kind) {
    case 'acked':
      found.acked.set(line.origin, line.seq);
      return;
    case 'entry':
      takeEntry(line.entry, device, found);
      return;
    case 'number':
      if (line.lane !== device.lane) return;
      found.knowsNumbers = true;
      raise(found, { prefix: line.prefix, businessDay: line.businessDay, last: line.last });
      return;
    case 'row':
      if (line.row.tenant_id === device.tenantId) found.catalogue.set(`${line.table} ${line.row.id}`, line);
      return;
    default:
      line satisfies never;
  }
}

const ENTRY_COLUMNS = columnNames(auditLogTable);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const HASH = /^[0-9a-f]{64}$/;
const KEPT_SETTINGS = ['clock', 'suspended'];

const matches = (cell: Cell | undefined, form: RegExp): cell is string =>
  typeof cell === 'string' && form.test(cell);

/** Rows of which every version is as good: they never change, or only grow. */
function takeLasting(row: readonly Cell[], device: Device, found: Finding): void {
  if (!matches(row[0], UUID)) return;
  if (row.length === ENTRY_COLUMNS.length) {
    // A page has many versions, and an entry one.
    if (found.entries.has(String(row[1]))) return;
    const raw = Object.fromEntries(ENTRY_COLUMNS.map((name, index) => [name, row[index]]));
    takeEntry(entryOf(raw), device, found);
  } else if (row.length === 4 && matches(row[1], UUID)) {
    const parsed = privateDataSchema.safeParse({ salt: row[2], data: jsonOf(row[3]) });
    if (parsed.success) found.privates.set(row[1], parsed.data);
  } else if (row.length === 5 && row[0] === device.siteId && row[2] === device.lane) {
    const [, prefix, , businessDay, last] = row;
    if (matches(prefix, /^[A-Z]{1,3}$/) && matches(businessDay, DAY) && typeof last === 'number')
      raise(found, { prefix, businessDay, last });
  }
}

/** Rows that change: only as they last were. */
function takeState(row: readonly Cell[], found: Finding): void {
  if (row.length === 2 && typeof row[0] === 'string' && KEPT_SETTINGS.includes(row[0])) {
    if (typeof row[1] === 'string') found.settings.set(row[0], row[1]);
    return;
  }
  const [origin, , , openedAt, seq, hash, acked] = row;
  const isOrigin = row.length === 8 && matches(origin, UUID) && matches(hash, HASH);
  if (!isOrigin || typeof openedAt !== 'string' || !isInstantText(openedAt)) return;
  if (typeof acked === 'number' && typeof seq === 'number' && acked <= seq) found.acked.set(origin, acked);
}

function takeEntry(entry: unknown, device: Device, found: Finding): void {
  const parsed = ledgerEntrySchema.safeParse(entry);
  if (!parsed.success || parsed.data.tenantId !== device.tenantId) return;
  if (entryHash(parsed.data) === parsed.data.hash) found.entries.set(parsed.data.id, parsed.data);
}

function entryOf(raw: Readonly<Record<string, unknown>>): unknown {
  try {
    return rowFromSql(auditLogTable, raw);
  } catch {
    return undefined;
  }
}

/** Ids of origins are made in the order of time. */
function byLifeAndSeq(a: LedgerEntry, b: LedgerEntry): number {
  return a.origin === b.origin ? a.seq - b.seq : a.origin < b.origin ? -1 : 1;
}

/** Tickets in the ledger say what numbers are on paper, whatever became of the counter. */
function noteNumber(entry: LedgerEntry, device: Device, found: Finding): void {
  const { action, data } = factOf(entry);
  if (action !== 'TICKET_CREATE' || data.lane !== device.lane) return;
  const prefix = /^[A-Z]+/.exec(String(data.code))?.[0];
  if (prefix !== undefined)
    raise(found, { prefix, businessDay: String(data.businessDay), last: Number(data.number) });
}

function raise(found: Finding, number: FoundNumber): void {
  const key = `${number.prefix} ${number.businessDay}`;
  if ((found.numbers.get(key)?.last ?? -1) < number.last) found.numbers.set(key, number);
}

function proven(
  entries: readonly LedgerEntry[],
  privates: ReadonlyMap<string, PrivateData>,
): Map<EntryId, PrivateData> {
  const kept = new Map<EntryId, PrivateData>();
  for (const { id, commitment } of entries) {
    const beside = privates.get(id);
    if (beside !== undefined && commitmentOf(beside) === commitment) kept.set(id, beside);
  }
  return kept;
}

function jsonOf(cell: Cell | undefined): unknown {
  try {
    return JSON.parse(String(cell));
  } catch {
    return undefined;
  }
}

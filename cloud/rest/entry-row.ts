/** Rows of the audit log as entries, and as the API answers them. */
import type { LedgerEntry } from '@totem/domain';
import type { auditLog } from '../db/schema/record.ts';

export type EntryRow = typeof auditLog.$inferSelect;

/** The entry itself: everything but what the cloud has added. */
export function entryOf({ position: _, receivedAt: __, ...entry }: EntryRow): LedgerEntry {
  // A row was checked when it was written; only the brands of its ids differ.
  return entry as unknown as LedgerEntry;
}

/** An entry in an answer. @param people names by id. */
export function entryView({ tenantId: _, ...row }: EntryRow, people: ReadonlyMap<string, string>) {
  return { ...row, userName: row.userId === null ? null : (people.get(row.userId) ?? null) };
}

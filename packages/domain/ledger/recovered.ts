/**
 * A fact that a damaged disk gave back: the entry of a chain that has ended, carried whole by an entry of the next. It is
 * applied once by the original's id, whichever of the two arrives first, and the original's hash shows that nothing of it
 * was made up.
 */
import '../zod-setup.ts';
import { z } from 'zod';
import {
  type EntryDraft,
  entryHash,
  type LedgerEntry,
  ledgerEntrySchema,
  type PrivateData,
} from './entry.ts';

export const recoveredData = z.strictObject({ entry: ledgerEntrySchema });

/** The entry that an entry carries; undefined for all that are no recovery. */
export function recoveredIn({ action, data }: LedgerEntry): LedgerEntry | undefined {
  if (action !== 'RECOVERED') return undefined;
  const { entry } = data;
  const isEntry = typeof entry === 'object' && entry !== null && !Array.isArray(entry) && 'id' in entry;
  return isEntry ? (entry as unknown as LedgerEntry) : undefined;
}

/** The fact that an entry states, whether by itself or by the entry that it carries. */
export function factOf(entry: LedgerEntry): LedgerEntry {
  return recoveredIn(entry) ?? entry;
}

/** The draft that carries an entry on. One that carries another already hands over what it carries. */
export function recoveryOf(entry: LedgerEntry, beside: PrivateData | null): EntryDraft {
  const original = factOf(entry);
  const { siteId, userId, entity, entityId } = original;
  const data = { entry: { ...original } };
  const draft: EntryDraft = { siteId, userId, action: 'RECOVERED', entity, entityId, data };
  return beside === null ? draft : { ...draft, private: beside.data };
}

/** Whether what is carried is whole, is about the same as its carrier says, and is something that can be carried. */
export function carriesWhole(entry: LedgerEntry): boolean {
  const parsed = recoveredData.safeParse(entry.data);
  if (!parsed.success) return false;
  const original = parsed.data.entry;
  return (
    original.action !== 'RECOVERED' &&
    original.action !== 'ORIGIN_OPENED' &&
    original.tenantId === entry.tenantId &&
    original.siteId === entry.siteId &&
    original.entity === entry.entity &&
    original.entityId === entry.entityId &&
    entryHash(original) === original.hash
  );
}

/**
 * Judging a received batch against the cursor of its origin: pure, so that cloud, hub and simulator agree on what is new,
 * what is a repetition, what is missing, and what is a fork.
 */
import {
  commitmentOf,
  entryHash,
  entryMakesSense,
  type LedgerEntry,
  ledgerEntrySchema,
  type PrivateData,
} from '@totem/domain';
import type { ChainFields, LedgerCursor, ReceivedBatch } from './batch.ts';

export const QUARANTINE_REASONS = [
  /** The entry is not of the form of an entry, or its data not of its action's. */
  'unparsable',
  /** The entry's hash is not the hash of its content. */
  'hash_mismatch',
  /** The entry speaks for another tenant or site than its origin's, or says what only the cloud says. */
  'unattributed',
] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

/** An entry that is new, and what is to be done with it. */
export type JudgedEntry =
  | { readonly verdict: 'accept'; readonly entry: LedgerEntry; readonly private: PrivateData | null }
  | { readonly verdict: 'quarantine'; readonly raw: ChainFields; readonly reason: QuarantineReason };

export type BatchVerdict =
  | { readonly kind: 'new'; readonly entries: readonly JudgedEntry[]; readonly head: LedgerCursor }
  | { readonly kind: 'repeated' }
  | { readonly kind: 'gap'; readonly expected: number }
  | { readonly kind: 'fork'; readonly seq: number }
  | { readonly kind: 'malformed'; readonly seq: number };

/** A batch with each entry judged by itself: what can be done before anything is known of its origin, or locked. */
export interface PreparedBatch {
  readonly batch: ReceivedBatch;
  readonly entries: readonly JudgedEntry[];
}

/** Judges every entry of a batch by itself. This is the costly part, and it needs no cursor. */
export function prepareBatch(batch: ReceivedBatch): PreparedBatch {
  return { batch, entries: batch.entries.map((fields) => judgeEntry(batch, fields)) };
}

/**
 * @param cursor the end of what is known of the origin.
 * @param knownHash the hash known at a seq at or before the cursor; null when that entry is no longer kept.
 */
export function judgeBatch(
  cursor: LedgerCursor,
  { batch, entries }: PreparedBatch,
  knownHash: (seq: number) => string | null,
): BatchVerdict {
  const malformed = brokenLink(batch);
  if (malformed !== undefined) return { kind: 'malformed', seq: malformed };
  if (batch.fromSeq > cursor.seq + 1) return { kind: 'gap', expected: cursor.seq + 1 };

  // The predecessor that the batch names and every overlapping entry must be what is known here.
  const before = batch.fromSeq - 1;
  if (before > 0 && differs(before === cursor.seq ? cursor.hash : knownHash(before), batch.prevHash))
    return { kind: 'fork', seq: before };
  for (const fields of batch.entries) {
    if (fields.seq > cursor.seq) break;
    if (differs(fields.seq === cursor.seq ? cursor.hash : knownHash(fields.seq), fields.hash))
      return { kind: 'fork', seq: fields.seq };
  }
  const last = batch.entries.at(-1);
  if (last === undefined || last.seq <= cursor.seq) return { kind: 'repeated' };
  return {
    kind: 'new',
    // Seqs of a batch follow each other, so what is known already is at its beginning.
    entries: entries.slice(Math.max(0, cursor.seq + 1 - batch.fromSeq)),
    head: { seq: last.seq, hash: last.hash },
  };
}

/** A hash that is no longer kept here can't be compared; the chain past the cursor still must fit. */
function differs(known: string | null, claimed: string): boolean {
  return known !== null && known !== claimed;
}

/** The first seq at which the batch does not hang together by itself, or disagrees with its envelope or seal. */
function brokenLink(batch: ReceivedBatch): number | undefined {
  let prevHash = batch.prevHash;
  let seq = batch.fromSeq - 1;
  for (const fields of batch.entries) {
    seq += 1;
    if (fields.seq !== seq || fields.prevHash !== prevHash || fields.origin !== batch.origin) return seq;
    prevHash = fields.hash;
  }
  return batch.seal.seq === seq && batch.seal.hash === prevHash ? undefined : seq;
}

function judgeEntry(batch: ReceivedBatch, raw: ChainFields): JudgedEntry {
  const parsed = ledgerEntrySchema.safeParse(raw);
  if (!parsed.success || !entryMakesSense(parsed.data))
    return { verdict: 'quarantine', raw, reason: 'unparsable' };
  const entry = parsed.data;
  if (entry.tenantId !== batch.tenantId) return { verdict: 'quarantine', raw, reason: 'unattributed' };
  if (entryHash(entry) !== entry.hash) return { verdict: 'quarantine', raw, reason: 'hash_mismatch' };
  const beside = batch.privates[entry.id] ?? null;
  // Personal data that was erased on the way is absent; data that is there must be what was committed to.
  const committed = beside !== null && entry.commitment !== null && commitmentOf(beside) === entry.commitment;
  return { verdict: 'accept', entry, private: committed ? beside : null };
}

/**
 * Applies the new entries of a batch in one transaction, set by set: the rows it touches are locked and read once, folded in
 * memory and written once for each table. What it costs depends on the batch and never on the history.
 */
import { type Env, epochMsOf, instantText, type LedgerEntry, type OriginId } from '@totem/domain';
import { faultPoint } from '@totem/host';
import type { JudgedEntry, LedgerCursor } from '@totem/sync/push';
import { RetryTransaction, type WriteHandle } from '../db/with-tenant.ts';
import { tell } from '../events/event.ts';
import { happeningsOf } from '../events/from-ledger.ts';
import { termsHeld } from '../hub/terms.ts';
import { lockBookings, settleBookings } from './check-ins.ts';
import { type Clash, markClashes } from './clashes.ts';
import { type FoundConflict, insertConflicts, settleParked } from './conflicts.ts';
import { claimConflicts } from './device-claims.ts';
import { insertEntries } from './entries.ts';
import { type FoldedBatch, foldBatch, touchedIds } from './fold-batch.ts';
import { type AllIds, type AllRows, lockAllRows, readAllRows, writeRowsInSets } from './folded-tables.ts';
import { termlessConflicts } from './hub-claims.ts';
import { type Device, moveCursor, originsOfOthers } from './origins.ts';
import { deleteParked, insertParked, parkedOf } from './parked.ts';
import { keepAside } from './quarantine.ts';
import {
  carriedOrigins,
  type Refused,
  sift,
  siftForeignOrigins,
  siftForeignRows,
  speaksOfTerm,
} from './sift.ts';
import { lockTenantHead, saveTenantHead } from './tenant-head.ts';

/** An entry further ahead of its receipt than this was written by a wrong clock. */
export const CLOCK_AHEAD_MS_MAX = 5 * 60_000;

export interface NewEntries {
  readonly origin: OriginId;
  readonly device: Device;
  readonly judged: readonly JudgedEntry[];
  /** The end of the origin after this batch. */
  readonly head: LedgerCursor;
}

/** What became of a batch, for the log and for counters. */
export interface AppliedBatch {
  /** The tenant's position after it. */
  readonly position: number;
  readonly applied: number;
  readonly refused: number;
  readonly parked: number;
  readonly conflicts: number;
}

/**
 * Applies a batch whose cursor this transaction has locked.
 * @param writeRows writes the rows; another one than that of sets is for a test that compares the two.
 */
export async function applyBatch(
  tx: WriteHandle,
  env: Env,
  batch: NewEntries,
  writeRows: typeof writeRowsInSets = writeRowsInSets,
): Promise<AppliedBatch> {
  faultPoint('batch_judged');
  const receivedAt = instantText(env.now());
  const { siteId, id } = batch.device;
  const terms = speaksOfTerm(batch.judged) ? await termsHeld(tx, siteId, id) : new Set<number>();
  const ofOthers = await originsOfOthers(tx, id, carriedOrigins(batch.judged));
  const sifted = siftForeignOrigins(sift(batch.judged, siteId, terms), ofOthers);
  const ids = touchedIds(
    sifted.accepted.map(({ entry }) => entry),
    sifted.refused,
  );
  const offered = sifted.accepted.map(({ entry }) => entry);
  const claims = [
    ...(await claimConflicts(tx, siteId, offered)),
    ...(await termlessConflicts(tx, siteId, offered)),
  ];
  const before = await lockAllRows(tx, ids);
  const bookings = await lockBookings(tx, siteId, offered);
  const [head] = await Promise.all([lockTenantHead(tx), assertStillAbsent(tx, ids, before)]);
  const { accepted, refused } = siftForeignRows(sifted, before);
  const entries = accepted.map(({ entry }) => entry);
  const folded = foldBatch(entries, refused, before, await parkedOf(tx, ids));
  const clashes = await markClashes(tx, folded.rows, before);

  const position = insertEntries(tx, accepted, head.position, receivedAt);
  const changes = await writeRows(tx, folded.rows, before, head.change);
  await deleteParked(tx, folded.unparked);
  await settleParked(tx, folded.unparked, receivedAt);
  const parked = entries
    .map((entry, index) => ({ entry, position: head.position + index + 1 }))
    .filter(({ entry }) => folded.parked.has(entry.id));
  await insertParked(tx, parked, receivedAt);
  const conflicts = [
    ...conflictsOf(folded, clashes, entries),
    ...clockConflicts(entries, env.now()),
    ...claims.filter(({ entry }) => entries.includes(entry)),
    ...settleBookings(tx, bookings, appliedOf(folded)),
  ];
  await insertConflicts(tx, env, conflicts, receivedAt);
  for (const one of refused) await keepEntryAside(tx, env, batch.device, one, receivedAt);
  if (head.told.size > 0)
    tell(tx, env, head.told, happeningsOf(appliedOf(folded), folded.rows, before, conflicts));
  faultPoint('batch_written');
  await moveCursor(tx, batch.origin, batch.head, receivedAt);
  saveTenantHead(tx, { ...head, position, change: head.change + changes });
  return {
    position,
    applied: entries.length,
    refused: refused.length,
    parked: parked.length,
    conflicts: conflicts.length,
  };
}

function appliedOf({ outcomes }: FoldedBatch): LedgerEntry[] {
  return outcomes.flatMap(({ entry, outcome }) => (outcome.kind === 'applied' ? [entry] : []));
}

/** A row that was created between our look and the tenant's lock was not locked by us: start over. */
async function assertStillAbsent(tx: WriteHandle, ids: AllIds, locked: AllRows): Promise<void> {
  const absent = {
    ticket: ids.ticket.filter((id) => !locked.ticket.has(id)),
    call: ids.call.filter((id) => !locked.call.has(id)),
    operator_session: ids.operator_session.filter((id) => !locked.operator_session.has(id)),
    payment_session: ids.payment_session.filter((id) => !locked.payment_session.has(id)),
    payment_transaction: ids.payment_transaction.filter((id) => !locked.payment_transaction.has(id)),
  };
  const found = await readAllRows(tx, absent);
  if (Object.values(found).some(({ size }) => size > 0))
    throw new RetryTransaction('a row was created meanwhile');
}

function conflictsOf(
  { outcomes }: FoldedBatch,
  clashes: readonly Clash[],
  entries: readonly LedgerEntry[],
): FoundConflict[] {
  const fromRows = outcomes.flatMap(({ entry, outcome }) =>
    'conflict' in outcome && outcome.conflict !== undefined
      ? [{ kind: outcome.conflict, entry, detail: { action: entry.action, outcome: outcome.kind } }]
      : [],
  );
  const acrossRows = clashes.flatMap(({ entity, id, kind }) => {
    const entry = entries.findLast((one) => one.entity === entity && one.entityId === id);
    return entry === undefined ? [] : [{ kind, entry, detail: { action: entry.action } }];
  });
  return [...fromRows, ...acrossRows];
}

/** One for a batch: a thousand entries of one wrong clock are one thing to look at. */
function clockConflicts(entries: readonly LedgerEntry[], now: number): FoundConflict[] {
  const aheadMs = (entry: LedgerEntry) => epochMsOf(entry.occurredAt) - now;
  const suspect = entries.filter((entry) => entry.clockSuspect || aheadMs(entry) > CLOCK_AHEAD_MS_MAX);
  const [first] = suspect;
  if (first === undefined) return [];
  const seconds = Math.round(Math.max(...suspect.map(aheadMs)) / 1_000);
  const detail = { origin: first.origin, fromSeq: first.seq, entries: suspect.length, secondsAhead: seconds };
  return [{ kind: 'clock_suspect', entry: first, detail }];
}

async function keepEntryAside(
  tx: WriteHandle,
  env: Env,
  device: Device,
  { raw, reason }: Refused,
  receivedAt: string,
): Promise<void> {
  const { origin, seq, hash } = raw;
  // JSON.stringify escapes what UTF-8 cannot hold, so the bytes say exactly what came.
  const bytes = Buffer.from(JSON.stringify(raw), 'utf8');
  await keepAside(tx, env, { reason, equipmentId: device.id, origin, seq, hash, bytes }, receivedAt);
}

/** Cutting the outbox into batches, and the bytes that are sent. */
import { gzipSync } from 'node:zlib';
import {
  BATCH_ENTRIES_MAX,
  type ChainedEntry,
  type OriginId,
  type PrivateData,
  sealText,
  type TenantId,
} from '@totem/domain';
import { type LedgerBatch, PROTOCOL_VERSION } from '@totem/sync/push';
import type { DeviceKey } from '../identity/device-key.ts';
import { entriesAfter, hashAt } from '../ledger/entries.ts';
import type { ReadHandle } from '../store/connection.ts';

/** Uncompressed bytes of one batch: what a slow link can carry within the time of a request. */
const BATCH_BYTES_MAX = 1024 * 1024;

/** The next batch of an origin after `seq`, whole transactions only; undefined when there is nothing to send. */
export function nextBatch(
  db: ReadHandle,
  key: DeviceKey,
  tenantId: TenantId,
  origin: OriginId,
  after: number,
  entriesMax: number = BATCH_ENTRIES_MAX,
): LedgerBatch | undefined {
  // One more than fit shows whether the last transaction is whole.
  const chosen = wholeTransactions(entriesAfter(db, origin, after, entriesMax + 1), entriesMax);
  const [first, last] = [chosen[0]?.entry, chosen.at(-1)?.entry];
  if (first === undefined || last === undefined) return undefined;
  const privates: Record<string, PrivateData> = {};
  for (const { entry, private: beside } of chosen) if (beside !== null) privates[entry.id] = beside;
  const signature = key.sign(sealText(tenantId, origin, last));
  return {
    protocol: PROTOCOL_VERSION,
    tenantId,
    origin,
    fromSeq: first.seq,
    prevHash: first.prevHash,
    entries: chosen.map(({ entry }) => entry),
    privates,
    seal: { seq: last.seq, hash: last.hash, signature: Buffer.from(signature).toString('base64url') },
  };
}

/** As many entries as a batch may hold, cut after a transaction. A single transaction is never cut, whatever its size. */
export function wholeTransactions(
  entries: readonly ChainedEntry[],
  entriesMax: number,
): readonly ChainedEntry[] {
  let end = 0;
  let bytes = 0;
  for (const [index, one] of entries.entries()) {
    bytes += JSON.stringify(one).length;
    const isLastOfTx = one.entry.tx !== entries[index + 1]?.entry.tx;
    const fits = index < entriesMax && bytes <= BATCH_BYTES_MAX;
    if (isLastOfTx && (fits || end === 0)) end = index + 1;
    if (!fits && end > 0) break;
  }
  return entries.slice(0, end);
}

/** The body of a push, compressed. */
export function encodeBatch(batch: LedgerBatch): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(JSON.stringify(batch)));
}

/** Whether the cloud's word about a seq agrees with what is here; an entry that is no longer kept cannot disagree. */
export function agrees(db: ReadHandle, origin: OriginId, seq: number, hash: string): boolean {
  if (seq === 0) return true;
  const own = hashAt(db, origin, seq);
  return own === undefined || own === hash;
}

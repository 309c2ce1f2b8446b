/**
 * Kept aside with its bytes: what cannot be parsed, verified or attributed, and whole batches that were not acknowledged.
 * What was seen before is counted, so that a sender that repeats itself does not fill the disk.
 */
import { createHash } from 'node:crypto';
import { type Env, type EquipmentId, newId, type OriginId } from '@totem/domain';
import type { QuarantineReason } from '@totem/sync/push';
import type { ReadHandle, Statement, WriteHandle } from '../db/with-tenant.ts';

/** Why something is kept aside: a single entry's reasons, and those of a whole batch. */
export type AsideReason =
  | QuarantineReason
  | 'batch_unparsable'
  | 'batch_malformed'
  | 'batch_seal'
  | 'batch_origin'
  | 'batch_fork';

export interface Aside {
  readonly reason: AsideReason;
  readonly equipmentId: EquipmentId | null;
  readonly origin: OriginId | null;
  readonly seq: number | null;
  readonly hash: string | null;
  readonly bytes: Uint8Array;
}

const KEEP_ASIDE: Statement = {
  name: 'quarantine-insert',
  text: `INSERT INTO ledger_quarantine
      (tenant_id, id, reason, equipment_id, origin, seq, hash, digest, bytes, received_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (tenant_id, digest, reason) DO UPDATE SET times = ledger_quarantine.times + 1`,
};

const ASIDE_HASHES: Statement = {
  name: 'quarantine-hashes',
  text: `SELECT seq, hash FROM ledger_quarantine
    WHERE tenant_id = $1 AND origin = $2 AND seq BETWEEN $3 AND $4 AND hash IS NOT NULL`,
};

/** Keeps something aside. */
export async function keepAside(tx: WriteHandle, env: Env, aside: Aside, receivedAt: string): Promise<void> {
  await tx.run(KEEP_ASIDE, [
    tx.tenantId,
    newId<'quarantine'>(env),
    aside.reason,
    aside.equipmentId,
    aside.origin,
    aside.seq,
    aside.hash,
    createHash('sha256').update(aside.bytes).digest('hex'),
    Buffer.from(aside.bytes),
    receivedAt,
  ]);
}

/** Hashes of entries of an origin that were judged and kept aside, by seq. */
export async function asideHashes(
  tx: ReadHandle,
  origin: OriginId,
  fromSeq: number,
  toSeq: number,
): Promise<Map<number, string>> {
  const rows = await tx.all(ASIDE_HASHES, [tx.tenantId, origin, fromSeq, toSeq]);
  return new Map(rows.map(({ seq, hash }) => [Number(seq), String(hash)]));
}

/**
 * The tenant's head: the one lock under which ledger positions, the cloud's seqs and change numbers are drawn. It is taken
 * after every other lock, and nothing is waited for while it is held: so the order of numbers is the order of commits.
 */
import { CHAIN_START, type ChainHead, type OriginId } from '@totem/domain';
import type { Statement, WriteHandle } from '../db/with-tenant.ts';
import { type Told, toldOf } from '../events/event.ts';

export interface TenantHead {
  /** The position of the newest entry. */
  readonly position: number;
  /** The number of the newest change that readers are told of. */
  readonly change: number;
  /** The cloud's own origin; null until it has written its first entry. */
  readonly cloudOrigin: OriginId | null;
  readonly cloud: ChainHead;
  /** The events that somebody has asked for. */
  readonly told: Told;
}

const LOCK_HEAD: Statement = {
  name: 'tenant-head-lock',
  text: 'SELECT ledger_position, last, cloud_origin, cloud_seq, cloud_hash, told_events FROM change_head WHERE tenant_id = $1 FOR UPDATE',
};

const SAVE_HEAD: Statement = {
  name: 'tenant-head-save',
  text: `UPDATE change_head SET ledger_position = $2, cloud_origin = $3, cloud_seq = $4, cloud_hash = $5, last = $6
    WHERE tenant_id = $1`,
};

/** Takes the tenant's lock, as the last of the transaction's locks. @throws Error for a tenant that is not there. */
export async function lockTenantHead(tx: WriteHandle): Promise<TenantHead> {
  const row = await tx.one(LOCK_HEAD, [tx.tenantId]);
  if (row === undefined) throw new Error('the tenant has no change head');
  const cloudOrigin = (row.cloud_origin ?? null) as OriginId | null;
  return {
    position: Number(row.ledger_position),
    change: Number(row.last),
    cloudOrigin,
    cloud: cloudOrigin === null ? CHAIN_START : { seq: Number(row.cloud_seq), hash: String(row.cloud_hash) },
    told: toldOf(row.told_events),
  };
}

/** Sends the head to be written as it is after this transaction, but for the changes that are captured row by row at its commit. */
export function saveTenantHead(tx: WriteHandle, head: Omit<TenantHead, 'told'>): void {
  const { position, cloudOrigin, cloud, change } = head;
  tx.send(SAVE_HEAD, [tx.tenantId, position, cloudOrigin, cloud.seq, cloud.hash, change]);
}

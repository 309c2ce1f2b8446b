/** Origins and their cursors: who writes which chain, and where the cloud's knowledge of it ends. */
import { CHAIN_START, type EquipmentId, type OriginId, type SiteId } from '@totem/domain';
import type { LedgerCursor } from '@totem/sync/push';
import type { ReadHandle, Statement, WriteHandle } from '../db/with-tenant.ts';
import { asideHashes } from './quarantine.ts';

/** A device as the ledger path needs to know it. */
export interface Device {
  readonly id: EquipmentId;
  readonly siteId: SiteId;
  /** Raw Ed25519 keys that count, base64url: none before enrolment, and two for a while after one was replaced. */
  readonly publicKeys: readonly string[];
  readonly suspended: boolean;
}

export interface Origin {
  readonly id: OriginId;
  /** Null for the cloud's own. */
  readonly device: Device | null;
  readonly cursor: LedgerCursor;
}

const DEVICE_COLUMNS = `e.id AS device_id, e.site_id, e.public_key, e.suspended_at,
      CASE WHEN e.previous_key_until > now() THEN e.previous_key END AS previous_key`;

const ORIGIN: Statement = {
  name: 'origin',
  text: `SELECT o.id, c.seq, c.hash, ${DEVICE_COLUMNS}
    FROM origin o
    JOIN ledger_cursor c ON c.tenant_id = o.tenant_id AND c.origin = o.id
    LEFT JOIN equipment e ON e.tenant_id = o.tenant_id AND e.id = o.equipment_id
    WHERE o.tenant_id = $1 AND o.id = $2`,
};
const LOCK_ORIGIN: Statement = { name: 'origin-lock', text: `${ORIGIN.text} FOR UPDATE OF c` };

const DEVICES_OF_SITE: Statement = {
  name: 'devices-of-site',
  text: `SELECT ${DEVICE_COLUMNS} FROM equipment e
    WHERE e.tenant_id = $1 AND e.site_id = $2 AND e.public_key IS NOT NULL AND e.deleted_at IS NULL`,
};

const INSERT_ORIGIN: Statement = {
  name: 'origin-insert',
  text: `INSERT INTO origin (tenant_id, id, equipment_id, site_id, reason, opened_at) VALUES ($1, $2, $3, $4, $5, $6)`,
};
const INSERT_CURSOR: Statement = {
  name: 'cursor-insert',
  text: 'INSERT INTO ledger_cursor (tenant_id, origin, seq, hash, updated_at) VALUES ($1, $2, $3, $4, $5)',
};
const MOVE_CURSOR: Statement = {
  name: 'cursor-move',
  text: 'UPDATE ledger_cursor SET seq = $3, hash = $4, updated_at = $5 WHERE tenant_id = $1 AND origin = $2',
};

const ENTRY_HASHES: Statement = {
  name: 'entry-hashes',
  text: 'SELECT seq, hash FROM audit_log WHERE tenant_id = $1 AND origin = $2 AND seq BETWEEN $3 AND $4',
};

/** An origin, if it was ever opened. */
export async function originById(tx: ReadHandle, id: OriginId): Promise<Origin | undefined> {
  return originOf(await tx.one(ORIGIN, [tx.tenantId, id]));
}

/** An origin with its cursor locked: pushes of one origin take turns. */
export async function lockOrigin(tx: WriteHandle, id: OriginId): Promise<Origin | undefined> {
  return originOf(await tx.one(LOCK_ORIGIN, [tx.tenantId, id]));
}

const LIVED_ON: Statement = {
  name: 'origin-lived-on',
  text: `SELECT 1 AS found FROM origin o JOIN origin later
      ON later.tenant_id = o.tenant_id AND later.equipment_id = o.equipment_id AND later.opened_at > o.opened_at
    WHERE o.tenant_id = $1 AND o.id = $2 AND later.reason = 'restored_image' LIMIT 1`,
};

/**
 * Whether its device has begun another life since, as an old image of this one: a disk that writes here all the same is the one
 * that the image was copied from, and both run.
 */
export async function hasLivedOn(tx: ReadHandle, id: OriginId): Promise<boolean> {
  return (await tx.one(LIVED_ON, [tx.tenantId, id])) !== undefined;
}

const OF_OTHERS: Statement = {
  name: 'origins-of-others',
  text: `SELECT id FROM origin
    WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND equipment_id IS DISTINCT FROM $3::uuid`,
};

/** Which of these origins are known to be another writer's. */
export async function originsOfOthers(
  tx: ReadHandle,
  deviceId: EquipmentId,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  return new Set((await tx.all(OF_OTHERS, [tx.tenantId, ids, deviceId])).map(({ id }) => String(id)));
}

/** The enrolled devices of a site. */
export async function devicesOfSite(tx: ReadHandle, siteId: SiteId): Promise<Device[]> {
  return (await tx.all(DEVICES_OF_SITE, [tx.tenantId, siteId])).map(deviceOf);
}

/** Registers an origin. A second writer at the same moment fails on the key and is run again. */
export async function insertOrigin(
  tx: WriteHandle,
  origin: {
    readonly id: OriginId;
    readonly device: Pick<Device, 'id' | 'siteId'> | null;
    readonly reason: string;
  },
  at: string,
): Promise<void> {
  const { id, device, reason } = origin;
  await tx.run(INSERT_ORIGIN, [tx.tenantId, id, device?.id ?? null, device?.siteId ?? null, reason, at]);
}

/** Opens the cursor of a registered origin, before its first entry. The cloud's own end is in the tenant's head instead. */
export async function insertCursor(tx: WriteHandle, origin: OriginId, at: string): Promise<void> {
  await tx.run(INSERT_CURSOR, [tx.tenantId, origin, CHAIN_START.seq, CHAIN_START.hash, at]);
}

export async function moveCursor(
  tx: WriteHandle,
  origin: OriginId,
  cursor: LedgerCursor,
  at: string,
): Promise<void> {
  await tx.run(MOVE_CURSOR, [tx.tenantId, origin, cursor.seq, cursor.hash, at]);
}

/** Hashes known of an origin by seq, those of entries kept aside included. */
export async function knownHashes(
  tx: ReadHandle,
  origin: OriginId,
  fromSeq: number,
  toSeq: number,
): Promise<Map<number, string>> {
  if (toSeq < fromSeq) return new Map();
  const hashes = await asideHashes(tx, origin, fromSeq, toSeq);
  for (const { seq, hash } of await tx.all(ENTRY_HASHES, [tx.tenantId, origin, fromSeq, toSeq]))
    hashes.set(Number(seq), String(hash));
  return hashes;
}

type Raw = Readonly<Record<string, string | null>>;

function originOf(row: Raw | undefined): Origin | undefined {
  if (row === undefined) return undefined;
  return {
    id: row.id as OriginId,
    device: (row.device_id ?? null) === null ? null : deviceOf(row),
    cursor: { seq: Number(row.seq), hash: String(row.hash) },
  };
}

function deviceOf(row: Raw): Device {
  return {
    id: row.device_id as EquipmentId,
    siteId: row.site_id as SiteId,
    publicKeys: [row.public_key, row.previous_key].filter((key) => key != null),
    suspended: (row.suspended_at ?? null) !== null,
  };
}

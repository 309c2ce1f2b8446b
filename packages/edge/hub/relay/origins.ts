/** How far the origins of the site's other totems are held here, and their sealed batches on the way to the cloud. */
import type { EquipmentId, InstantText, OriginId } from '@totem/domain';
import type { ReadHandle, SqlRow, WriteHandle } from '../../store/connection.ts';

export interface RelayOrigin {
  readonly origin: OriginId;
  readonly equipmentId: EquipmentId;
  /** The first entry that is held. */
  readonly fromSeq: number;
  /** The last one. */
  readonly seq: number;
  readonly hash: string;
  /** The last that the cloud has acknowledged, and its hash. */
  readonly acked: number;
  readonly ackedHash: string | null;
}

export interface RelayBatch {
  readonly number: number;
  readonly origin: OriginId;
  readonly fromSeq: number;
  readonly toSeq: number;
  /** As it came: compressed JSON. */
  readonly body: Uint8Array;
}

const COLUMNS = 'origin, equipment_id, from_seq, seq, hash, acked, acked_hash';

export function relayOrigin(db: ReadHandle, origin: OriginId): RelayOrigin | undefined {
  const row = db.one(`SELECT ${COLUMNS} FROM relay_origin WHERE origin = ?`, origin);
  return row && fromSql(row);
}

export function saveRelayOrigin(
  db: WriteHandle,
  one: Pick<RelayOrigin, 'origin' | 'equipmentId' | 'fromSeq' | 'seq' | 'hash'>,
): void {
  db.run(
    'INSERT INTO relay_origin (origin, equipment_id, from_seq, seq, hash) VALUES (?, ?, ?, ?, ?) ' +
      'ON CONFLICT (origin) DO UPDATE SET seq = excluded.seq, hash = excluded.hash',
    one.origin,
    one.equipmentId,
    one.fromSeq,
    one.seq,
    one.hash,
  );
}

export function insertRelayBatch(
  db: WriteHandle,
  batch: Omit<RelayBatch, 'number'>,
  takenAt: InstantText,
): void {
  const { origin, fromSeq, toSeq, body } = batch;
  db.run(
    'INSERT INTO relay_batch (origin, from_seq, to_seq, body, taken_at) VALUES (?, ?, ?, ?, ?)',
    origin,
    fromSeq,
    toSeq,
    body,
    takenAt,
  );
}

/** The oldest batch of those whose origin is not in `without`: in the order in which they came. */
export function nextRelayBatch(db: ReadHandle, without: readonly OriginId[]): RelayBatch | undefined {
  const row = db.one(
    'SELECT number, origin, from_seq, to_seq, body FROM relay_batch ' +
      'WHERE origin NOT IN (SELECT value FROM json_each(?)) ORDER BY number LIMIT 1',
    JSON.stringify(without),
  );
  return (
    row && {
      number: Number(row.number),
      origin: row.origin as OriginId,
      fromSeq: Number(row.from_seq),
      toSeq: Number(row.to_seq),
      body: row.body as Uint8Array,
    }
  );
}

/** The cloud has it: batches up to there are needed no more, and their entries are kept as long as own ones. */
export function saveRelayAcked(
  db: WriteHandle,
  origin: OriginId,
  acked: { readonly seq: number; readonly hash: string },
  at: InstantText,
): void {
  db.run(
    'UPDATE relay_origin SET acked = ?, acked_hash = ? WHERE origin = ? AND acked < ?',
    acked.seq,
    acked.hash,
    origin,
    acked.seq,
  );
  db.run('DELETE FROM relay_batch WHERE origin = ? AND to_seq <= ?', origin, acked.seq);
  db.run(
    'INSERT INTO acknowledgement (origin, seq, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    origin,
    acked.seq,
    at,
  );
}

/** Forgets how far an origin is held, so that its totem hands it over anew. What it said stays on the rows. */
export function forgetRelayOrigin(db: WriteHandle, origin: OriginId): void {
  db.run('DELETE FROM relay_batch WHERE origin = ?', origin);
  db.run('DELETE FROM relay_origin WHERE origin = ?', origin);
}

export function countRelayBatches(db: ReadHandle): number {
  return Number(db.one('SELECT count(*) AS count FROM relay_batch')?.count ?? 0);
}

function fromSql(row: SqlRow): RelayOrigin {
  return {
    origin: row.origin as OriginId,
    equipmentId: row.equipment_id as EquipmentId,
    fromSeq: Number(row.from_seq),
    seq: Number(row.seq),
    hash: String(row.hash),
    acked: Number(row.acked),
    ackedHash: row.acked_hash === null ? null : String(row.acked_hash),
  };
}

/** The lives of this database as a writer: which origin is open, where its chain ends, and how far the cloud has it. */
import type { ChainHead, InstantText, OriginId } from '@totem/domain';
import type { ReadHandle, SqlRow, WriteHandle } from '../store/connection.ts';

export const ORIGIN_REASONS = ['enrolled', 'salvaged', 'restored_image', 'restored_cloud'] as const;
/** Why a new life began. */
export type OriginReason = (typeof ORIGIN_REASONS)[number];

export interface OriginState {
  readonly origin: OriginId;
  /** The first life of this database is 1. */
  readonly number: number;
  readonly reason: OriginReason;
  readonly openedAt: InstantText;
  readonly head: ChainHead;
  /** The last seq that the cloud has acknowledged. */
  readonly acked: number;
  readonly closed: boolean;
}

const COLUMNS = 'origin, number, reason, opened_at, seq, hash, acked, closed';

/** Every origin of this database, oldest first. */
export function allOrigins(db: ReadHandle): OriginState[] {
  return db.all(`SELECT ${COLUMNS} FROM origin_state ORDER BY number`).map(fromSql);
}

/** The origin that writes; undefined in a blank database. */
export function openOrigin(db: ReadHandle): OriginState | undefined {
  const row = db.one(`SELECT ${COLUMNS} FROM origin_state WHERE closed = 0 ORDER BY number DESC LIMIT 1`);
  return row === undefined ? undefined : fromSql(row);
}

export function originById(db: ReadHandle, origin: OriginId): OriginState | undefined {
  const row = db.one(`SELECT ${COLUMNS} FROM origin_state WHERE origin = ?`, origin);
  return row === undefined ? undefined : fromSql(row);
}

/** Begins a life and ends the one before. Its first entry is still to be written. */
export function insertOrigin(db: WriteHandle, state: Omit<OriginState, 'number' | 'acked' | 'closed'>): void {
  db.run('UPDATE origin_state SET closed = 1 WHERE closed = 0');
  db.run(
    'INSERT INTO origin_state (origin, number, reason, opened_at, seq, hash) ' +
      'SELECT ?, coalesce(max(number), 0) + 1, ?, ?, ?, ? FROM origin_state',
    state.origin,
    state.reason,
    state.openedAt,
    state.head.seq,
    state.head.hash,
  );
}

export function saveHead(db: WriteHandle, origin: OriginId, head: ChainHead): void {
  db.run('UPDATE origin_state SET seq = ?, hash = ? WHERE origin = ?', head.seq, head.hash, origin);
}

/** Moves the outbox: forward with the cloud's acknowledgement, back when the cloud knows less than it did. */
export function saveAcked(db: WriteHandle, origin: OriginId, seq: number, at: InstantText): void {
  db.run('UPDATE origin_state SET acked = ? WHERE origin = ?', seq, origin);
  db.run('DELETE FROM acknowledgement WHERE origin = ? AND seq >= ?', origin, seq);
  db.run('INSERT INTO acknowledgement (origin, seq, at) VALUES (?, ?, ?)', origin, seq, at);
}

function fromSql(row: SqlRow): OriginState {
  return {
    origin: row.origin as OriginId,
    number: Number(row.number),
    reason: row.reason as OriginReason,
    openedAt: String(row.opened_at),
    head: { seq: Number(row.seq), hash: String(row.hash) },
    acked: Number(row.acked),
    closed: row.closed === 1,
  };
}

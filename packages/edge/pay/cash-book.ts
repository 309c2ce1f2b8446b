/** The cash book on the totem's disk: each of its changes is one transaction, so that a counter and its pieces are never apart. */
import { type Cents, cents, instantText, newId, type TenantId } from '@totem/domain';
import type { CashBook, CashSession, UnitKind, UnitState } from '@totem/drivers/cash';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import type { ReadHandle, SqlRow, WriteHandle } from '../store/connection.ts';
import type { Store } from '../store/store.ts';

export interface CashBookParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly device: Device;
}

export function createCashBook({ store, clock, device }: CashBookParts): CashBook {
  const { tenantId } = device;
  const now = (): string => instantText(clock.env.now());
  const saveUnit = (db: WriteHandle, kind: UnitKind, state: Omit<UnitState, 'serial'>): void => {
    const { counter, meter, stackingCents } = state;
    db.run(
      'UPDATE cash_unit SET counter = ?, meter = ?, stacking_cents = ? WHERE tenant_id = ? AND kind = ?',
      counter,
      meter,
      stackingCents,
      tenantId,
      kind,
    );
  };
  const addPiece = (db: WriteHandle, kind: UnitKind, valueCents: Cents | null): void => {
    db.run(
      'INSERT INTO cash_piece (tenant_id, id, created_at, kind, value_cents, payment_session_id) VALUES (?, ?, ?, ?, ?, ?)',
      tenantId,
      newId<'cash_piece'>(clock.env),
      now(),
      kind,
      valueCents,
      openIn(db, tenantId)?.attemptId ?? null,
    );
  };
  return {
    unit: (kind) => store.read((db) => unitIn(db, tenantId, kind)),
    meet: (kind, { serial, counter, meter, stackingCents }) =>
      store.write((db) => {
        db.run(MEET, tenantId, kind, serial, counter, meter, stackingCents);
      }),
    saw: (kind, seen) =>
      store.write((db) => {
        saveUnit(db, kind, seen);
        for (const { valueCents } of seen.pieces) addPiece(db, kind, valueCents > 0 ? valueCents : null);
        for (let count = 0; count < seen.uncounted; count += 1) addPiece(db, kind, null);
      }),
    stacking: (kind, valueCents) =>
      store.write((db) => {
        const sql = 'UPDATE cash_unit SET stacking_cents = ? WHERE tenant_id = ? AND kind = ?';
        db.run(sql, valueCents, tenantId, kind);
      }),
    begin: (attemptId, amountCents) =>
      store.write((db) => {
        db.run(
          'INSERT INTO cash_session (tenant_id, payment_session_id, created_at, amount_cents, is_open) VALUES (?, ?, ?, ?, 1)',
          tenantId,
          attemptId,
          now(),
          amountCents,
        );
      }),
    open: () => store.read((db) => openIn(db, tenantId)),
    session: (attemptId) => store.read((db) => cashSessionIn(db, tenantId, attemptId)),
    end: (attemptId) =>
      store.write((db) => {
        const sql = 'UPDATE cash_session SET is_open = 0 WHERE tenant_id = ? AND payment_session_id = ?';
        db.run(sql, tenantId, attemptId);
      }),
  };
}

const MEET = `INSERT INTO cash_unit (tenant_id, kind, serial, counter, meter, stacking_cents) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (tenant_id, kind) DO UPDATE SET serial = excluded.serial, counter = excluded.counter,
    meter = excluded.meter, stacking_cents = excluded.stacking_cents`;

const SESSION = `SELECT s.payment_session_id, s.amount_cents, s.is_open, coalesce(sum(p.value_cents), 0) AS stored_cents,
    count(p.id) - count(p.value_cents) AS uncounted
  FROM cash_session AS s LEFT JOIN cash_piece AS p
    ON p.tenant_id = s.tenant_id AND p.payment_session_id = s.payment_session_id`;

/** What was put in for an attempt. */
export function cashSessionIn(
  db: ReadHandle,
  tenantId: TenantId,
  attemptId: string,
): CashSession | undefined {
  const where =
    'WHERE s.tenant_id = ? AND s.payment_session_id = ? GROUP BY s.tenant_id, s.payment_session_id';
  return toSession(db.one(`${SESSION} ${where}`, tenantId, attemptId));
}

function openIn(db: ReadHandle, tenantId: TenantId): CashSession | undefined {
  const where = 'WHERE s.tenant_id = ? AND s.is_open = 1 GROUP BY s.tenant_id, s.payment_session_id';
  return toSession(db.one(`${SESSION} ${where}`, tenantId));
}

function toSession(row: SqlRow | undefined): CashSession | undefined {
  if (row === undefined) return undefined;
  return {
    attemptId: String(row.payment_session_id),
    amountCents: cents(Number(row.amount_cents)),
    storedCents: cents(Number(row.stored_cents)),
    uncounted: Number(row.uncounted),
    isOpen: row.is_open === 1,
  };
}

function unitIn(db: ReadHandle, tenantId: TenantId, kind: UnitKind): UnitState | undefined {
  const sql = 'SELECT serial, counter, meter, stacking_cents FROM cash_unit WHERE tenant_id = ? AND kind = ?';
  const row = db.one(sql, tenantId, kind);
  if (row === undefined) return undefined;
  return {
    serial: String(row.serial),
    counter: Number(row.counter),
    meter: row.meter === null ? null : Number(row.meter),
    stackingCents: row.stacking_cents === null ? null : cents(Number(row.stacking_cents)),
  };
}

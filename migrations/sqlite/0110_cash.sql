-- The cash book of this totem: how far each device of its machine was followed, what was put in, and for which attempt.

CREATE TABLE cash_unit (
  tenant_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('notes', 'coins')),
  -- Another device at the same place starts anew.
  serial TEXT NOT NULL,
  -- The event counter that was read last.
  counter INTEGER NOT NULL CHECK (counter BETWEEN 0 AND 255),
  -- How many pieces it must have taken in all its life; null where it has no meter.
  meter INTEGER,
  -- A note that was sent to the stacker and has not been seen to arrive.
  stacking_cents INTEGER,
  PRIMARY KEY (tenant_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE cash_session (
  tenant_id TEXT NOT NULL,
  payment_session_id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  amount_cents INTEGER NOT NULL,
  is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
  PRIMARY KEY (tenant_id, payment_session_id)
) STRICT, WITHOUT ROWID;
-- One at a time puts money in.
CREATE UNIQUE INDEX cash_session_open_key ON cash_session (tenant_id) WHERE is_open = 1;

-- Every piece that lies in the machine. `value_cents` null: the meter knows of it, and nobody saw what it is worth.
-- `payment_session_id` null: it came while nobody was asked for money.
CREATE TABLE cash_piece (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('notes', 'coins')),
  value_cents INTEGER CHECK (value_cents > 0),
  payment_session_id TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX cash_piece_session_idx ON cash_piece (tenant_id, payment_session_id);
CREATE INDEX cash_piece_age_idx ON cash_piece (tenant_id, created_at);

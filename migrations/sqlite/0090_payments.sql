-- Payments: what is folded from the ledger, as in the cloud, and beside it what only this totem needs in order to finish what
-- it has begun. Nobody follows these tables yet, so nothing of them is captured.

CREATE TABLE payment_session (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  site_id TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  method TEXT NOT NULL CHECK (method IN ('pix', 'card', 'cash')),
  adapter TEXT NOT NULL,
  external_id TEXT,
  currency TEXT NOT NULL,
  amount_cents INTEGER NOT NULL,
  paid_cents INTEGER NOT NULL,
  refunded_cents INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'paid', 'failed', 'canceled', 'refunded')),
  phase TEXT NOT NULL CHECK (phase IN ('intent', 'sent', 'waiting_customer', 'authorized', 'confirmed', 'declined',
    'canceled', 'expired', 'unknown', 'undo_pending', 'undone', 'refund_pending', 'partially_refunded', 'refunded')),
  failure_code TEXT,
  details TEXT NOT NULL CHECK (json_valid(details)),
  equipment_id TEXT,
  operator_id TEXT,
  business_day TEXT NOT NULL,
  paid_at TEXT,
  updated_at TEXT NOT NULL,
  conflict TEXT,
  folded TEXT NOT NULL CHECK (json_valid(folded)),
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX payment_session_ticket_idx ON payment_session (ticket_id, attempt);

CREATE TABLE payment_transaction (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  site_id TEXT NOT NULL,
  payment_session_id TEXT NOT NULL,
  adapter TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('authorize', 'confirm', 'undo', 'refund', 'status')),
  external_id TEXT,
  amount_cents INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('approved', 'declined', 'canceled', 'pending', 'unknown', 'error')),
  raw TEXT NOT NULL CHECK (json_valid(raw)),
  conflict TEXT,
  folded TEXT NOT NULL CHECK (json_valid(folded)),
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- The attempts that this totem makes, until nothing of them is open. `owed`: a second leg that the terminal has not taken yet;
-- deciding it and telling it are two things.
CREATE TABLE payment_attempt (
  tenant_id TEXT NOT NULL,
  payment_session_id TEXT NOT NULL,
  terminal TEXT NOT NULL,
  created_at TEXT NOT NULL,
  charge TEXT NOT NULL CHECK (json_valid(charge)),
  owed TEXT CHECK (json_valid(owed)),
  refund TEXT CHECK (json_valid(refund)),
  -- Holds the terminal: something of it is in flight, or owed.
  holds INTEGER NOT NULL CHECK (holds IN (0, 1)),
  PRIMARY KEY (tenant_id, payment_session_id),
  FOREIGN KEY (tenant_id, payment_session_id) REFERENCES payment_session (tenant_id, id)
) STRICT, WITHOUT ROWID;
-- The durable lock: whatever the program believes, one attempt at a time.
CREATE UNIQUE INDEX payment_attempt_terminal_key ON payment_attempt (tenant_id, terminal) WHERE holds = 1;
CREATE INDEX payment_attempt_open_idx ON payment_attempt (terminal, created_at) WHERE holds = 1 OR refund IS NOT NULL;

-- locks against writers: tenant, site
-- Payments and receipts, folded from the ledger like tickets: nothing here may be violable by a well-formed fact, so the
-- only reference is to the site, and uniqueness holds over rows without a conflict.

-- `status` is what the world is told; `phase` is where the exchange with terminal or provider stands. `unknown` is a phase
-- of `pending`: only an answer from the provider, or a person, leaves it. Never a full card number, in any column.
CREATE TABLE payment_session (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  site_id uuid NOT NULL,
  ticket_id uuid NOT NULL,
  attempt int4 NOT NULL,
  method text NOT NULL CHECK (method IN ('pix', 'card', 'cash')),
  adapter text NOT NULL,
  external_id text,
  currency text NOT NULL,
  amount_cents int8 NOT NULL,
  paid_cents int8 NOT NULL,
  refunded_cents int8 NOT NULL,
  status text NOT NULL CHECK (status IN ('pending', 'paid', 'failed', 'canceled', 'refunded')),
  phase text NOT NULL CHECK (phase IN ('intent', 'sent', 'waiting_customer', 'authorized', 'confirmed', 'declined',
    'canceled', 'expired', 'unknown', 'undo_pending', 'undone', 'refund_pending', 'partially_refunded', 'refunded')),
  failure_code text,
  details jsonb NOT NULL,
  equipment_id uuid,
  operator_id uuid,
  business_day date NOT NULL,
  paid_at timestamptz,
  updated_at timestamptz NOT NULL,
  conflict text,
  folded jsonb NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id)
);
CREATE UNIQUE INDEX payment_session_external_key ON payment_session (tenant_id, adapter, external_id)
  WHERE external_id IS NOT NULL AND conflict IS NULL;
CREATE UNIQUE INDEX payment_session_paid_key ON payment_session (tenant_id, ticket_id)
  WHERE status = 'paid' AND conflict IS NULL;
-- Also those in conflict are found by what the provider calls them.
CREATE INDEX payment_session_external_idx ON payment_session (tenant_id, external_id);
CREATE INDEX payment_session_ticket_idx ON payment_session (tenant_id, ticket_id, attempt);
CREATE INDEX payment_session_list_idx ON payment_session (tenant_id, created_at, id);
CREATE INDEX payment_session_day_idx ON payment_session (tenant_id, site_id, business_day);
-- What somebody or something still has to settle.
CREATE INDEX payment_session_open_idx ON payment_session (tenant_id, updated_at, id) WHERE status = 'pending';

-- One row for each exchange with a provider or terminal. `raw` is what was said, without what may not be kept.
CREATE TABLE payment_transaction (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  site_id uuid NOT NULL,
  payment_session_id uuid NOT NULL,
  adapter text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('authorize', 'confirm', 'undo', 'refund', 'status')),
  external_id text,
  amount_cents int8 NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('approved', 'declined', 'canceled', 'pending', 'unknown', 'error')),
  raw jsonb NOT NULL,
  conflict text,
  folded jsonb NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id)
);
CREATE INDEX payment_transaction_session_idx ON payment_transaction (tenant_id, payment_session_id, created_at, id);
CREATE INDEX payment_transaction_external_idx ON payment_transaction (tenant_id, external_id);

CREATE TABLE receipt (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  site_id uuid NOT NULL,
  ticket_id uuid NOT NULL,
  payment_session_id uuid,
  kind text NOT NULL CHECK (kind IN ('payment', 'refund', 'attendance')),
  code text NOT NULL,
  content jsonb NOT NULL,
  text text NOT NULL,
  issued_at timestamptz NOT NULL,
  reprints int4 NOT NULL,
  conflict text,
  folded jsonb NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id)
);
CREATE UNIQUE INDEX receipt_code_key ON receipt (tenant_id, code) WHERE conflict IS NULL;
CREATE INDEX receipt_ticket_idx ON receipt (tenant_id, ticket_id);
CREATE INDEX receipt_list_idx ON receipt (tenant_id, created_at, id);

SELECT fence_tenant(name::regclass)
FROM unnest(ARRAY['payment_session', 'payment_transaction', 'receipt']) AS t(name);
GRANT SELECT, INSERT, UPDATE ON payment_session, payment_transaction, receipt TO totem_api;

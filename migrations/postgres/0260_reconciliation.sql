-- locks against writers: tenant, psp_account
-- The provider's list of a day beside ours: what both have, and what only one of them has.

CREATE TABLE reconciliation (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  psp_account_id uuid NOT NULL,
  -- A day of UTC, as providers list by instants.
  day date NOT NULL,
  state text NOT NULL CHECK (state IN ('done', 'failed')),
  cause text,
  matched int4 NOT NULL DEFAULT 0,
  -- Payments to the same key that were never ours to ask for.
  strangers int4 NOT NULL DEFAULT 0,
  differing int4 NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, psp_account_id) REFERENCES psp_account (tenant_id, id)
);
CREATE UNIQUE INDEX reconciliation_day_key ON reconciliation (tenant_id, psp_account_id, day);
CREATE INDEX reconciliation_list_idx ON reconciliation (tenant_id, created_at, id);

-- What people have to look at. Found again, it is the same.
CREATE TABLE reconciliation_item (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  reconciliation_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('only_theirs', 'only_ours', 'paid_again', 'amount_differs', 'refund_differs')),
  end_to_end_id text NOT NULL,
  external_id text,
  amount_cents int8 NOT NULL,
  charge_id uuid,
  resolved_at timestamptz,
  resolved_by uuid,
  resolution text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, reconciliation_id) REFERENCES reconciliation (tenant_id, id)
);
CREATE UNIQUE INDEX reconciliation_item_key ON reconciliation_item (tenant_id, kind, end_to_end_id);
CREATE INDEX reconciliation_item_run_idx ON reconciliation_item (tenant_id, reconciliation_id);
CREATE INDEX reconciliation_item_open_idx ON reconciliation_item (tenant_id, created_at, id) WHERE resolved_at IS NULL;

SELECT fence_tenant(name::regclass) FROM unnest(ARRAY['reconciliation', 'reconciliation_item']) AS t(name);
GRANT SELECT, INSERT, UPDATE ON reconciliation, reconciliation_item TO totem_api;

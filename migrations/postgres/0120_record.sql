-- locks against readers: conflict
-- locks against writers: tenant, site, audit_log
-- What people look back on: days in figures, sealed months of the ledger, and what was decided about a conflict.

-- What survives when detail is removed. `times` holds histograms of seconds, from which percentiles of any span add up.
CREATE TABLE daily_metric (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  site_id uuid NOT NULL,
  service_id uuid NOT NULL,
  business_day date NOT NULL,
  issued int4 NOT NULL,
  served int4 NOT NULL,
  no_show int4 NOT NULL,
  canceled int4 NOT NULL,
  expired int4 NOT NULL,
  wait_seconds int8 NOT NULL,
  service_seconds int8 NOT NULL,
  paid_cents int8 NOT NULL,
  refunded_cents int8 NOT NULL,
  times jsonb NOT NULL,
  computed_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, site_id, business_day, service_id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id)
);

-- The head of each month of a tenant's ledger, signed: taken elsewhere, it shows any later edit of what it covers.
CREATE TABLE audit_seal (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  month date NOT NULL,
  first_position int8 NOT NULL,
  last_position int8 NOT NULL,
  entries int8 NOT NULL,
  -- Over the hashes of the month's entries in order of position, and the seal of the month before.
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  -- The end of each origin that wrote in it.
  heads jsonb NOT NULL,
  key_id text NOT NULL,
  signature text NOT NULL,
  sealed_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, month)
);

ALTER TABLE conflict
  ADD COLUMN resolved_by uuid,
  ADD COLUMN resolution text;

-- An index of a partitioned table cannot be made concurrently: this locks writers of the ledger out while it is made. It is
-- bearable while no ledger is older than the first release. A later one is to be made on the parent alone, then
-- concurrently on each month, and attached.
CREATE INDEX audit_log_time_idx ON audit_log (tenant_id, received_at DESC, position DESC);
CREATE INDEX audit_log_action_idx ON audit_log (tenant_id, action, position);
CREATE INDEX audit_log_user_idx ON audit_log (tenant_id, user_id, position) WHERE user_id IS NOT NULL;

SELECT fence_tenant(name::regclass) FROM unnest(ARRAY['daily_metric', 'audit_seal']) AS t(name);
GRANT SELECT, INSERT, UPDATE, DELETE ON daily_metric TO totem_api;
GRANT SELECT, INSERT ON audit_seal TO totem_api;

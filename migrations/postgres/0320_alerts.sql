-- locks against writers: tenant, site
-- What is wrong at the moment and people were told of: once when it began, and once when it was over.

CREATE TABLE alert (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('device', 'printer', 'ledger', 'clock', 'chain')),
  -- Null for what is no site's.
  site_id uuid,
  -- The device; the tenant itself for its ledger.
  entity_id uuid NOT NULL,
  since timestamptz NOT NULL,
  raised_at timestamptz NOT NULL,
  cleared_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id)
);
CREATE UNIQUE INDEX alert_open_key ON alert (tenant_id, kind, entity_id) WHERE cleared_at IS NULL;
CREATE INDEX alert_age_idx ON alert (tenant_id, cleared_at);

SELECT fence_tenant('alert');
GRANT SELECT, INSERT, UPDATE, DELETE ON alert TO totem_api;

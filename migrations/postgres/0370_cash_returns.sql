-- locks against writers: tenant, site
-- Cash that a machine has swallowed and that paid nothing, handed back by a person: each time one row, beside the refunds,
-- which are of prices. Zero where nobody knew what was in the machine, and somebody has looked.

CREATE TABLE cash_return (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  site_id uuid NOT NULL,
  payment_session_id uuid NOT NULL,
  amount_cents int8 NOT NULL CHECK (amount_cents >= 0),
  returned_by uuid NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id)
);
CREATE INDEX cash_return_payment_idx ON cash_return (tenant_id, payment_session_id, created_at, id);
SELECT fence_tenant('cash_return');
GRANT SELECT, INSERT ON cash_return TO totem_api;

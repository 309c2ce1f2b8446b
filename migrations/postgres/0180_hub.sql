-- locks against writers: tenant, site, equipment
-- Which totem has been the hub of a site, term by term, and where it is found on the branch's own network. What a hub writes
-- says its term, and is taken from who held it.

CREATE TABLE site_hub (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  site_id uuid NOT NULL,
  term int4 NOT NULL CHECK (term > 0),
  -- Null for a term in which the cloud serves the site itself.
  equipment_id uuid,
  since timestamptz NOT NULL,
  -- Where it serves, and the certificate authority that speaks for it there (PEM): as the hub itself has said.
  url text,
  authority text,
  announced_at timestamptz,
  PRIMARY KEY (tenant_id, site_id, term),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id),
  FOREIGN KEY (tenant_id, equipment_id) REFERENCES equipment (tenant_id, id)
);

SELECT fence_tenant('site_hub');
GRANT SELECT, INSERT, UPDATE ON site_hub TO totem_api;

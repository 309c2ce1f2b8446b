-- locks against readers: service
-- locks against writers: tenant, site
-- Appointments. Who comes is beside the row, and can be erased without it.

-- Appointments of one service at one time at one site, at most; null takes none.
ALTER TABLE service ADD COLUMN slot_capacity int4 CHECK (slot_capacity > 0);

CREATE TABLE appointment (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  site_id uuid NOT NULL,
  service_id uuid NOT NULL,
  slot timestamptz NOT NULL,
  duration_minutes int4 NOT NULL CHECK (duration_minutes > 0),
  -- What the customer types at the kiosk.
  code text NOT NULL,
  state text NOT NULL CHECK (state IN ('booked', 'checked_in', 'no_show', 'canceled')),
  ticket_id uuid,
  version int4 NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id),
  FOREIGN KEY (tenant_id, service_id) REFERENCES service (tenant_id, id)
);
CREATE UNIQUE INDEX appointment_code_key ON appointment (tenant_id, site_id, code) WHERE state = 'booked';
CREATE INDEX appointment_slot_idx ON appointment (tenant_id, site_id, slot, id);

CREATE TABLE appointment_person (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  appointment_id uuid NOT NULL,
  name text,
  document text,
  phone text,
  PRIMARY KEY (tenant_id, appointment_id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointment (tenant_id, id)
);

SELECT fence_tenant(name::regclass) FROM unnest(ARRAY['appointment', 'appointment_person']) AS t(name);
GRANT SELECT, INSERT, UPDATE ON appointment TO totem_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON appointment_person TO totem_api;

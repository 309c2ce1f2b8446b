-- locks against readers: site, service, priority_class, counter, equipment
-- locks against writers: tenant
-- What tenants configure, complete: where services are offered and how many a day, who a counter is for, the state of
-- devices, and the settings of print, notifications and webhooks. `version` is what an update must name to be accepted.

ALTER TABLE site
  ADD COLUMN version int4 NOT NULL DEFAULT 1,
  ADD COLUMN address text,
  -- The totem through which the branch works on its own, and the term in which it does.
  ADD COLUMN hub_equipment_id uuid,
  ADD COLUMN hub_term int4 NOT NULL DEFAULT 0;

ALTER TABLE service
  ADD COLUMN version int4 NOT NULL DEFAULT 1,
  -- The sites that offer it; null means all of them. It takes the place of `site_id`, which goes one release later.
  ADD COLUMN site_ids jsonb CHECK (jsonb_typeof(site_ids) = 'array'),
  ADD COLUMN daily_quota int4 CHECK (daily_quota > 0);
-- The owner is fenced like everyone, and there is no tenant here: for this one statement the fence lets its owner through.
ALTER TABLE service NO FORCE ROW LEVEL SECURITY;
UPDATE service SET site_ids = jsonb_build_array(site_id) WHERE site_id IS NOT NULL;
-- Captured here, where no reader is given the new column yet: nothing has changed to any of them.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE service FORCE ROW LEVEL SECURITY;

ALTER TABLE priority_class ADD COLUMN version int4 NOT NULL DEFAULT 1;

ALTER TABLE counter
  ADD COLUMN version int4 NOT NULL DEFAULT 1,
  -- The lowest tier that is called to it; null means everyone.
  ADD COLUMN priority_from int4 CHECK (priority_from > 0);

ALTER TABLE equipment
  ADD COLUMN version int4 NOT NULL DEFAULT 1,
  -- A printer or terminal hangs on its totem.
  ADD COLUMN attached_to uuid,
  ADD COLUMN maintenance_since timestamptz,
  ADD COLUMN enrolled_at timestamptz,
  ADD COLUMN telemetry jsonb NOT NULL DEFAULT '{}';
ALTER TABLE equipment ADD CONSTRAINT equipment_attached_fkey
  FOREIGN KEY (tenant_id, attached_to) REFERENCES equipment (tenant_id, id) NOT VALID;
ALTER TABLE site ADD CONSTRAINT site_hub_fkey
  FOREIGN KEY (tenant_id, hub_equipment_id) REFERENCES equipment (tenant_id, id) NOT VALID;

CREATE TABLE config_print (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  -- Null means every site that has none of its own.
  site_id uuid,
  kind text NOT NULL CHECK (kind IN ('ticket', 'receipt', 'report')),
  name text NOT NULL,
  layout jsonb NOT NULL,
  active bool NOT NULL DEFAULT true,
  version int4 NOT NULL DEFAULT 1,
  deleted_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id)
);
CREATE INDEX config_print_list_idx ON config_print (tenant_id, created_at, id);

-- `target` says where to, without what must stay secret: that is in `secret`, encrypted.
CREATE TABLE config_notification (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  site_id uuid,
  channel text NOT NULL CHECK (channel IN ('slack', 'email', 'sms', 'whatsapp')),
  name text NOT NULL,
  events jsonb NOT NULL,
  target jsonb NOT NULL,
  secret bytea,
  hours jsonb,
  locale text NOT NULL,
  active bool NOT NULL DEFAULT true,
  version int4 NOT NULL DEFAULT 1,
  deleted_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id)
);
CREATE INDEX config_notification_list_idx ON config_notification (tenant_id, created_at, id);

-- `secrets` is an encrypted list: while a secret is being replaced there are two.
CREATE TABLE config_webhook (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  name text NOT NULL,
  url text NOT NULL,
  events jsonb NOT NULL,
  secrets bytea NOT NULL,
  active bool NOT NULL DEFAULT true,
  disabled_at timestamptz,
  disabled_reason text,
  version int4 NOT NULL DEFAULT 1,
  deleted_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX config_webhook_list_idx ON config_webhook (tenant_id, created_at, id);

SELECT fence_tenant(name::regclass)
FROM unnest(ARRAY['config_print', 'config_notification', 'config_webhook']) AS t(name);
GRANT SELECT, INSERT, UPDATE ON config_print, config_notification, config_webhook TO totem_api;

-- Gives readers of a followed table other columns. The encoder is replaced in place: capture and snapshots find it by name,
-- and no reader or writer waits. Handles carry a fingerprint of the columns, so every reader starts over once.
CREATE FUNCTION encode_columns(p_table regclass, p_columns text[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_pairs text;
BEGIN
  SELECT string_agg(format('%L, r.%I::text', name, name), ', ' ORDER BY place)
  INTO v_pairs FROM unnest(p_columns) WITH ORDINALITY AS c(name, place);
  EXECUTE format(
    'CREATE OR REPLACE FUNCTION %I(r %s) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE '
    'SET timezone = ''UTC'' SET datestyle = ''ISO, YMD'' SET search_path = public, pg_temp '
    'AS $f$ SELECT jsonb_build_object(%s) $f$',
    'text_of_' || p_table, p_table, v_pairs);
END
$$;

SELECT encode_columns('site', ARRAY['tenant_id', 'id', 'created_at', 'name', 'slug', 'address', 'timezone',
  'rollover_hour', 'opening_hours', 'currency', 'default_locale', 'queue_rules', 'hub_equipment_id', 'hub_term',
  'deleted_at']);
SELECT encode_columns('service', ARRAY['tenant_id', 'id', 'created_at', 'site_ids', 'name', 'description', 'prefix',
  'price_cents', 'duration_minutes', 'active', 'icon', 'sort_order', 'payment_policy', 'opening_hours', 'daily_quota',
  'deleted_at']);
SELECT encode_columns('counter', ARRAY['tenant_id', 'id', 'created_at', 'site_id', 'name', 'number', 'service_ids',
  'priority_from', 'active', 'deleted_at']);

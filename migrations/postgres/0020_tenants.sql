-- Tenants and what they configure. Keys are (tenant_id, id) and every reference carries the tenant, so the database itself
-- refuses a reference across tenants. Closed sets are text with a CHECK: under row-level security an enum's `=` is not
-- leakproof and so cannot use an index.

CREATE TABLE tenant (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  slug text NOT NULL UNIQUE,
  logo_url text,
  contact_email text,
  locale text NOT NULL DEFAULT 'pt-BR',
  theme jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  deleted_at timestamptz
);

CREATE TABLE site (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  name text NOT NULL,
  slug text NOT NULL,
  timezone text NOT NULL,
  rollover_hour int4 NOT NULL CHECK (rollover_hour BETWEEN 0 AND 23),
  opening_hours jsonb,
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  default_locale text NOT NULL,
  queue_rules jsonb NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, slug)
);

CREATE TABLE service (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  site_id uuid,
  name jsonb NOT NULL,
  description jsonb,
  prefix text NOT NULL CHECK (prefix ~ '^[A-Z]{1,3}$'),
  price_cents int8 NOT NULL CHECK (price_cents >= 0),
  duration_minutes int4 NOT NULL CHECK (duration_minutes > 0),
  active bool NOT NULL,
  icon text,
  sort_order int4 NOT NULL,
  payment_policy text NOT NULL CHECK (payment_policy IN ('free', 'before_queue', 'after_service')),
  opening_hours jsonb,
  deleted_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id)
);

CREATE TABLE priority_class (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  name jsonb NOT NULL,
  legal_basis text,
  tier int4 NOT NULL CHECK (tier >= 0),
  weight int4 NOT NULL CHECK (weight >= 0),
  icon text,
  sort_order int4 NOT NULL,
  active bool NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE counter (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  site_id uuid NOT NULL,
  name text NOT NULL,
  number int4 NOT NULL CHECK (number BETWEEN 0 AND 9999),
  service_ids jsonb,
  active bool NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id)
);
CREATE UNIQUE INDEX counter_number_key ON counter (tenant_id, site_id, number) WHERE deleted_at IS NULL;

-- `user` is a reserved word in SQL; quoting it everywhere would be one forgotten pair of quotes away from `current_user`.
-- A username is unique across tenants, because people type it before anything says which tenant they belong to.
CREATE TABLE app_user (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  username text NOT NULL CHECK (username = lower(username)),
  full_name text NOT NULL,
  hashed_password text NOT NULL,
  role text NOT NULL CHECK (role IN ('admin', 'operator', 'technician')),
  active bool NOT NULL DEFAULT true,
  last_login timestamptz,
  deleted_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX app_user_username_key ON app_user (username) WHERE deleted_at IS NULL;

-- The sites where a person works. An admin works at all of them and has no rows here.
CREATE TABLE user_site (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  user_id uuid NOT NULL,
  site_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, user_id, site_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES app_user (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id)
);

CREATE TABLE equipment (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  site_id uuid NOT NULL,
  type text NOT NULL CHECK (type IN ('totem', 'panel', 'display', 'printer', 'terminal')),
  identifier text NOT NULL,
  location text,
  lane text CHECK (lane ~ '^[1-9][0-9]{0,3}$'),
  public_key text CHECK (public_key ~ '^[A-Za-z0-9_-]{43}$'),
  app_version text,
  last_seen timestamptz,
  suspended_at timestamptz,
  suspended_reason text,
  deleted_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id)
);
CREATE UNIQUE INDEX equipment_lane_key ON equipment (tenant_id, site_id, lane) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX equipment_identifier_key ON equipment (tenant_id, site_id, identifier) WHERE deleted_at IS NULL;
-- For the look-up of a device that has said no more than its own id.
CREATE INDEX equipment_id_idx ON equipment (id);

SELECT fence_tenant('tenant', 'id');
SELECT fence_tenant(name::regclass)
FROM unnest(ARRAY['site', 'service', 'priority_class', 'counter', 'app_user', 'user_site', 'equipment']) AS t(name);

GRANT SELECT, INSERT, UPDATE ON tenant, site, service, priority_class, counter, app_user, equipment TO totem_api;
GRANT SELECT, INSERT, DELETE ON user_site TO totem_api;

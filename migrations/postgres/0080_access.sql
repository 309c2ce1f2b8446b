-- locks against readers: app_user
-- locks against writers: tenant, service, platform_owner
-- Who may come in: sessions of people with their rotating refresh, second factors, keys for integrators, and the tries that
-- are counted on every node alike. No table here holds a secret that could be used as it is: refresh tokens are made anew
-- from their numbers and a key that is not in the database, keys are kept as hashes, second factors encrypted.

ALTER TABLE app_user
  ADD COLUMN version int4 NOT NULL DEFAULT 1,
  ADD COLUMN email text,
  ADD COLUMN locale text,
  ADD COLUMN password_changed_at timestamptz,
  ADD COLUMN must_change_password bool NOT NULL DEFAULT false;

-- The services that a person may serve; no row means all of them.
CREATE TABLE user_service (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  user_id uuid NOT NULL,
  service_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, user_id, service_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES app_user (tenant_id, id),
  FOREIGN KEY (tenant_id, service_id) REFERENCES service (tenant_id, id)
);

-- One sign-in and all its refreshes. `generation` counts them: a token of the one before is honoured for a moment, because
-- an answer can be lost; any older one has been stolen, and ends the session.
CREATE TABLE user_session (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  user_id uuid,
  owner_id uuid,
  created_at timestamptz NOT NULL,
  used_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  generation int4 NOT NULL DEFAULT 1 CHECK (generation > 0),
  rotated_at timestamptz NOT NULL,
  ended_at timestamptz,
  ended_reason text CHECK (ended_reason IN ('logout', 'reuse', 'disabled', 'password_changed', 'replaced', 'revoked')),
  address_hash text,
  user_agent text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES app_user (tenant_id, id),
  FOREIGN KEY (tenant_id, owner_id) REFERENCES platform_owner (tenant_id, id),
  CHECK (num_nonnulls(user_id, owner_id) = 1)
);
CREATE INDEX user_session_user_idx ON user_session (tenant_id, user_id, created_at DESC) WHERE user_id IS NOT NULL;
CREATE INDEX user_session_owner_idx ON user_session (tenant_id, owner_id, created_at DESC) WHERE owner_id IS NOT NULL;
CREATE INDEX user_session_expiry_idx ON user_session (tenant_id, expires_at);

-- A time-based code (RFC 6238). `last_step` makes each code good for once.
CREATE TABLE second_factor (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  user_id uuid,
  owner_id uuid,
  created_at timestamptz NOT NULL,
  secret bytea NOT NULL,
  confirmed_at timestamptz,
  last_step int8 NOT NULL DEFAULT 0,
  recovery_hashes jsonb NOT NULL DEFAULT '[]',
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES app_user (tenant_id, id),
  FOREIGN KEY (tenant_id, owner_id) REFERENCES platform_owner (tenant_id, id),
  CHECK (num_nonnulls(user_id, owner_id) = 1)
);
CREATE UNIQUE INDEX second_factor_user_key ON second_factor (tenant_id, user_id);
CREATE UNIQUE INDEX second_factor_owner_key ON second_factor (tenant_id, owner_id);

-- `site_ids` null means every site of the tenant.
CREATE TABLE api_key (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  name text NOT NULL,
  secret_hash text NOT NULL CHECK (secret_hash ~ '^[0-9a-f]{64}$'),
  scopes jsonb NOT NULL,
  site_ids jsonb,
  created_by uuid NOT NULL,
  last_used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz,
  version int4 NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, created_by) REFERENCES app_user (tenant_id, id)
);
CREATE INDEX api_key_list_idx ON api_key (tenant_id, created_at, id);

-- What a repeated write answers. The answer is kept encrypted, because it may name a secret that is shown once.
CREATE TABLE idempotency_key (
  -- Looked at last: the write that makes a tenant claims its key before the tenant is there.
  tenant_id uuid NOT NULL REFERENCES tenant (id) DEFERRABLE INITIALLY DEFERRED,
  principal text NOT NULL,
  key text NOT NULL,
  fingerprint text NOT NULL,
  status int4,
  answer bytea,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, principal, key)
);
CREATE INDEX idempotency_key_age_idx ON idempotency_key (tenant_id, created_at);

-- Tries by a keyed hash of who tries: it names nobody and belongs to no tenant. Nothing is lost with it in a crash.
CREATE UNLOGGED TABLE rate_limit (
  key text PRIMARY KEY,
  points int4 NOT NULL,
  expire int8
);
CREATE INDEX rate_limit_expire_idx ON rate_limit (expire);

SELECT fence_tenant(name::regclass)
FROM unnest(ARRAY['user_service', 'user_session', 'second_factor', 'api_key', 'idempotency_key']) AS t(name);
GRANT SELECT, INSERT, DELETE ON user_service TO totem_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON user_session, second_factor, idempotency_key, rate_limit TO totem_api;
GRANT SELECT, INSERT, UPDATE ON api_key TO totem_api;

-- locks against readers: tenant
-- The platform itself is a tenant with a reserved id, and no company's: what belongs to no tenant (an attempt to sign in under
-- an unknown name, the making of a tenant) goes into its chain, behind the same fence as everyone's.

SELECT set_config('app.tenant_id', '00000000-0000-8000-8000-000000000001', true);
INSERT INTO tenant (id, name, slug, locale, created_at)
VALUES ('00000000-0000-8000-8000-000000000001', 'Totem', 'platform', 'pt-BR', now());
SELECT set_config('app.tenant_id', '', true);

ALTER TABLE tenant
  ADD COLUMN version int4 NOT NULL DEFAULT 1,
  ADD COLUMN suspended_at timestamptz,
  ADD COLUMN settings jsonb NOT NULL DEFAULT '{}';

-- Who runs the platform looks after tenants as such, and sees nothing that is inside them.
CREATE POLICY platform_reads ON tenant FOR SELECT TO totem_api
  USING ((SELECT nullif(current_setting('app.tenant_id', true), '')::uuid) = '00000000-0000-8000-8000-000000000001');
CREATE POLICY platform_changes ON tenant FOR UPDATE TO totem_api
  USING ((SELECT nullif(current_setting('app.tenant_id', true), '')::uuid) = '00000000-0000-8000-8000-000000000001');

CREATE TABLE platform_owner (
  tenant_id uuid NOT NULL REFERENCES tenant (id) CHECK (tenant_id = '00000000-0000-8000-8000-000000000001'),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  username text NOT NULL CHECK (username = lower(username)),
  full_name text NOT NULL,
  hashed_password text NOT NULL,
  active bool NOT NULL DEFAULT true,
  last_login timestamptz,
  version int4 NOT NULL DEFAULT 1,
  deleted_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX platform_owner_username_key ON platform_owner (tenant_id, username) WHERE deleted_at IS NULL;

SELECT fence_tenant('platform_owner');
GRANT SELECT, INSERT, UPDATE ON platform_owner TO totem_api;

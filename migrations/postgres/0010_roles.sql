-- Roles and the one way in which a table is fenced by tenant.
--
-- The role that runs these files owns everything and serves no request. `totem_api` serves requests and owns nothing.
-- `totem_tailer` reads what changed for every tenant. `totem_lookup` cannot log in: it owns the few functions that must
-- look across tenants before a tenant is known. Roles belong to the whole cluster, so they may be there already; their
-- passwords are set by whoever runs the cluster, never here.

DO $$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN
    SELECT * FROM (VALUES ('totem_api', 'LOGIN'), ('totem_tailer', 'LOGIN'), ('totem_lookup', 'NOLOGIN')) AS r(name, kind)
  LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I %s NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS', wanted.name, wanted.kind);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL; -- another database of the cluster is being migrated at this moment
      END;
    END IF;
  END LOOP;
  -- Only a member may hand a function over to a role. A DBA who made the roles has granted this already.
  BEGIN
    EXECUTE format('GRANT totem_lookup TO %I', current_user);
  EXCEPTION WHEN insufficient_privilege THEN
    NULL;
  END;
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO totem_api, totem_tailer, totem_lookup;
-- A new function would otherwise be everyone's to call.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Fences a table: row-level security for every role, the owner included, by the tenant of the transaction. After a
-- transaction the setting is the empty string and not null, hence nullif; the inner select makes it one look-up for a
-- statement instead of one for each row.
CREATE FUNCTION fence_tenant(p_table regclass, p_column text DEFAULT 'tenant_id') RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', p_table);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', p_table);
  EXECUTE format(
    'CREATE POLICY tenant_fence ON %s '
    'USING (%I = (SELECT nullif(current_setting(''app.tenant_id'', true), '''')::uuid)) '
    'WITH CHECK (%I = (SELECT nullif(current_setting(''app.tenant_id'', true), '''')::uuid))',
    p_table, p_column, p_column);
END
$$;

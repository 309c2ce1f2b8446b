-- The roles of a cluster that serves Totem, made once by its superuser before the first start. Passwords are set afterwards,
-- by whoever runs the cluster:  ALTER ROLE totem_api PASSWORD '…'
--
-- totem_owner   owns the database and runs migrations; serves nothing
-- totem_api     answers requests; owns nothing, and is fenced by tenant
-- totem_tailer  reads what changed for all tenants
-- totem_lookup  cannot sign in: owns the few functions that look across tenants
-- totem_backup  reads everything past every fence and writes nothing: a dump that left rows out would not say so

DO $$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN
    SELECT * FROM (VALUES
      ('totem_owner', 'LOGIN'),
      ('totem_api', 'LOGIN'),
      ('totem_tailer', 'LOGIN'),
      ('totem_lookup', 'NOLOGIN'),
      ('totem_backup', 'LOGIN BYPASSRLS')
    ) AS r(name, kind)
  LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name) THEN
      EXECUTE format('CREATE ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE %s', wanted.name, wanted.kind);
    END IF;
  END LOOP;
END
$$;

GRANT totem_lookup TO totem_owner;
GRANT pg_read_all_data TO totem_backup;

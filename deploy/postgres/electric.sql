-- For an installation that lets Electric answer for shapes: run once in the database `totem`, as a superuser, after the cloud's
-- first start has migrated it. Electric reads past every fence whatever is published here, so nothing else is, and its address is
-- the cloud's alone to know. PostgreSQL must run with wal_level=logical.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'totem_electric') THEN
    CREATE ROLE totem_electric NOSUPERUSER NOCREATEDB NOCREATEROLE LOGIN REPLICATION BYPASSRLS;
  END IF;
END
$$;
GRANT pg_read_all_data TO totem_electric;

-- Electric wants whole old rows, to know what has left a shape.
ALTER TABLE site REPLICA IDENTITY FULL;
ALTER TABLE service REPLICA IDENTITY FULL;
ALTER TABLE priority_class REPLICA IDENTITY FULL;
ALTER TABLE counter REPLICA IDENTITY FULL;
ALTER TABLE ticket REPLICA IDENTITY FULL;
ALTER TABLE call REPLICA IDENTITY FULL;
ALTER TABLE operator_session REPLICA IDENTITY FULL;
ALTER TABLE appointment REPLICA IDENTITY FULL;

CREATE PUBLICATION electric_publication_default FOR TABLE
  site, service, priority_class, counter, ticket, call, operator_session, appointment;

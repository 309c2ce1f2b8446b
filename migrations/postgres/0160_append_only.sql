-- locks against writers: audit_log, audit_seal
-- The second belt of the ledger. The serving roles have never had the right to change an entry or a seal; now the tables
-- refuse it to everyone, the owner and a superuser's slip included. Old months go as whole partitions, for which no row is
-- touched.

CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;

-- For each statement and not for each row: a statement that finds no row is refused like any other. Such a trigger is not
-- handed down to partitions, so each gets its own.
CREATE FUNCTION make_append_only(p_table regclass) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %s '
    'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', p_table);
END
$$;

SELECT make_append_only('audit_seal');
SELECT make_append_only(relid) FROM pg_partition_tree('audit_log');

CREATE OR REPLACE FUNCTION ensure_audit_partitions(p_from date, p_months int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET lock_timeout = '2s' SET datestyle = 'ISO, YMD' AS $$
DECLARE
  v_month date := date_trunc('month', p_from)::date;
  v_name text;
  v_made int := 0;
BEGIN
  IF p_months NOT BETWEEN 1 AND 24 OR p_from NOT BETWEEN '2020-01-01' AND '2200-01-01' THEN
    RAISE EXCEPTION 'partitions are made for 1 to 24 months of this age';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('ensure_audit_partitions'));
  FOR i IN 1..p_months LOOP
    v_name := 'audit_log_' || to_char(v_month, 'YYYYMM');
    IF to_regclass('public.' || v_name) IS NULL THEN
      -- Made beside the parent and then attached: attaching lets readers and writers go on.
      EXECUTE format('CREATE TABLE public.%I (LIKE public.audit_log INCLUDING ALL)', v_name);
      PERFORM fence_tenant(v_name::regclass);
      PERFORM make_append_only(v_name::regclass);
      EXECUTE format('ALTER TABLE public.audit_log ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
        v_name, v_month::text || ' 00:00:00+00', (v_month + interval '1 month')::date::text || ' 00:00:00+00');
      v_made := v_made + 1;
    END IF;
    v_month := (v_month + interval '1 month')::date;
  END LOOP;
  RETURN v_made;
END
$$;

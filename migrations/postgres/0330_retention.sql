-- locks against writers: tenant
-- Old months of the ledger go as whole partitions, and what they held is written down first.

CREATE TABLE audit_retired (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  month date NOT NULL,
  entries int8 NOT NULL,
  first_hash text NOT NULL,
  last_hash text NOT NULL,
  retired_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, month)
);
SELECT fence_tenant('audit_retired');
SELECT make_append_only('audit_retired');
GRANT SELECT, INSERT ON audit_retired TO totem_api;

-- A month may go when it has been over for six. It is taken off first, for which the ledger waits a moment; then counted and
-- dropped, for which nobody waits. What holds another number of entries than was written down is put back.
CREATE FUNCTION retire_audit_partition(p_month date, p_entries int8) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET lock_timeout = '2s' SET datestyle = 'ISO, YMD' AS $$
DECLARE
  v_name text := 'audit_log_' || to_char(p_month, 'YYYYMM');
  v_table regclass := to_regclass('public.' || v_name);
  v_entries int8;
BEGIN
  IF p_month <> date_trunc('month', p_month) OR p_month + interval '7 months' > now() THEN
    RAISE EXCEPTION 'a month is kept for six months';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('ensure_audit_partitions'));
  IF v_table IS NULL THEN
    RETURN 'absent';
  END IF;
  IF EXISTS (SELECT FROM pg_inherits WHERE inhrelid = v_table) THEN
    EXECUTE format('ALTER TABLE public.audit_log DETACH PARTITION %s', v_table);
    RETURN 'detached';
  END IF;
  -- Nobody is granted this table, and it is about to go: its fence lets its owner count.
  EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', v_table);
  EXECUTE format('SELECT count(*) FROM %s', v_table) INTO v_entries;
  IF v_entries <> p_entries THEN
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', v_table);
    EXECUTE format('ALTER TABLE public.audit_log ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', v_table,
      p_month::text || ' 00:00:00+00', (p_month + interval '1 month')::date::text || ' 00:00:00+00');
    RETURN 'put_back';
  END IF;
  EXECUTE format('DROP TABLE %s', v_table);
  RETURN 'dropped';
END
$$;
GRANT EXECUTE ON FUNCTION retire_audit_partition(date, int8) TO totem_api;

-- The months that there are, the oldest first; names of tables and nothing in them.
CREATE FUNCTION audit_months() RETURNS TABLE (month date)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT to_date(substr(c.relname, 11), 'YYYYMM') FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname ~ '^audit_log_[0-9]{6}$' ORDER BY 1
$$;
GRANT EXECUTE ON FUNCTION audit_months() TO totem_api;

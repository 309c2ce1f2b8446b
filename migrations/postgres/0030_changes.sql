-- What changed, for readers that follow tables. Numbers are a tenant's own and are drawn under the lock of its row in
-- change_head, which a writing transaction takes as the last thing before its commit. PostgreSQL frees that lock only
-- after the transaction is visible, so the order of numbers is the order of commits, and no hole fills later.

CREATE TABLE change_head (
  tenant_id uuid PRIMARY KEY REFERENCES tenant (id),
  -- The newest change, and the newest one that is no longer kept.
  last int8 NOT NULL DEFAULT 0,
  floor int8 NOT NULL DEFAULT 0,
  -- Readers start over when it changes: after a restore, or when changes were made behind the capture's back.
  epoch uuid NOT NULL DEFAULT gen_random_uuid(),
  -- The cloud's order of receipt, and the end of the cloud's own chain.
  ledger_position int8 NOT NULL DEFAULT 0,
  cloud_origin uuid,
  cloud_seq int8 NOT NULL DEFAULT 0,
  cloud_hash text NOT NULL DEFAULT repeat('0', 64)
);

CREATE TABLE change_log (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  number int8 NOT NULL,
  tx text NOT NULL,
  table_name text NOT NULL,
  op text NOT NULL CHECK (op IN ('insert', 'update', 'delete')),
  old_row jsonb,
  new_row jsonb,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, number)
);
CREATE INDEX change_log_at_idx ON change_log USING brin (at);

SELECT fence_tenant('change_head');
SELECT fence_tenant('change_log');

GRANT SELECT, INSERT, UPDATE ON change_head TO totem_api;
GRANT SELECT, INSERT ON change_log TO totem_api;

-- The tailer follows every tenant, and forgets what is old.
CREATE POLICY tailer_reads ON change_head FOR SELECT TO totem_tailer USING (true);
CREATE POLICY tailer_trims ON change_head FOR UPDATE TO totem_tailer USING (true);
CREATE POLICY tailer_reads ON change_log FOR SELECT TO totem_tailer USING (true);
CREATE POLICY tailer_trims ON change_log FOR DELETE TO totem_tailer USING (true);
GRANT SELECT, UPDATE (floor) ON change_head TO totem_tailer;
GRANT SELECT, DELETE ON change_log TO totem_tailer;

CREATE FUNCTION open_change_head() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO change_head (tenant_id) VALUES (NEW.id);
  RETURN NULL;
END
$$;
CREATE TRIGGER open_change_head AFTER INSERT ON tenant FOR EACH ROW EXECUTE FUNCTION open_change_head();

-- Numbers one changed row and keeps it. An update that touches no captured column is no change to any reader.
CREATE FUNCTION record_change(p_tenant uuid, p_table text, p_op text, p_old jsonb, p_new jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_number int8;
BEGIN
  IF p_old IS NOT DISTINCT FROM p_new THEN
    RETURN;
  END IF;
  UPDATE change_head SET last = last + 1 WHERE tenant_id = p_tenant RETURNING last INTO v_number;
  IF v_number IS NULL THEN
    RAISE EXCEPTION 'tenant % has no change head', p_tenant;
  END IF;
  INSERT INTO change_log (tenant_id, number, tx, table_name, op, old_row, new_row)
  VALUES (p_tenant, v_number, pg_current_xact_id()::text, p_table, p_op, p_old, p_new);
END
$$;
GRANT EXECUTE ON FUNCTION record_change(uuid, text, text, jsonb, jsonb) TO totem_api;

-- Makes a table followed. `p_columns` are the only ones that ever reach a reader. Snapshots and the capture share one
-- encoder, so a row has one text wherever it is read; its settings are fixed here, whatever the session's are.
CREATE FUNCTION follow_table(p_table regclass, p_columns text[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_pairs text;
BEGIN
  SELECT string_agg(format('%L, r.%I::text', name, name), ', ' ORDER BY place)
  INTO v_pairs FROM unnest(p_columns) WITH ORDINALITY AS c(name, place);
  EXECUTE format(
    'CREATE FUNCTION %I(r %s) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE '
    'SET timezone = ''UTC'' SET datestyle = ''ISO, YMD'' SET search_path = public, pg_temp '
    'AS $f$ SELECT jsonb_build_object(%s) $f$',
    'text_of_' || p_table, p_table, v_pairs);
  EXECUTE format(
    'CREATE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $f$ BEGIN '
    'CASE TG_OP '
    'WHEN ''INSERT'' THEN PERFORM record_change(NEW.tenant_id, TG_TABLE_NAME, ''insert'', NULL, %2$I(NEW)); '
    'WHEN ''UPDATE'' THEN PERFORM record_change(NEW.tenant_id, TG_TABLE_NAME, ''update'', %2$I(OLD), %2$I(NEW)); '
    'ELSE PERFORM record_change(OLD.tenant_id, TG_TABLE_NAME, ''delete'', %2$I(OLD), NULL); '
    'END CASE; RETURN NULL; END $f$',
    'capture_' || p_table, 'text_of_' || p_table);
  EXECUTE format(
    'CREATE CONSTRAINT TRIGGER capture AFTER INSERT OR UPDATE OR DELETE ON %s '
    'DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION %I()',
    p_table, 'capture_' || p_table);
  EXECUTE format('GRANT EXECUTE ON FUNCTION %I(%s) TO totem_api', 'text_of_' || p_table, p_table);
END
$$;

SELECT follow_table('site', ARRAY['tenant_id', 'id', 'created_at', 'name', 'slug', 'timezone', 'rollover_hour',
  'opening_hours', 'currency', 'default_locale', 'queue_rules', 'deleted_at']);
SELECT follow_table('service', ARRAY['tenant_id', 'id', 'created_at', 'site_id', 'name', 'description', 'prefix',
  'price_cents', 'duration_minutes', 'active', 'icon', 'sort_order', 'payment_policy', 'opening_hours', 'deleted_at']);
SELECT follow_table('priority_class', ARRAY['tenant_id', 'id', 'created_at', 'name', 'legal_basis', 'tier', 'weight',
  'icon', 'sort_order', 'active', 'deleted_at']);
SELECT follow_table('counter', ARRAY['tenant_id', 'id', 'created_at', 'site_id', 'name', 'number', 'service_ids',
  'active', 'deleted_at']);

-- The ledger: entries in the cloud's order of receipt, where each origin stands, and what people have to look at.

CREATE TABLE origin (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  -- Null for the cloud's own origins.
  equipment_id uuid,
  site_id uuid,
  reason text NOT NULL,
  opened_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, equipment_id) REFERENCES equipment (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id)
);

-- The end of each origin as far as the cloud has acknowledged it. Its lock makes pushes of one origin take turns.
CREATE TABLE ledger_cursor (
  tenant_id uuid NOT NULL,
  origin uuid NOT NULL,
  seq int8 NOT NULL,
  hash text NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, origin),
  FOREIGN KEY (tenant_id, origin) REFERENCES origin (tenant_id, id)
);

-- Partitioned by the cloud's time of receipt, so a wrong clock in a branch cannot send a row outside. There is no default
-- partition: with one, PostgreSQL refuses to detach a month concurrently.
CREATE TABLE audit_log (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  site_id uuid,
  origin uuid NOT NULL,
  seq int8 NOT NULL,
  tx uuid NOT NULL,
  command_id uuid,
  user_id uuid,
  action text NOT NULL,
  entity text NOT NULL,
  entity_id uuid NOT NULL,
  data jsonb NOT NULL,
  commitment text,
  occurred_at timestamptz NOT NULL,
  clock_suspect bool NOT NULL,
  prev_hash text NOT NULL,
  hash text NOT NULL,
  position int8 NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id, received_at)
) PARTITION BY RANGE (received_at);
CREATE INDEX audit_log_origin_idx ON audit_log (tenant_id, origin, seq);
CREATE INDEX audit_log_position_idx ON audit_log (tenant_id, position);
CREATE INDEX audit_log_entity_idx ON audit_log (tenant_id, entity, entity_id, position);

-- Personal data beside its entry. Removing a row here leaves the chain verifiable.
CREATE TABLE entry_private (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  entry_id uuid NOT NULL,
  entity text NOT NULL,
  entity_id uuid NOT NULL,
  salt text NOT NULL,
  data jsonb NOT NULL,
  PRIMARY KEY (tenant_id, entry_id)
);
CREATE INDEX entry_private_entity_idx ON entry_private (tenant_id, entity, entity_id);

-- Entries that wait for the creation of their row.
CREATE TABLE ledger_parked (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  position int8 NOT NULL,
  entry_id uuid NOT NULL,
  entity text NOT NULL,
  entity_id uuid NOT NULL,
  entry jsonb NOT NULL,
  parked_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, position)
);
CREATE INDEX ledger_parked_entity_idx ON ledger_parked (tenant_id, entity, entity_id);

-- What could not be parsed, verified or attributed, with its bytes. The digest keeps a sender that repeats itself from
-- filling the disk.
CREATE TABLE ledger_quarantine (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  reason text NOT NULL,
  equipment_id uuid,
  origin uuid,
  seq int8,
  hash text,
  digest text NOT NULL,
  bytes bytea NOT NULL,
  times int4 NOT NULL DEFAULT 1,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, digest, reason)
);
CREATE INDEX ledger_quarantine_origin_idx ON ledger_quarantine (tenant_id, origin, seq);

-- What people are asked to look at: facts that did not fit, and clocks that cannot be right.
CREATE TABLE conflict (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  kind text NOT NULL,
  site_id uuid,
  entity text NOT NULL,
  entity_id uuid NOT NULL,
  entry_id uuid NOT NULL,
  detail jsonb NOT NULL,
  found_at timestamptz NOT NULL,
  resolved_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX conflict_open_idx ON conflict (tenant_id, site_id, found_at) WHERE resolved_at IS NULL;

-- Commands by their own id: a repetition gets the answer and not the effect.
CREATE TABLE command (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  fingerprint text NOT NULL,
  user_id uuid NOT NULL,
  type text NOT NULL,
  status text NOT NULL CHECK (status IN ('running', 'done', 'refused')),
  answer jsonb,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

SELECT fence_tenant(name::regclass)
FROM unnest(ARRAY['origin', 'ledger_cursor', 'audit_log', 'entry_private', 'ledger_parked', 'ledger_quarantine',
  'conflict', 'command']) AS t(name);
GRANT SELECT, INSERT ON audit_log, origin TO totem_api;
GRANT SELECT, INSERT, UPDATE ON ledger_cursor, conflict, command, ledger_quarantine TO totem_api;
GRANT SELECT, INSERT, DELETE ON entry_private, ledger_parked TO totem_api;

-- Makes the monthly partitions from a day on. Nobody is granted a partition itself, and each is fenced all the same,
-- because a policy of the parent does not hold for a partition that is read directly.
CREATE FUNCTION ensure_audit_partitions(p_from date, p_months int) RETURNS int
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
      EXECUTE format('ALTER TABLE public.audit_log ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
        v_name, v_month::text || ' 00:00:00+00', (v_month + interval '1 month')::date::text || ' 00:00:00+00');
      v_made := v_made + 1;
    END IF;
    v_month := (v_month + interval '1 month')::date;
  END LOOP;
  RETURN v_made;
END
$$;
GRANT EXECUTE ON FUNCTION ensure_audit_partitions(date, int) TO totem_api;

-- locks against readers: change_head, config_notification, config_webhook
-- locks against writers: tenant
-- What other systems and people are told: events, written with what caused them, and a delivery for each of them to each
-- receiver that asked for it.

-- The events that somebody in the tenant has asked for. It lies on the row that every writing transaction locks anyway, so
-- that a tenant that tells nobody anything pays nothing.
ALTER TABLE change_head ADD COLUMN told_events jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(told_events) = 'array');

ALTER TABLE config_webhook
  -- The receiver has asked for a pause, or is overloaded.
  ADD COLUMN paused_until timestamptz,
  -- Until then what is sent is signed with the secret before the newest too.
  ADD COLUMN former_secret_until timestamptz;

CREATE TABLE event (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  -- The order of commits, because it is drawn under the tenant's lock.
  number int8 NOT NULL GENERATED ALWAYS AS IDENTITY,
  type text NOT NULL,
  site_id uuid,
  -- What it is about: events of one subject are told in their order.
  subject uuid NOT NULL,
  data jsonb NOT NULL,
  occurred_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX event_age_idx ON event (tenant_id, created_at);

-- `waiting`: is to be tried at `next_at`. `delivered`: the receiver has said so. `failed`: given up. `dropped`: nobody wants it
-- any more.
CREATE TABLE delivery (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  kind text NOT NULL CHECK (kind IN ('webhook', 'notification')),
  -- A row of `config_webhook` or `config_notification`.
  receiver_id uuid NOT NULL,
  event_id uuid NOT NULL,
  number int8 NOT NULL,
  subject uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed', 'dropped')),
  -- Ever made, and of the present schedule.
  attempts int4 NOT NULL DEFAULT 0,
  step int4 NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL,
  last_status int4,
  last_fault text,
  ended_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, event_id) REFERENCES event (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX delivery_due_idx ON delivery (tenant_id, next_at) WHERE state = 'waiting';
CREATE INDEX delivery_order_idx ON delivery (tenant_id, receiver_id, subject, number) WHERE state = 'waiting';
CREATE INDEX delivery_list_idx ON delivery (tenant_id, created_at, id);
CREATE INDEX delivery_receiver_idx ON delivery (tenant_id, receiver_id, created_at, id);
CREATE INDEX delivery_event_idx ON delivery (tenant_id, event_id);

CREATE TABLE delivery_attempt (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  delivery_id uuid NOT NULL,
  attempt int4 NOT NULL,
  at timestamptz NOT NULL,
  duration_ms int4 NOT NULL,
  status int4,
  fault text,
  PRIMARY KEY (tenant_id, delivery_id, attempt),
  FOREIGN KEY (tenant_id, delivery_id) REFERENCES delivery (tenant_id, id) ON DELETE CASCADE
);

SELECT fence_tenant(name::regclass) FROM unnest(ARRAY['event', 'delivery', 'delivery_attempt']) AS t(name);
GRANT SELECT, INSERT, DELETE ON event, delivery_attempt TO totem_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON delivery TO totem_api;

-- The lock is a statement of its own: what others have changed while it was waited for is seen by the next one only.
CREATE FUNCTION note_told_events() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM change_head WHERE tenant_id = NEW.tenant_id FOR UPDATE;
  UPDATE change_head SET told_events = (
    SELECT coalesce(jsonb_agg(DISTINCT e.name), '[]')
    FROM (
      SELECT jsonb_array_elements_text(w.events) AS name FROM config_webhook w
      WHERE w.tenant_id = NEW.tenant_id AND w.active AND w.disabled_at IS NULL AND w.deleted_at IS NULL
      UNION ALL
      SELECT jsonb_array_elements_text(n.events) FROM config_notification n
      WHERE n.tenant_id = NEW.tenant_id AND n.active AND n.deleted_at IS NULL
    ) AS e)
  WHERE tenant_id = NEW.tenant_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER note_told_events AFTER INSERT OR UPDATE OF events, active, disabled_at, deleted_at ON config_webhook
  FOR EACH ROW EXECUTE FUNCTION note_told_events();
CREATE TRIGGER note_told_events AFTER INSERT OR UPDATE OF events, active, deleted_at ON config_notification
  FOR EACH ROW EXECUTE FUNCTION note_told_events();

-- What is configured already, under the fence of each tenant in turn. What was told to nobody so far is not told now.
ALTER TABLE config_webhook NO FORCE ROW LEVEL SECURITY;
ALTER TABLE config_notification NO FORCE ROW LEVEL SECURITY;
ALTER TABLE change_head NO FORCE ROW LEVEL SECURITY;
UPDATE change_head h SET told_events = (
  SELECT coalesce(jsonb_agg(DISTINCT e.name), '[]')
  FROM (
    SELECT jsonb_array_elements_text(w.events) AS name FROM config_webhook w
    WHERE w.tenant_id = h.tenant_id AND w.active AND w.disabled_at IS NULL AND w.deleted_at IS NULL
    UNION ALL
    SELECT jsonb_array_elements_text(n.events) FROM config_notification n
    WHERE n.tenant_id = h.tenant_id AND n.active AND n.deleted_at IS NULL
  ) AS e);
ALTER TABLE config_webhook FORCE ROW LEVEL SECURITY;
ALTER TABLE config_notification FORCE ROW LEVEL SECURITY;
ALTER TABLE change_head FORCE ROW LEVEL SECURITY;

-- Tenants that have something to deliver: from one to the next over the index, whatever waits behind them.
CREATE FUNCTION lookup_due_deliveries(p_now timestamptz, p_tenants int4) RETURNS TABLE (tenant_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH RECURSIVE waiting AS (
    (SELECT d.tenant_id, d.next_at FROM public.delivery d WHERE d.state = 'waiting' ORDER BY d.tenant_id, d.next_at LIMIT 1)
    UNION ALL
    SELECT n.tenant_id, n.next_at FROM waiting w CROSS JOIN LATERAL (
      SELECT d.tenant_id, d.next_at FROM public.delivery d
      WHERE d.state = 'waiting' AND d.tenant_id > w.tenant_id ORDER BY d.tenant_id, d.next_at LIMIT 1) AS n
  )
  SELECT w.tenant_id FROM waiting w WHERE w.next_at <= p_now ORDER BY w.next_at LIMIT p_tenants
$$;

-- How much waits, of all tenants together, and how long the oldest has been due.
CREATE FUNCTION sample_deliveries() RETURNS TABLE (kind text, waiting int8, overdue float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT d.kind, count(*), coalesce(greatest(max(extract(epoch FROM now() - d.next_at)), 0), 0)::float8
  FROM public.delivery d WHERE d.state = 'waiting' GROUP BY d.kind
$$;

CREATE POLICY lookup_reads ON delivery FOR SELECT TO totem_lookup USING (current_user = 'totem_lookup');
GRANT SELECT (tenant_id, kind, state, next_at) ON delivery TO totem_lookup;

GRANT CREATE ON SCHEMA public TO totem_lookup;
ALTER FUNCTION lookup_due_deliveries(timestamptz, int4) OWNER TO totem_lookup;
ALTER FUNCTION sample_deliveries() OWNER TO totem_lookup;
REVOKE CREATE ON SCHEMA public FROM totem_lookup;
GRANT EXECUTE ON FUNCTION lookup_due_deliveries(timestamptz, int4) TO totem_api;
GRANT EXECUTE ON FUNCTION sample_deliveries() TO totem_tailer;

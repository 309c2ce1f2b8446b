-- locks against readers: tenant, alert
-- How long things are kept, whom a customer asked to be told by, and alerts about more than totems.

-- People are forgotten long before their tickets are; tickets go once their days are figures, and never within a year.
ALTER TABLE tenant
  ADD COLUMN people_kept_days int4 NOT NULL DEFAULT 30 CHECK (people_kept_days BETWEEN 1 AND 180),
  ADD COLUMN tickets_kept_days int4 NOT NULL DEFAULT 400 CHECK (tickets_kept_days BETWEEN 366 AND 3650);

-- Where a customer wants to hear that their turn is near: given on their phone, told once, then forgotten.
CREATE TABLE ticket_contact (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  ticket_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  channel text NOT NULL CHECK (channel IN ('email', 'sms', 'whatsapp')),
  address text NOT NULL,
  locale text NOT NULL,
  PRIMARY KEY (tenant_id, ticket_id)
);

-- Days whose tickets are gone, with what went.
CREATE TABLE tickets_retired (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  business_day date NOT NULL,
  tickets int4 NOT NULL,
  receipts int4 NOT NULL,
  retired_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, business_day)
);

SELECT fence_tenant(name::regclass) FROM unnest(ARRAY['ticket_contact', 'tickets_retired']) AS t(name);
SELECT make_append_only('tickets_retired');
GRANT SELECT, INSERT, UPDATE, DELETE ON ticket_contact TO totem_api;
GRANT SELECT, INSERT ON tickets_retired TO totem_api;

-- No role that serves may delete a ticket. This may, for the tenant of the transaction, and only what has been kept for as long
-- as the tenant wants. Nobody follows days that old: the capture of changes stands aside.
CREATE FUNCTION retire_tickets(p_day date) RETURNS TABLE (tickets int4, receipts int4)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  v_tenant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
  v_kept int4 := (SELECT t.tickets_kept_days FROM tenant t WHERE t.id = v_tenant);
  v_ids uuid[];
  v_captured text := coalesce(current_setting('app.captured', true), '');
BEGIN
  IF v_kept IS NULL OR p_day + v_kept >= (now() AT TIME ZONE 'UTC')::date THEN
    RAISE EXCEPTION 'tickets of % are kept', p_day;
  END IF;
  v_ids := ARRAY(SELECT t.id FROM ticket t WHERE t.tenant_id = v_tenant AND t.business_day = p_day);
  PERFORM set_config('app.captured', 'on', true);
  DELETE FROM receipt r WHERE r.tenant_id = v_tenant AND r.ticket_id = ANY (v_ids);
  GET DIAGNOSTICS receipts = ROW_COUNT;
  DELETE FROM call c WHERE c.tenant_id = v_tenant AND c.ticket_id = ANY (v_ids);
  DELETE FROM ticket_contact c WHERE c.tenant_id = v_tenant AND c.ticket_id = ANY (v_ids);
  DELETE FROM entry_private p WHERE p.tenant_id = v_tenant AND p.entity = 'ticket' AND p.entity_id = ANY (v_ids);
  DELETE FROM appointment_person p USING appointment a
  WHERE p.tenant_id = v_tenant AND a.tenant_id = v_tenant AND a.id = p.appointment_id AND a.slot < p_day;
  DELETE FROM appointment a WHERE a.tenant_id = v_tenant AND a.slot < p_day;
  DELETE FROM ticket t WHERE t.tenant_id = v_tenant AND t.id = ANY (v_ids);
  GET DIAGNOSTICS tickets = ROW_COUNT;
  PERFORM set_config('app.captured', v_captured, true);
  RETURN NEXT;
END
$$;
GRANT EXECUTE ON FUNCTION retire_tickets(date) TO totem_api;

-- What is wrong is no longer only a totem's own part.
ALTER TABLE alert DROP CONSTRAINT alert_kind_check;
ALTER TABLE alert ADD CONSTRAINT alert_kind_known
  CHECK (kind IN ('device', 'printer', 'ledger', 'clock', 'chain', 'terminal', 'backup')) NOT VALID;

-- Tenants in which somebody wants to hear of their turn.
CREATE FUNCTION lookup_contacts() RETURNS TABLE (tenant_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT c.tenant_id FROM public.ticket_contact c
$$;
CREATE POLICY lookup_reads ON ticket_contact FOR SELECT TO totem_lookup USING (current_user = 'totem_lookup');
GRANT SELECT (tenant_id) ON ticket_contact TO totem_lookup;

GRANT CREATE ON SCHEMA public TO totem_lookup;
ALTER FUNCTION lookup_contacts() OWNER TO totem_lookup;
REVOKE CREATE ON SCHEMA public FROM totem_lookup;
GRANT EXECUTE ON FUNCTION lookup_contacts() TO totem_api;

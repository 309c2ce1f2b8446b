-- locks against readers: appointment, site
-- Totems check people in for their appointments without a link: what is booked is followed, and a copy is of some days. The
-- business day of a booking is kept by the database, so that every writer of a slot gets it right.

-- The domain's `businessDay`: by wall clock in the site's zone, and before the rollover hour it is still the day before.
CREATE FUNCTION business_day_of(p_at timestamptz, p_timezone text, p_rollover_hour int4) RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
  SELECT (p_at AT TIME ZONE p_timezone)::date
    - CASE WHEN extract(hour FROM p_at AT TIME ZONE p_timezone) < p_rollover_hour THEN 1 ELSE 0 END
$$;
GRANT EXECUTE ON FUNCTION business_day_of(timestamptz, text, int4) TO totem_api;

-- The default is never seen: a trigger gives each booking its day.
ALTER TABLE appointment ADD COLUMN business_day date NOT NULL DEFAULT '2000-01-01';

-- The owner is fenced like everyone, and there is no tenant here: for this one statement the fences let their owner through.
ALTER TABLE appointment NO FORCE ROW LEVEL SECURITY;
ALTER TABLE site NO FORCE ROW LEVEL SECURITY;
UPDATE appointment a SET business_day = business_day_of(a.slot, s.timezone, s.rollover_hour)
FROM site s WHERE s.tenant_id = a.tenant_id AND s.id = a.site_id;
ALTER TABLE appointment FORCE ROW LEVEL SECURITY;
ALTER TABLE site FORCE ROW LEVEL SECURITY;

CREATE FUNCTION business_day_of_appointment() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.business_day := (SELECT business_day_of(NEW.slot, timezone, rollover_hour) FROM site
    WHERE tenant_id = NEW.tenant_id AND id = NEW.site_id);
  RETURN NEW;
END
$$;
CREATE TRIGGER business_day_of_appointment BEFORE INSERT OR UPDATE OF slot, site_id ON appointment
FOR EACH ROW EXECUTE FUNCTION business_day_of_appointment();

-- Who comes is beside the row, and is followed by nobody.
SELECT follow_table('appointment', ARRAY['tenant_id', 'id', 'created_at', 'site_id', 'service_id', 'business_day', 'slot',
  'code', 'state', 'ticket_id']);

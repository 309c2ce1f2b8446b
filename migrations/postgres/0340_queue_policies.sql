-- locks against readers: tenant, site, service, ticket
-- In which order people are called. A policy is a tenant's, a site's (in its rules) or a service's. Totems follow their site
-- and work without a link, so each site carries its tenant's policy, kept the same by the database. And the booked time of
-- somebody who has checked in for an appointment, by which their ticket may rank.

ALTER TABLE tenant ADD COLUMN queue_policy jsonb CHECK (jsonb_typeof(queue_policy) = 'object');
ALTER TABLE site ADD COLUMN tenant_queue_policy jsonb CHECK (jsonb_typeof(tenant_queue_policy) = 'object');
ALTER TABLE service ADD COLUMN queue_policy jsonb CHECK (jsonb_typeof(queue_policy) = 'object');
ALTER TABLE ticket ADD COLUMN appointment_at timestamptz;

CREATE FUNCTION queue_policy_of_tenant() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.tenant_queue_policy := (SELECT queue_policy FROM tenant WHERE id = NEW.tenant_id);
  RETURN NEW;
END
$$;
CREATE TRIGGER queue_policy_of_tenant BEFORE INSERT ON site FOR EACH ROW EXECUTE FUNCTION queue_policy_of_tenant();

CREATE FUNCTION queue_policy_to_sites() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE site SET tenant_queue_policy = NEW.queue_policy WHERE tenant_id = NEW.id;
  RETURN NULL;
END
$$;
CREATE TRIGGER queue_policy_to_sites AFTER UPDATE OF queue_policy ON tenant FOR EACH ROW
WHEN (OLD.queue_policy IS DISTINCT FROM NEW.queue_policy) EXECUTE FUNCTION queue_policy_to_sites();

SELECT encode_columns('site', ARRAY['tenant_id', 'id', 'created_at', 'name', 'slug', 'address', 'timezone',
  'rollover_hour', 'opening_hours', 'currency', 'default_locale', 'queue_rules', 'kiosk', 'theme', 'tenant_queue_policy',
  'hub_equipment_id', 'hub_term', 'deleted_at']);
SELECT encode_columns('service', ARRAY['tenant_id', 'id', 'created_at', 'site_ids', 'name', 'description', 'prefix',
  'price_cents', 'duration_minutes', 'active', 'icon', 'sort_order', 'payment_policy', 'opening_hours', 'daily_quota',
  'queue_policy', 'deleted_at']);
SELECT encode_columns('ticket', ARRAY['tenant_id', 'id', 'created_at', 'site_id', 'service_id', 'code', 'business_day',
  'lane', 'number', 'priority_class_id', 'priority', 'appointment_at', 'party_size', 'state', 'reason', 'held_reason',
  'channel', 'operator_id', 'counter_id', 'addressed_operator_id', 'addressed_counter_id', 'issued_at', 'waiting_since',
  'stage_since', 'called_at', 'calls', 'started_at', 'ended_at', 'updated_at', 'price_cents', 'conflict', 'folded']);

-- locks against readers: site, tenant
-- What a kiosk is told beyond the catalogue: how its site presents the services, and the tenant's colours. Kiosks follow
-- their site and work without a link, so each site carries the colours of its tenant, kept the same by the database.

ALTER TABLE site
  ADD COLUMN kiosk jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(kiosk) = 'object'),
  ADD COLUMN theme jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(theme) = 'object');

-- The owner is fenced like everyone, and there is no tenant here: for this one statement the fences let their owner through.
ALTER TABLE site NO FORCE ROW LEVEL SECURITY;
ALTER TABLE tenant NO FORCE ROW LEVEL SECURITY;
UPDATE site SET theme = tenant.theme FROM tenant WHERE tenant.id = site.tenant_id AND tenant.theme <> '{}';
-- Captured here, where no reader is given the new columns yet: nothing has changed to any of them.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE site FORCE ROW LEVEL SECURITY;
ALTER TABLE tenant FORCE ROW LEVEL SECURITY;

CREATE FUNCTION theme_of_tenant() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.theme := coalesce((SELECT theme FROM tenant WHERE id = NEW.tenant_id), '{}');
  RETURN NEW;
END
$$;
CREATE TRIGGER theme_of_tenant BEFORE INSERT ON site FOR EACH ROW EXECUTE FUNCTION theme_of_tenant();

CREATE FUNCTION theme_to_sites() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE site SET theme = NEW.theme WHERE tenant_id = NEW.id;
  RETURN NULL;
END
$$;
CREATE TRIGGER theme_to_sites AFTER UPDATE OF theme ON tenant FOR EACH ROW
WHEN (OLD.theme IS DISTINCT FROM NEW.theme) EXECUTE FUNCTION theme_to_sites();

SELECT encode_columns('site', ARRAY['tenant_id', 'id', 'created_at', 'name', 'slug', 'address', 'timezone',
  'rollover_hour', 'opening_hours', 'currency', 'default_locale', 'queue_rules', 'kiosk', 'theme', 'hub_equipment_id',
  'hub_term', 'deleted_at']);

-- What the kiosk is told of its site beyond the catalogue: how it presents the services, and the tenant's colours.
-- The triggers are made anew with the new columns.

DROP TRIGGER site_inserted;
DROP TRIGGER site_updated;
DROP TRIGGER site_deleted;

ALTER TABLE site ADD COLUMN kiosk TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(kiosk));
ALTER TABLE site ADD COLUMN theme TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(theme));

CREATE TRIGGER site_inserted AFTER INSERT ON site BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'site', 'insert', NULL, json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'name', NEW.name, 'slug', NEW.slug,
    'address', NEW.address, 'timezone', NEW.timezone, 'rollover_hour', CAST(NEW.rollover_hour AS TEXT),
    'opening_hours', NEW.opening_hours, 'currency', NEW.currency, 'default_locale', NEW.default_locale,
    'queue_rules', NEW.queue_rules, 'kiosk', NEW.kiosk, 'theme', NEW.theme,
    'hub_equipment_id', NEW.hub_equipment_id, 'hub_term', CAST(NEW.hub_term AS TEXT),
    'deleted_at', NEW.deleted_at) FROM change_state;
END;
CREATE TRIGGER site_updated AFTER UPDATE ON site
WHEN (OLD.tenant_id, OLD.id, OLD.created_at, OLD.name, OLD.slug, OLD.address, OLD.timezone, OLD.rollover_hour,
  OLD.opening_hours, OLD.currency, OLD.default_locale, OLD.queue_rules, OLD.kiosk, OLD.theme,
  OLD.hub_equipment_id, OLD.hub_term, OLD.deleted_at)
  IS NOT (NEW.tenant_id, NEW.id, NEW.created_at, NEW.name, NEW.slug, NEW.address, NEW.timezone, NEW.rollover_hour,
  NEW.opening_hours, NEW.currency, NEW.default_locale, NEW.queue_rules, NEW.kiosk, NEW.theme,
  NEW.hub_equipment_id, NEW.hub_term, NEW.deleted_at)
BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'site', 'update', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'name', OLD.name, 'slug', OLD.slug,
    'address', OLD.address, 'timezone', OLD.timezone, 'rollover_hour', CAST(OLD.rollover_hour AS TEXT),
    'opening_hours', OLD.opening_hours, 'currency', OLD.currency, 'default_locale', OLD.default_locale,
    'queue_rules', OLD.queue_rules, 'kiosk', OLD.kiosk, 'theme', OLD.theme,
    'hub_equipment_id', OLD.hub_equipment_id, 'hub_term', CAST(OLD.hub_term AS TEXT),
    'deleted_at', OLD.deleted_at), json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'name', NEW.name, 'slug', NEW.slug,
    'address', NEW.address, 'timezone', NEW.timezone, 'rollover_hour', CAST(NEW.rollover_hour AS TEXT),
    'opening_hours', NEW.opening_hours, 'currency', NEW.currency, 'default_locale', NEW.default_locale,
    'queue_rules', NEW.queue_rules, 'kiosk', NEW.kiosk, 'theme', NEW.theme,
    'hub_equipment_id', NEW.hub_equipment_id, 'hub_term', CAST(NEW.hub_term AS TEXT),
    'deleted_at', NEW.deleted_at) FROM change_state;
END;
CREATE TRIGGER site_deleted AFTER DELETE ON site BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT OLD.tenant_id, tx, 'site', 'delete', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'name', OLD.name, 'slug', OLD.slug,
    'address', OLD.address, 'timezone', OLD.timezone, 'rollover_hour', CAST(OLD.rollover_hour AS TEXT),
    'opening_hours', OLD.opening_hours, 'currency', OLD.currency, 'default_locale', OLD.default_locale,
    'queue_rules', OLD.queue_rules, 'kiosk', OLD.kiosk, 'theme', OLD.theme,
    'hub_equipment_id', OLD.hub_equipment_id, 'hub_term', CAST(OLD.hub_term AS TEXT),
    'deleted_at', OLD.deleted_at), NULL FROM change_state;
END;

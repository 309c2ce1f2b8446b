-- Configuration as it is now complete: where services are offered and how many a day, who a counter is for, and a site's hub.
-- The triggers of the three tables are made anew with the new columns.

DROP TRIGGER site_inserted;
DROP TRIGGER site_updated;
DROP TRIGGER site_deleted;
DROP TRIGGER service_inserted;
DROP TRIGGER service_updated;
DROP TRIGGER service_deleted;
DROP TRIGGER counter_inserted;
DROP TRIGGER counter_updated;
DROP TRIGGER counter_deleted;

ALTER TABLE site ADD COLUMN address TEXT;
ALTER TABLE site ADD COLUMN hub_equipment_id TEXT;
ALTER TABLE site ADD COLUMN hub_term INTEGER NOT NULL DEFAULT 0;
ALTER TABLE service ADD COLUMN site_ids TEXT CHECK (json_valid(site_ids));
UPDATE service SET site_ids = json_array(site_id) WHERE site_id IS NOT NULL;
ALTER TABLE service DROP COLUMN site_id;
ALTER TABLE service ADD COLUMN daily_quota INTEGER;
ALTER TABLE counter ADD COLUMN priority_from INTEGER;

CREATE TRIGGER site_inserted AFTER INSERT ON site BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'site', 'insert', NULL, json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'name', NEW.name, 'slug', NEW.slug,
    'address', NEW.address, 'timezone', NEW.timezone, 'rollover_hour', CAST(NEW.rollover_hour AS TEXT),
    'opening_hours', NEW.opening_hours, 'currency', NEW.currency, 'default_locale', NEW.default_locale,
    'queue_rules', NEW.queue_rules, 'hub_equipment_id', NEW.hub_equipment_id, 'hub_term', CAST(NEW.hub_term AS TEXT),
    'deleted_at', NEW.deleted_at) FROM change_state;
END;
CREATE TRIGGER site_updated AFTER UPDATE ON site
WHEN (OLD.tenant_id, OLD.id, OLD.created_at, OLD.name, OLD.slug, OLD.address, OLD.timezone, OLD.rollover_hour,
  OLD.opening_hours, OLD.currency, OLD.default_locale, OLD.queue_rules, OLD.hub_equipment_id, OLD.hub_term,
  OLD.deleted_at)
  IS NOT (NEW.tenant_id, NEW.id, NEW.created_at, NEW.name, NEW.slug, NEW.address, NEW.timezone, NEW.rollover_hour,
  NEW.opening_hours, NEW.currency, NEW.default_locale, NEW.queue_rules, NEW.hub_equipment_id, NEW.hub_term,
  NEW.deleted_at)
BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'site', 'update', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'name', OLD.name, 'slug', OLD.slug,
    'address', OLD.address, 'timezone', OLD.timezone, 'rollover_hour', CAST(OLD.rollover_hour AS TEXT),
    'opening_hours', OLD.opening_hours, 'currency', OLD.currency, 'default_locale', OLD.default_locale,
    'queue_rules', OLD.queue_rules, 'hub_equipment_id', OLD.hub_equipment_id, 'hub_term', CAST(OLD.hub_term AS TEXT),
    'deleted_at', OLD.deleted_at), json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'name', NEW.name, 'slug', NEW.slug,
    'address', NEW.address, 'timezone', NEW.timezone, 'rollover_hour', CAST(NEW.rollover_hour AS TEXT),
    'opening_hours', NEW.opening_hours, 'currency', NEW.currency, 'default_locale', NEW.default_locale,
    'queue_rules', NEW.queue_rules, 'hub_equipment_id', NEW.hub_equipment_id, 'hub_term', CAST(NEW.hub_term AS TEXT),
    'deleted_at', NEW.deleted_at) FROM change_state;
END;
CREATE TRIGGER site_deleted AFTER DELETE ON site BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT OLD.tenant_id, tx, 'site', 'delete', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'name', OLD.name, 'slug', OLD.slug,
    'address', OLD.address, 'timezone', OLD.timezone, 'rollover_hour', CAST(OLD.rollover_hour AS TEXT),
    'opening_hours', OLD.opening_hours, 'currency', OLD.currency, 'default_locale', OLD.default_locale,
    'queue_rules', OLD.queue_rules, 'hub_equipment_id', OLD.hub_equipment_id, 'hub_term', CAST(OLD.hub_term AS TEXT),
    'deleted_at', OLD.deleted_at), NULL FROM change_state;
END;

CREATE TRIGGER service_inserted AFTER INSERT ON service BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'service', 'insert', NULL, json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_ids', NEW.site_ids,
    'name', NEW.name, 'description', NEW.description, 'prefix', NEW.prefix,
    'price_cents', CAST(NEW.price_cents AS TEXT), 'duration_minutes', CAST(NEW.duration_minutes AS TEXT),
    'active', CASE NEW.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'icon', NEW.icon,
    'sort_order', CAST(NEW.sort_order AS TEXT), 'payment_policy', NEW.payment_policy,
    'opening_hours', NEW.opening_hours, 'daily_quota', CAST(NEW.daily_quota AS TEXT), 'deleted_at', NEW.deleted_at) FROM change_state;
END;
CREATE TRIGGER service_updated AFTER UPDATE ON service
WHEN (OLD.tenant_id, OLD.id, OLD.created_at, OLD.site_ids, OLD.name, OLD.description, OLD.prefix, OLD.price_cents,
  OLD.duration_minutes, OLD.active, OLD.icon, OLD.sort_order, OLD.payment_policy, OLD.opening_hours, OLD.daily_quota,
  OLD.deleted_at)
  IS NOT (NEW.tenant_id, NEW.id, NEW.created_at, NEW.site_ids, NEW.name, NEW.description, NEW.prefix, NEW.price_cents,
  NEW.duration_minutes, NEW.active, NEW.icon, NEW.sort_order, NEW.payment_policy, NEW.opening_hours, NEW.daily_quota,
  NEW.deleted_at)
BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'service', 'update', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_ids', OLD.site_ids,
    'name', OLD.name, 'description', OLD.description, 'prefix', OLD.prefix,
    'price_cents', CAST(OLD.price_cents AS TEXT), 'duration_minutes', CAST(OLD.duration_minutes AS TEXT),
    'active', CASE OLD.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'icon', OLD.icon,
    'sort_order', CAST(OLD.sort_order AS TEXT), 'payment_policy', OLD.payment_policy,
    'opening_hours', OLD.opening_hours, 'daily_quota', CAST(OLD.daily_quota AS TEXT), 'deleted_at', OLD.deleted_at), json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_ids', NEW.site_ids,
    'name', NEW.name, 'description', NEW.description, 'prefix', NEW.prefix,
    'price_cents', CAST(NEW.price_cents AS TEXT), 'duration_minutes', CAST(NEW.duration_minutes AS TEXT),
    'active', CASE NEW.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'icon', NEW.icon,
    'sort_order', CAST(NEW.sort_order AS TEXT), 'payment_policy', NEW.payment_policy,
    'opening_hours', NEW.opening_hours, 'daily_quota', CAST(NEW.daily_quota AS TEXT), 'deleted_at', NEW.deleted_at) FROM change_state;
END;
CREATE TRIGGER service_deleted AFTER DELETE ON service BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT OLD.tenant_id, tx, 'service', 'delete', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_ids', OLD.site_ids,
    'name', OLD.name, 'description', OLD.description, 'prefix', OLD.prefix,
    'price_cents', CAST(OLD.price_cents AS TEXT), 'duration_minutes', CAST(OLD.duration_minutes AS TEXT),
    'active', CASE OLD.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'icon', OLD.icon,
    'sort_order', CAST(OLD.sort_order AS TEXT), 'payment_policy', OLD.payment_policy,
    'opening_hours', OLD.opening_hours, 'daily_quota', CAST(OLD.daily_quota AS TEXT), 'deleted_at', OLD.deleted_at), NULL FROM change_state;
END;

CREATE TRIGGER counter_inserted AFTER INSERT ON counter BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'counter', 'insert', NULL, json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_id', NEW.site_id, 'name', NEW.name,
    'number', CAST(NEW.number AS TEXT), 'service_ids', NEW.service_ids,
    'priority_from', CAST(NEW.priority_from AS TEXT),
    'active', CASE NEW.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'deleted_at', NEW.deleted_at) FROM change_state;
END;
CREATE TRIGGER counter_updated AFTER UPDATE ON counter
WHEN (OLD.tenant_id, OLD.id, OLD.created_at, OLD.site_id, OLD.name, OLD.number, OLD.service_ids, OLD.priority_from,
  OLD.active, OLD.deleted_at)
  IS NOT (NEW.tenant_id, NEW.id, NEW.created_at, NEW.site_id, NEW.name, NEW.number, NEW.service_ids, NEW.priority_from,
  NEW.active, NEW.deleted_at)
BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'counter', 'update', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_id', OLD.site_id, 'name', OLD.name,
    'number', CAST(OLD.number AS TEXT), 'service_ids', OLD.service_ids,
    'priority_from', CAST(OLD.priority_from AS TEXT),
    'active', CASE OLD.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'deleted_at', OLD.deleted_at), json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_id', NEW.site_id, 'name', NEW.name,
    'number', CAST(NEW.number AS TEXT), 'service_ids', NEW.service_ids,
    'priority_from', CAST(NEW.priority_from AS TEXT),
    'active', CASE NEW.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'deleted_at', NEW.deleted_at) FROM change_state;
END;
CREATE TRIGGER counter_deleted AFTER DELETE ON counter BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT OLD.tenant_id, tx, 'counter', 'delete', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_id', OLD.site_id, 'name', OLD.name,
    'number', CAST(OLD.number AS TEXT), 'service_ids', OLD.service_ids,
    'priority_from', CAST(OLD.priority_from AS TEXT),
    'active', CASE OLD.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'deleted_at', OLD.deleted_at), NULL FROM change_state;
END;

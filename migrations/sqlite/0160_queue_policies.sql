-- In which order people are called: policies of tenant, site and service, and the booked time of who has checked in for an
-- appointment. The triggers are made anew with the new columns.

DROP TRIGGER site_inserted;
DROP TRIGGER site_updated;
DROP TRIGGER site_deleted;
DROP TRIGGER service_inserted;
DROP TRIGGER service_updated;
DROP TRIGGER service_deleted;
DROP TRIGGER ticket_inserted;
DROP TRIGGER ticket_updated;
DROP TRIGGER ticket_deleted;

ALTER TABLE site ADD COLUMN tenant_queue_policy TEXT CHECK (json_valid(tenant_queue_policy));
ALTER TABLE service ADD COLUMN queue_policy TEXT CHECK (json_valid(queue_policy));
ALTER TABLE ticket ADD COLUMN appointment_at TEXT;

CREATE TRIGGER site_inserted AFTER INSERT ON site BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'site', 'insert', NULL, json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'name', NEW.name, 'slug', NEW.slug,
    'address', NEW.address, 'timezone', NEW.timezone, 'rollover_hour', CAST(NEW.rollover_hour AS TEXT),
    'opening_hours', NEW.opening_hours, 'currency', NEW.currency, 'default_locale', NEW.default_locale,
    'queue_rules', NEW.queue_rules, 'kiosk', NEW.kiosk, 'theme', NEW.theme, 'tenant_queue_policy', NEW.tenant_queue_policy,
    'hub_equipment_id', NEW.hub_equipment_id, 'hub_term', CAST(NEW.hub_term AS TEXT),
    'deleted_at', NEW.deleted_at) FROM change_state;
END;
CREATE TRIGGER site_updated AFTER UPDATE ON site
WHEN (OLD.tenant_id, OLD.id, OLD.created_at, OLD.name, OLD.slug, OLD.address, OLD.timezone, OLD.rollover_hour,
  OLD.opening_hours, OLD.currency, OLD.default_locale, OLD.queue_rules, OLD.kiosk, OLD.theme, OLD.tenant_queue_policy,
  OLD.hub_equipment_id, OLD.hub_term, OLD.deleted_at)
  IS NOT (NEW.tenant_id, NEW.id, NEW.created_at, NEW.name, NEW.slug, NEW.address, NEW.timezone, NEW.rollover_hour,
  NEW.opening_hours, NEW.currency, NEW.default_locale, NEW.queue_rules, NEW.kiosk, NEW.theme, NEW.tenant_queue_policy,
  NEW.hub_equipment_id, NEW.hub_term, NEW.deleted_at)
BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'site', 'update', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'name', OLD.name, 'slug', OLD.slug,
    'address', OLD.address, 'timezone', OLD.timezone, 'rollover_hour', CAST(OLD.rollover_hour AS TEXT),
    'opening_hours', OLD.opening_hours, 'currency', OLD.currency, 'default_locale', OLD.default_locale,
    'queue_rules', OLD.queue_rules, 'kiosk', OLD.kiosk, 'theme', OLD.theme, 'tenant_queue_policy', OLD.tenant_queue_policy,
    'hub_equipment_id', OLD.hub_equipment_id, 'hub_term', CAST(OLD.hub_term AS TEXT),
    'deleted_at', OLD.deleted_at), json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'name', NEW.name, 'slug', NEW.slug,
    'address', NEW.address, 'timezone', NEW.timezone, 'rollover_hour', CAST(NEW.rollover_hour AS TEXT),
    'opening_hours', NEW.opening_hours, 'currency', NEW.currency, 'default_locale', NEW.default_locale,
    'queue_rules', NEW.queue_rules, 'kiosk', NEW.kiosk, 'theme', NEW.theme, 'tenant_queue_policy', NEW.tenant_queue_policy,
    'hub_equipment_id', NEW.hub_equipment_id, 'hub_term', CAST(NEW.hub_term AS TEXT),
    'deleted_at', NEW.deleted_at) FROM change_state;
END;
CREATE TRIGGER site_deleted AFTER DELETE ON site BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT OLD.tenant_id, tx, 'site', 'delete', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'name', OLD.name, 'slug', OLD.slug,
    'address', OLD.address, 'timezone', OLD.timezone, 'rollover_hour', CAST(OLD.rollover_hour AS TEXT),
    'opening_hours', OLD.opening_hours, 'currency', OLD.currency, 'default_locale', OLD.default_locale,
    'queue_rules', OLD.queue_rules, 'kiosk', OLD.kiosk, 'theme', OLD.theme, 'tenant_queue_policy', OLD.tenant_queue_policy,
    'hub_equipment_id', OLD.hub_equipment_id, 'hub_term', CAST(OLD.hub_term AS TEXT),
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
    'opening_hours', NEW.opening_hours, 'daily_quota', CAST(NEW.daily_quota AS TEXT), 'queue_policy', NEW.queue_policy,
    'deleted_at', NEW.deleted_at) FROM change_state;
END;
CREATE TRIGGER service_updated AFTER UPDATE ON service
WHEN (OLD.tenant_id, OLD.id, OLD.created_at, OLD.site_ids, OLD.name, OLD.description, OLD.prefix, OLD.price_cents,
  OLD.duration_minutes, OLD.active, OLD.icon, OLD.sort_order, OLD.payment_policy, OLD.opening_hours, OLD.daily_quota,
    OLD.queue_policy,
  OLD.deleted_at)
  IS NOT (NEW.tenant_id, NEW.id, NEW.created_at, NEW.site_ids, NEW.name, NEW.description, NEW.prefix, NEW.price_cents,
  NEW.duration_minutes, NEW.active, NEW.icon, NEW.sort_order, NEW.payment_policy, NEW.opening_hours, NEW.daily_quota,
    NEW.queue_policy,
  NEW.deleted_at)
BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'service', 'update', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_ids', OLD.site_ids,
    'name', OLD.name, 'description', OLD.description, 'prefix', OLD.prefix,
    'price_cents', CAST(OLD.price_cents AS TEXT), 'duration_minutes', CAST(OLD.duration_minutes AS TEXT),
    'active', CASE OLD.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'icon', OLD.icon,
    'sort_order', CAST(OLD.sort_order AS TEXT), 'payment_policy', OLD.payment_policy,
    'opening_hours', OLD.opening_hours, 'daily_quota', CAST(OLD.daily_quota AS TEXT), 'queue_policy', OLD.queue_policy,
    'deleted_at', OLD.deleted_at), json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_ids', NEW.site_ids,
    'name', NEW.name, 'description', NEW.description, 'prefix', NEW.prefix,
    'price_cents', CAST(NEW.price_cents AS TEXT), 'duration_minutes', CAST(NEW.duration_minutes AS TEXT),
    'active', CASE NEW.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'icon', NEW.icon,
    'sort_order', CAST(NEW.sort_order AS TEXT), 'payment_policy', NEW.payment_policy,
    'opening_hours', NEW.opening_hours, 'daily_quota', CAST(NEW.daily_quota AS TEXT), 'queue_policy', NEW.queue_policy,
    'deleted_at', NEW.deleted_at) FROM change_state;
END;
CREATE TRIGGER service_deleted AFTER DELETE ON service BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT OLD.tenant_id, tx, 'service', 'delete', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_ids', OLD.site_ids,
    'name', OLD.name, 'description', OLD.description, 'prefix', OLD.prefix,
    'price_cents', CAST(OLD.price_cents AS TEXT), 'duration_minutes', CAST(OLD.duration_minutes AS TEXT),
    'active', CASE OLD.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'icon', OLD.icon,
    'sort_order', CAST(OLD.sort_order AS TEXT), 'payment_policy', OLD.payment_policy,
    'opening_hours', OLD.opening_hours, 'daily_quota', CAST(OLD.daily_quota AS TEXT), 'queue_policy', OLD.queue_policy,
    'deleted_at', OLD.deleted_at), NULL FROM change_state;
END;

CREATE TRIGGER ticket_inserted AFTER INSERT ON ticket BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'ticket', 'insert', NULL, json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_id', NEW.site_id,
    'service_id', NEW.service_id, 'code', NEW.code, 'business_day', NEW.business_day, 'lane', NEW.lane,
    'number', CAST(NEW.number AS TEXT), 'priority_class_id', NEW.priority_class_id,
    'priority', CAST(NEW.priority AS TEXT), 'appointment_at', NEW.appointment_at,
    'party_size', CAST(NEW.party_size AS TEXT), 'state', NEW.state,
    'reason', NEW.reason, 'held_reason', NEW.held_reason, 'channel', NEW.channel,
    'operator_id', NEW.operator_id, 'counter_id', NEW.counter_id,
    'addressed_operator_id', NEW.addressed_operator_id, 'addressed_counter_id', NEW.addressed_counter_id,
    'issued_at', NEW.issued_at, 'waiting_since', NEW.waiting_since, 'stage_since', NEW.stage_since, 'called_at', NEW.called_at,
    'calls', CAST(NEW.calls AS TEXT), 'started_at', NEW.started_at, 'ended_at', NEW.ended_at,
    'updated_at', NEW.updated_at, 'price_cents', CAST(NEW.price_cents AS TEXT), 'conflict', NEW.conflict,
    'folded', NEW.folded) FROM change_state;
END;
CREATE TRIGGER ticket_updated AFTER UPDATE ON ticket
WHEN (OLD.tenant_id, OLD.id, OLD.created_at, OLD.site_id, OLD.service_id, OLD.code, OLD.business_day, OLD.lane,
  OLD.number, OLD.priority_class_id, OLD.priority, OLD.appointment_at, OLD.party_size, OLD.state, OLD.reason, OLD.held_reason,
  OLD.channel, OLD.operator_id, OLD.counter_id, OLD.addressed_operator_id,
  OLD.addressed_counter_id, OLD.issued_at, OLD.waiting_since, OLD.stage_since,
  OLD.called_at, OLD.calls, OLD.started_at, OLD.ended_at, OLD.updated_at, OLD.price_cents, OLD.conflict,
  OLD.folded)
  IS NOT (NEW.tenant_id, NEW.id, NEW.created_at, NEW.site_id, NEW.service_id, NEW.code, NEW.business_day, NEW.lane,
  NEW.number, NEW.priority_class_id, NEW.priority, NEW.appointment_at, NEW.party_size, NEW.state, NEW.reason, NEW.held_reason,
  NEW.channel, NEW.operator_id, NEW.counter_id, NEW.addressed_operator_id,
  NEW.addressed_counter_id, NEW.issued_at, NEW.waiting_since, NEW.stage_since,
  NEW.called_at, NEW.calls, NEW.started_at, NEW.ended_at, NEW.updated_at, NEW.price_cents, NEW.conflict,
  NEW.folded)
BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'ticket', 'update', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_id', OLD.site_id,
    'service_id', OLD.service_id, 'code', OLD.code, 'business_day', OLD.business_day, 'lane', OLD.lane,
    'number', CAST(OLD.number AS TEXT), 'priority_class_id', OLD.priority_class_id,
    'priority', CAST(OLD.priority AS TEXT), 'appointment_at', OLD.appointment_at,
    'party_size', CAST(OLD.party_size AS TEXT), 'state', OLD.state,
    'reason', OLD.reason, 'held_reason', OLD.held_reason, 'channel', OLD.channel,
    'operator_id', OLD.operator_id, 'counter_id', OLD.counter_id,
    'addressed_operator_id', OLD.addressed_operator_id, 'addressed_counter_id', OLD.addressed_counter_id,
    'issued_at', OLD.issued_at, 'waiting_since', OLD.waiting_since, 'stage_since', OLD.stage_since, 'called_at', OLD.called_at,
    'calls', CAST(OLD.calls AS TEXT), 'started_at', OLD.started_at, 'ended_at', OLD.ended_at,
    'updated_at', OLD.updated_at, 'price_cents', CAST(OLD.price_cents AS TEXT), 'conflict', OLD.conflict,
    'folded', OLD.folded), json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_id', NEW.site_id,
    'service_id', NEW.service_id, 'code', NEW.code, 'business_day', NEW.business_day, 'lane', NEW.lane,
    'number', CAST(NEW.number AS TEXT), 'priority_class_id', NEW.priority_class_id,
    'priority', CAST(NEW.priority AS TEXT), 'appointment_at', NEW.appointment_at,
    'party_size', CAST(NEW.party_size AS TEXT), 'state', NEW.state,
    'reason', NEW.reason, 'held_reason', NEW.held_reason, 'channel', NEW.channel,
    'operator_id', NEW.operator_id, 'counter_id', NEW.counter_id,
    'addressed_operator_id', NEW.addressed_operator_id, 'addressed_counter_id', NEW.addressed_counter_id,
    'issued_at', NEW.issued_at, 'waiting_since', NEW.waiting_since, 'stage_since', NEW.stage_since, 'called_at', NEW.called_at,
    'calls', CAST(NEW.calls AS TEXT), 'started_at', NEW.started_at, 'ended_at', NEW.ended_at,
    'updated_at', NEW.updated_at, 'price_cents', CAST(NEW.price_cents AS TEXT), 'conflict', NEW.conflict,
    'folded', NEW.folded) FROM change_state;
END;
CREATE TRIGGER ticket_deleted AFTER DELETE ON ticket BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT OLD.tenant_id, tx, 'ticket', 'delete', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_id', OLD.site_id,
    'service_id', OLD.service_id, 'code', OLD.code, 'business_day', OLD.business_day, 'lane', OLD.lane,
    'number', CAST(OLD.number AS TEXT), 'priority_class_id', OLD.priority_class_id,
    'priority', CAST(OLD.priority AS TEXT), 'appointment_at', OLD.appointment_at,
    'party_size', CAST(OLD.party_size AS TEXT), 'state', OLD.state,
    'reason', OLD.reason, 'held_reason', OLD.held_reason, 'channel', OLD.channel,
    'operator_id', OLD.operator_id, 'counter_id', OLD.counter_id,
    'addressed_operator_id', OLD.addressed_operator_id, 'addressed_counter_id', OLD.addressed_counter_id,
    'issued_at', OLD.issued_at, 'waiting_since', OLD.waiting_since, 'stage_since', OLD.stage_since, 'called_at', OLD.called_at,
    'calls', CAST(OLD.calls AS TEXT), 'started_at', OLD.started_at, 'ended_at', OLD.ended_at,
    'updated_at', OLD.updated_at, 'price_cents', CAST(OLD.price_cents AS TEXT), 'conflict', OLD.conflict,
    'folded', OLD.folded), NULL FROM change_state;
END;

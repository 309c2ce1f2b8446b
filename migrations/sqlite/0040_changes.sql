-- What changed, for readers that follow tables. SQLite has one writer at a time, so the order of numbers is the order of
-- commits. Rows are kept as the text of their columns in PostgreSQL's form, as the Shape protocol carries them; a column
-- that is not listed here reaches no reader. There is no index besides the number: readers ask for what is new, and every
-- index would be one more page in each commit.

CREATE TABLE change_log (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id TEXT NOT NULL,
  tx INTEGER NOT NULL,
  table_name TEXT NOT NULL,
  op TEXT NOT NULL CHECK (op IN ('insert', 'update', 'delete')),
  old_row TEXT,
  new_row TEXT
) STRICT;

-- One row: the number of the transaction that is writing, the newest change that is no longer kept, and the identity of
-- this log; readers start over when it changes.
CREATE TABLE change_state (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  tx INTEGER NOT NULL,
  floor INTEGER NOT NULL,
  epoch TEXT NOT NULL
) STRICT;
INSERT INTO change_state (one, tx, floor, epoch) VALUES (1, 0, 0, lower(hex(randomblob(16))));

CREATE TRIGGER site_inserted AFTER INSERT ON site BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'site', 'insert', NULL, json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'name', NEW.name, 'slug', NEW.slug,
    'timezone', NEW.timezone, 'rollover_hour', CAST(NEW.rollover_hour AS TEXT),
    'opening_hours', NEW.opening_hours, 'currency', NEW.currency, 'default_locale', NEW.default_locale,
    'queue_rules', NEW.queue_rules, 'deleted_at', NEW.deleted_at) FROM change_state;
END;
CREATE TRIGGER site_updated AFTER UPDATE ON site
WHEN (OLD.tenant_id, OLD.id, OLD.created_at, OLD.name, OLD.slug, OLD.timezone, OLD.rollover_hour, OLD.opening_hours,
  OLD.currency, OLD.default_locale, OLD.queue_rules, OLD.deleted_at)
  IS NOT (NEW.tenant_id, NEW.id, NEW.created_at, NEW.name, NEW.slug, NEW.timezone, NEW.rollover_hour, NEW.opening_hours,
  NEW.currency, NEW.default_locale, NEW.queue_rules, NEW.deleted_at)
BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'site', 'update', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'name', OLD.name, 'slug', OLD.slug,
    'timezone', OLD.timezone, 'rollover_hour', CAST(OLD.rollover_hour AS TEXT),
    'opening_hours', OLD.opening_hours, 'currency', OLD.currency, 'default_locale', OLD.default_locale,
    'queue_rules', OLD.queue_rules, 'deleted_at', OLD.deleted_at), json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'name', NEW.name, 'slug', NEW.slug,
    'timezone', NEW.timezone, 'rollover_hour', CAST(NEW.rollover_hour AS TEXT),
    'opening_hours', NEW.opening_hours, 'currency', NEW.currency, 'default_locale', NEW.default_locale,
    'queue_rules', NEW.queue_rules, 'deleted_at', NEW.deleted_at) FROM change_state;
END;
CREATE TRIGGER site_deleted AFTER DELETE ON site BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT OLD.tenant_id, tx, 'site', 'delete', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'name', OLD.name, 'slug', OLD.slug,
    'timezone', OLD.timezone, 'rollover_hour', CAST(OLD.rollover_hour AS TEXT),
    'opening_hours', OLD.opening_hours, 'currency', OLD.currency, 'default_locale', OLD.default_locale,
    'queue_rules', OLD.queue_rules, 'deleted_at', OLD.deleted_at), NULL FROM change_state;
END;

CREATE TRIGGER service_inserted AFTER INSERT ON service BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'service', 'insert', NULL, json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_id', NEW.site_id,
    'name', NEW.name, 'description', NEW.description, 'prefix', NEW.prefix,
    'price_cents', CAST(NEW.price_cents AS TEXT), 'duration_minutes', CAST(NEW.duration_minutes AS TEXT),
    'active', CASE NEW.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'icon', NEW.icon,
    'sort_order', CAST(NEW.sort_order AS TEXT), 'payment_policy', NEW.payment_policy,
    'opening_hours', NEW.opening_hours, 'deleted_at', NEW.deleted_at) FROM change_state;
END;
CREATE TRIGGER service_updated AFTER UPDATE ON service
WHEN (OLD.tenant_id, OLD.id, OLD.created_at, OLD.site_id, OLD.name, OLD.description, OLD.prefix, OLD.price_cents,
  OLD.duration_minutes, OLD.active, OLD.icon, OLD.sort_order, OLD.payment_policy, OLD.opening_hours,
  OLD.deleted_at)
  IS NOT (NEW.tenant_id, NEW.id, NEW.created_at, NEW.site_id, NEW.name, NEW.description, NEW.prefix, NEW.price_cents,
  NEW.duration_minutes, NEW.active, NEW.icon, NEW.sort_order, NEW.payment_policy, NEW.opening_hours,
  NEW.deleted_at)
BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'service', 'update', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_id', OLD.site_id,
    'name', OLD.name, 'description', OLD.description, 'prefix', OLD.prefix,
    'price_cents', CAST(OLD.price_cents AS TEXT), 'duration_minutes', CAST(OLD.duration_minutes AS TEXT),
    'active', CASE OLD.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'icon', OLD.icon,
    'sort_order', CAST(OLD.sort_order AS TEXT), 'payment_policy', OLD.payment_policy,
    'opening_hours', OLD.opening_hours, 'deleted_at', OLD.deleted_at), json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_id', NEW.site_id,
    'name', NEW.name, 'description', NEW.description, 'prefix', NEW.prefix,
    'price_cents', CAST(NEW.price_cents AS TEXT), 'duration_minutes', CAST(NEW.duration_minutes AS TEXT),
    'active', CASE NEW.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'icon', NEW.icon,
    'sort_order', CAST(NEW.sort_order AS TEXT), 'payment_policy', NEW.payment_policy,
    'opening_hours', NEW.opening_hours, 'deleted_at', NEW.deleted_at) FROM change_state;
END;
CREATE TRIGGER service_deleted AFTER DELETE ON service BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT OLD.tenant_id, tx, 'service', 'delete', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_id', OLD.site_id,
    'name', OLD.name, 'description', OLD.description, 'prefix', OLD.prefix,
    'price_cents', CAST(OLD.price_cents AS TEXT), 'duration_minutes', CAST(OLD.duration_minutes AS TEXT),
    'active', CASE OLD.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'icon', OLD.icon,
    'sort_order', CAST(OLD.sort_order AS TEXT), 'payment_policy', OLD.payment_policy,
    'opening_hours', OLD.opening_hours, 'deleted_at', OLD.deleted_at), NULL FROM change_state;
END;

CREATE TRIGGER priority_class_inserted AFTER INSERT ON priority_class BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'priority_class', 'insert', NULL, json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'name', NEW.name,
    'legal_basis', NEW.legal_basis, 'tier', CAST(NEW.tier AS TEXT), 'weight', CAST(NEW.weight AS TEXT),
    'icon', NEW.icon, 'sort_order', CAST(NEW.sort_order AS TEXT),
    'active', CASE NEW.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'deleted_at', NEW.deleted_at) FROM change_state;
END;
CREATE TRIGGER priority_class_updated AFTER UPDATE ON priority_class
WHEN (OLD.tenant_id, OLD.id, OLD.created_at, OLD.name, OLD.legal_basis, OLD.tier, OLD.weight, OLD.icon,
  OLD.sort_order, OLD.active, OLD.deleted_at)
  IS NOT (NEW.tenant_id, NEW.id, NEW.created_at, NEW.name, NEW.legal_basis, NEW.tier, NEW.weight, NEW.icon,
  NEW.sort_order, NEW.active, NEW.deleted_at)
BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'priority_class', 'update', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'name', OLD.name,
    'legal_basis', OLD.legal_basis, 'tier', CAST(OLD.tier AS TEXT), 'weight', CAST(OLD.weight AS TEXT),
    'icon', OLD.icon, 'sort_order', CAST(OLD.sort_order AS TEXT),
    'active', CASE OLD.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'deleted_at', OLD.deleted_at), json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'name', NEW.name,
    'legal_basis', NEW.legal_basis, 'tier', CAST(NEW.tier AS TEXT), 'weight', CAST(NEW.weight AS TEXT),
    'icon', NEW.icon, 'sort_order', CAST(NEW.sort_order AS TEXT),
    'active', CASE NEW.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'deleted_at', NEW.deleted_at) FROM change_state;
END;
CREATE TRIGGER priority_class_deleted AFTER DELETE ON priority_class BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT OLD.tenant_id, tx, 'priority_class', 'delete', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'name', OLD.name,
    'legal_basis', OLD.legal_basis, 'tier', CAST(OLD.tier AS TEXT), 'weight', CAST(OLD.weight AS TEXT),
    'icon', OLD.icon, 'sort_order', CAST(OLD.sort_order AS TEXT),
    'active', CASE OLD.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'deleted_at', OLD.deleted_at), NULL FROM change_state;
END;

CREATE TRIGGER counter_inserted AFTER INSERT ON counter BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'counter', 'insert', NULL, json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_id', NEW.site_id,
    'name', NEW.name, 'number', CAST(NEW.number AS TEXT), 'service_ids', NEW.service_ids,
    'active', CASE NEW.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'deleted_at', NEW.deleted_at) FROM change_state;
END;
CREATE TRIGGER counter_updated AFTER UPDATE ON counter
WHEN (OLD.tenant_id, OLD.id, OLD.created_at, OLD.site_id, OLD.name, OLD.number, OLD.service_ids, OLD.active,
  OLD.deleted_at)
  IS NOT (NEW.tenant_id, NEW.id, NEW.created_at, NEW.site_id, NEW.name, NEW.number, NEW.service_ids, NEW.active,
  NEW.deleted_at)
BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'counter', 'update', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_id', OLD.site_id,
    'name', OLD.name, 'number', CAST(OLD.number AS TEXT), 'service_ids', OLD.service_ids,
    'active', CASE OLD.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'deleted_at', OLD.deleted_at), json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_id', NEW.site_id,
    'name', NEW.name, 'number', CAST(NEW.number AS TEXT), 'service_ids', NEW.service_ids,
    'active', CASE NEW.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'deleted_at', NEW.deleted_at) FROM change_state;
END;
CREATE TRIGGER counter_deleted AFTER DELETE ON counter BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT OLD.tenant_id, tx, 'counter', 'delete', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_id', OLD.site_id,
    'name', OLD.name, 'number', CAST(OLD.number AS TEXT), 'service_ids', OLD.service_ids,
    'active', CASE OLD.active WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'deleted_at', OLD.deleted_at), NULL FROM change_state;
END;

CREATE TRIGGER ticket_inserted AFTER INSERT ON ticket BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'ticket', 'insert', NULL, json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_id', NEW.site_id,
    'service_id', NEW.service_id, 'code', NEW.code, 'business_day', NEW.business_day, 'lane', NEW.lane,
    'number', CAST(NEW.number AS TEXT), 'priority_class_id', NEW.priority_class_id,
    'priority', CAST(NEW.priority AS TEXT), 'party_size', CAST(NEW.party_size AS TEXT), 'state', NEW.state,
    'reason', NEW.reason, 'held_reason', NEW.held_reason, 'channel', NEW.channel,
    'operator_id', NEW.operator_id, 'counter_id', NEW.counter_id, 'issued_at', NEW.issued_at,
    'waiting_since', NEW.waiting_since, 'stage_since', NEW.stage_since, 'called_at', NEW.called_at,
    'calls', CAST(NEW.calls AS TEXT), 'started_at', NEW.started_at, 'ended_at', NEW.ended_at,
    'updated_at', NEW.updated_at, 'price_cents', CAST(NEW.price_cents AS TEXT), 'conflict', NEW.conflict,
    'folded', NEW.folded) FROM change_state;
END;
CREATE TRIGGER ticket_updated AFTER UPDATE ON ticket
WHEN (OLD.tenant_id, OLD.id, OLD.created_at, OLD.site_id, OLD.service_id, OLD.code, OLD.business_day, OLD.lane,
  OLD.number, OLD.priority_class_id, OLD.priority, OLD.party_size, OLD.state, OLD.reason, OLD.held_reason,
  OLD.channel, OLD.operator_id, OLD.counter_id, OLD.issued_at, OLD.waiting_since, OLD.stage_since,
  OLD.called_at, OLD.calls, OLD.started_at, OLD.ended_at, OLD.updated_at, OLD.price_cents, OLD.conflict,
  OLD.folded)
  IS NOT (NEW.tenant_id, NEW.id, NEW.created_at, NEW.site_id, NEW.service_id, NEW.code, NEW.business_day, NEW.lane,
  NEW.number, NEW.priority_class_id, NEW.priority, NEW.party_size, NEW.state, NEW.reason, NEW.held_reason,
  NEW.channel, NEW.operator_id, NEW.counter_id, NEW.issued_at, NEW.waiting_since, NEW.stage_since,
  NEW.called_at, NEW.calls, NEW.started_at, NEW.ended_at, NEW.updated_at, NEW.price_cents, NEW.conflict,
  NEW.folded)
BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'ticket', 'update', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_id', OLD.site_id,
    'service_id', OLD.service_id, 'code', OLD.code, 'business_day', OLD.business_day, 'lane', OLD.lane,
    'number', CAST(OLD.number AS TEXT), 'priority_class_id', OLD.priority_class_id,
    'priority', CAST(OLD.priority AS TEXT), 'party_size', CAST(OLD.party_size AS TEXT), 'state', OLD.state,
    'reason', OLD.reason, 'held_reason', OLD.held_reason, 'channel', OLD.channel,
    'operator_id', OLD.operator_id, 'counter_id', OLD.counter_id, 'issued_at', OLD.issued_at,
    'waiting_since', OLD.waiting_since, 'stage_since', OLD.stage_since, 'called_at', OLD.called_at,
    'calls', CAST(OLD.calls AS TEXT), 'started_at', OLD.started_at, 'ended_at', OLD.ended_at,
    'updated_at', OLD.updated_at, 'price_cents', CAST(OLD.price_cents AS TEXT), 'conflict', OLD.conflict,
    'folded', OLD.folded), json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_id', NEW.site_id,
    'service_id', NEW.service_id, 'code', NEW.code, 'business_day', NEW.business_day, 'lane', NEW.lane,
    'number', CAST(NEW.number AS TEXT), 'priority_class_id', NEW.priority_class_id,
    'priority', CAST(NEW.priority AS TEXT), 'party_size', CAST(NEW.party_size AS TEXT), 'state', NEW.state,
    'reason', NEW.reason, 'held_reason', NEW.held_reason, 'channel', NEW.channel,
    'operator_id', NEW.operator_id, 'counter_id', NEW.counter_id, 'issued_at', NEW.issued_at,
    'waiting_since', NEW.waiting_since, 'stage_since', NEW.stage_since, 'called_at', NEW.called_at,
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
    'priority', CAST(OLD.priority AS TEXT), 'party_size', CAST(OLD.party_size AS TEXT), 'state', OLD.state,
    'reason', OLD.reason, 'held_reason', OLD.held_reason, 'channel', OLD.channel,
    'operator_id', OLD.operator_id, 'counter_id', OLD.counter_id, 'issued_at', OLD.issued_at,
    'waiting_since', OLD.waiting_since, 'stage_since', OLD.stage_since, 'called_at', OLD.called_at,
    'calls', CAST(OLD.calls AS TEXT), 'started_at', OLD.started_at, 'ended_at', OLD.ended_at,
    'updated_at', OLD.updated_at, 'price_cents', CAST(OLD.price_cents AS TEXT), 'conflict', OLD.conflict,
    'folded', OLD.folded), NULL FROM change_state;
END;

CREATE TRIGGER call_inserted AFTER INSERT ON call BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'call', 'insert', NULL, json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_id', NEW.site_id,
    'ticket_id', NEW.ticket_id, 'code', NEW.code, 'business_day', NEW.business_day,
    'counter_id', NEW.counter_id, 'counter_number', CAST(NEW.counter_number AS TEXT),
    'operator_id', NEW.operator_id, 'number', CAST(NEW.number AS TEXT), 'priority', CAST(NEW.priority AS TEXT),
    'called_at', NEW.called_at, 'why', NEW.why, 'conflict', NEW.conflict, 'folded', NEW.folded) FROM change_state;
END;
CREATE TRIGGER call_updated AFTER UPDATE ON call
WHEN (OLD.tenant_id, OLD.id, OLD.created_at, OLD.site_id, OLD.ticket_id, OLD.code, OLD.business_day, OLD.counter_id,
  OLD.counter_number, OLD.operator_id, OLD.number, OLD.priority, OLD.called_at, OLD.why, OLD.conflict,
  OLD.folded)
  IS NOT (NEW.tenant_id, NEW.id, NEW.created_at, NEW.site_id, NEW.ticket_id, NEW.code, NEW.business_day, NEW.counter_id,
  NEW.counter_number, NEW.operator_id, NEW.number, NEW.priority, NEW.called_at, NEW.why, NEW.conflict,
  NEW.folded)
BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'call', 'update', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_id', OLD.site_id,
    'ticket_id', OLD.ticket_id, 'code', OLD.code, 'business_day', OLD.business_day,
    'counter_id', OLD.counter_id, 'counter_number', CAST(OLD.counter_number AS TEXT),
    'operator_id', OLD.operator_id, 'number', CAST(OLD.number AS TEXT), 'priority', CAST(OLD.priority AS TEXT),
    'called_at', OLD.called_at, 'why', OLD.why, 'conflict', OLD.conflict, 'folded', OLD.folded), json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_id', NEW.site_id,
    'ticket_id', NEW.ticket_id, 'code', NEW.code, 'business_day', NEW.business_day,
    'counter_id', NEW.counter_id, 'counter_number', CAST(NEW.counter_number AS TEXT),
    'operator_id', NEW.operator_id, 'number', CAST(NEW.number AS TEXT), 'priority', CAST(NEW.priority AS TEXT),
    'called_at', NEW.called_at, 'why', NEW.why, 'conflict', NEW.conflict, 'folded', NEW.folded) FROM change_state;
END;
CREATE TRIGGER call_deleted AFTER DELETE ON call BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT OLD.tenant_id, tx, 'call', 'delete', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_id', OLD.site_id,
    'ticket_id', OLD.ticket_id, 'code', OLD.code, 'business_day', OLD.business_day,
    'counter_id', OLD.counter_id, 'counter_number', CAST(OLD.counter_number AS TEXT),
    'operator_id', OLD.operator_id, 'number', CAST(OLD.number AS TEXT), 'priority', CAST(OLD.priority AS TEXT),
    'called_at', OLD.called_at, 'why', OLD.why, 'conflict', OLD.conflict, 'folded', OLD.folded), NULL FROM change_state;
END;

CREATE TRIGGER operator_session_inserted AFTER INSERT ON operator_session BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'operator_session', 'insert', NULL, json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_id', NEW.site_id,
    'user_id', NEW.user_id, 'counter_id', NEW.counter_id, 'since', NEW.since, 'until', NEW.until,
    'conflict', NEW.conflict, 'folded', NEW.folded) FROM change_state;
END;
CREATE TRIGGER operator_session_updated AFTER UPDATE ON operator_session
WHEN (OLD.tenant_id, OLD.id, OLD.created_at, OLD.site_id, OLD.user_id, OLD.counter_id, OLD.since, OLD.until,
  OLD.conflict, OLD.folded)
  IS NOT (NEW.tenant_id, NEW.id, NEW.created_at, NEW.site_id, NEW.user_id, NEW.counter_id, NEW.since, NEW.until,
  NEW.conflict, NEW.folded)
BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'operator_session', 'update', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_id', OLD.site_id,
    'user_id', OLD.user_id, 'counter_id', OLD.counter_id, 'since', OLD.since, 'until', OLD.until,
    'conflict', OLD.conflict, 'folded', OLD.folded), json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_id', NEW.site_id,
    'user_id', NEW.user_id, 'counter_id', NEW.counter_id, 'since', NEW.since, 'until', NEW.until,
    'conflict', NEW.conflict, 'folded', NEW.folded) FROM change_state;
END;
CREATE TRIGGER operator_session_deleted AFTER DELETE ON operator_session BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT OLD.tenant_id, tx, 'operator_session', 'delete', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_id', OLD.site_id,
    'user_id', OLD.user_id, 'counter_id', OLD.counter_id, 'since', OLD.since, 'until', OLD.until,
    'conflict', OLD.conflict, 'folded', OLD.folded), NULL FROM change_state;
END;

CREATE TRIGGER print_job_inserted AFTER INSERT ON print_job BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'print_job', 'insert', NULL, json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_id', NEW.site_id,
    'ticket_id', NEW.ticket_id, 'state', NEW.state, 'cause', NEW.cause, 'copy', CAST(NEW.copy AS TEXT),
    'updated_at', NEW.updated_at) FROM change_state;
END;
CREATE TRIGGER print_job_updated AFTER UPDATE ON print_job
WHEN (OLD.tenant_id, OLD.id, OLD.created_at, OLD.site_id, OLD.ticket_id, OLD.state, OLD.cause, OLD.copy,
  OLD.updated_at)
  IS NOT (NEW.tenant_id, NEW.id, NEW.created_at, NEW.site_id, NEW.ticket_id, NEW.state, NEW.cause, NEW.copy,
  NEW.updated_at)
BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'print_job', 'update', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_id', OLD.site_id,
    'ticket_id', OLD.ticket_id, 'state', OLD.state, 'cause', OLD.cause, 'copy', CAST(OLD.copy AS TEXT),
    'updated_at', OLD.updated_at), json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_id', NEW.site_id,
    'ticket_id', NEW.ticket_id, 'state', NEW.state, 'cause', NEW.cause, 'copy', CAST(NEW.copy AS TEXT),
    'updated_at', NEW.updated_at) FROM change_state;
END;
CREATE TRIGGER print_job_deleted AFTER DELETE ON print_job BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT OLD.tenant_id, tx, 'print_job', 'delete', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_id', OLD.site_id,
    'ticket_id', OLD.ticket_id, 'state', OLD.state, 'cause', OLD.cause, 'copy', CAST(OLD.copy AS TEXT),
    'updated_at', OLD.updated_at), NULL FROM change_state;
END;

CREATE TRIGGER device_status_inserted AFTER INSERT ON device_status BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'device_status', 'insert', NULL, json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_id', NEW.site_id,
    'part', NEW.part, 'state', NEW.state, 'detail', NEW.detail, 'updated_at', NEW.updated_at) FROM change_state;
END;
CREATE TRIGGER device_status_updated AFTER UPDATE ON device_status
WHEN (OLD.tenant_id, OLD.id, OLD.created_at, OLD.site_id, OLD.part, OLD.state, OLD.detail, OLD.updated_at)
  IS NOT (NEW.tenant_id, NEW.id, NEW.created_at, NEW.site_id, NEW.part, NEW.state, NEW.detail, NEW.updated_at)
BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'device_status', 'update', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_id', OLD.site_id,
    'part', OLD.part, 'state', OLD.state, 'detail', OLD.detail, 'updated_at', OLD.updated_at), json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_id', NEW.site_id,
    'part', NEW.part, 'state', NEW.state, 'detail', NEW.detail, 'updated_at', NEW.updated_at) FROM change_state;
END;
CREATE TRIGGER device_status_deleted AFTER DELETE ON device_status BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT OLD.tenant_id, tx, 'device_status', 'delete', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_id', OLD.site_id,
    'part', OLD.part, 'state', OLD.state, 'detail', OLD.detail, 'updated_at', OLD.updated_at), NULL FROM change_state;
END;

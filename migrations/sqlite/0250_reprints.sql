-- The newest copy of a ticket's paper that somebody at a counter has asked for, and which totem is to print it. The triggers of
-- the table are made anew with the new column.

DROP TRIGGER ticket_inserted;
DROP TRIGGER ticket_updated;
DROP TRIGGER ticket_deleted;

ALTER TABLE ticket ADD COLUMN reprint TEXT CHECK (json_valid(reprint));
CREATE INDEX ticket_reprint_idx ON ticket (tenant_id) WHERE reprint IS NOT NULL;

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
    'updated_at', NEW.updated_at, 'price_cents', CAST(NEW.price_cents AS TEXT), 'reprint', NEW.reprint, 'conflict', NEW.conflict,
    'folded', NEW.folded) FROM change_state;
END;
CREATE TRIGGER ticket_updated AFTER UPDATE ON ticket
WHEN (OLD.tenant_id, OLD.id, OLD.created_at, OLD.site_id, OLD.service_id, OLD.code, OLD.business_day, OLD.lane,
  OLD.number, OLD.priority_class_id, OLD.priority, OLD.appointment_at, OLD.party_size, OLD.state, OLD.reason, OLD.held_reason,
  OLD.channel, OLD.operator_id, OLD.counter_id, OLD.addressed_operator_id,
  OLD.addressed_counter_id, OLD.issued_at, OLD.waiting_since, OLD.stage_since,
  OLD.called_at, OLD.calls, OLD.started_at, OLD.ended_at, OLD.updated_at, OLD.price_cents, OLD.reprint, OLD.conflict,
  OLD.folded)
  IS NOT (NEW.tenant_id, NEW.id, NEW.created_at, NEW.site_id, NEW.service_id, NEW.code, NEW.business_day, NEW.lane,
  NEW.number, NEW.priority_class_id, NEW.priority, NEW.appointment_at, NEW.party_size, NEW.state, NEW.reason, NEW.held_reason,
  NEW.channel, NEW.operator_id, NEW.counter_id, NEW.addressed_operator_id,
  NEW.addressed_counter_id, NEW.issued_at, NEW.waiting_since, NEW.stage_since,
  NEW.called_at, NEW.calls, NEW.started_at, NEW.ended_at, NEW.updated_at, NEW.price_cents, NEW.reprint, NEW.conflict,
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
    'updated_at', OLD.updated_at, 'price_cents', CAST(OLD.price_cents AS TEXT), 'reprint', OLD.reprint, 'conflict', OLD.conflict,
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
    'updated_at', NEW.updated_at, 'price_cents', CAST(NEW.price_cents AS TEXT), 'reprint', NEW.reprint, 'conflict', NEW.conflict,
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
    'updated_at', OLD.updated_at, 'price_cents', CAST(OLD.price_cents AS TEXT), 'reprint', OLD.reprint, 'conflict', OLD.conflict,
    'folded', OLD.folded), NULL FROM change_state;
END;

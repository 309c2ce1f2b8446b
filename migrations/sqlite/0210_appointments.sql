-- What is booked at the site, so that people check in for it without a link: as much of it as that needs, and nobody's name.
CREATE TABLE appointment (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  site_id TEXT NOT NULL,
  service_id TEXT NOT NULL,
  business_day TEXT NOT NULL,
  slot TEXT NOT NULL,
  code TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('booked', 'checked_in', 'no_show', 'canceled')),
  ticket_id TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX appointment_code_idx ON appointment (site_id, code);
CREATE INDEX appointment_day_idx ON appointment (site_id, business_day);

-- Which booking a ticket was given for, as the entries say that are kept here: a copy of what is booked may be older than they are.
CREATE INDEX audit_log_booking_idx ON audit_log (json_extract(data, '$.appointmentId'))
WHERE action = 'TICKET_CREATE' AND json_extract(data, '$.appointmentId') IS NOT NULL;
CREATE INDEX audit_log_recovered_booking_idx ON audit_log (json_extract(data, '$.entry.data.appointmentId'))
WHERE action = 'RECOVERED' AND json_extract(data, '$.entry.data.appointmentId') IS NOT NULL;

CREATE TRIGGER appointment_inserted AFTER INSERT ON appointment BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'appointment', 'insert', NULL, json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_id', NEW.site_id,
    'service_id', NEW.service_id, 'business_day', NEW.business_day, 'slot', NEW.slot, 'code', NEW.code, 'state',
    NEW.state, 'ticket_id', NEW.ticket_id) FROM change_state;
END;
CREATE TRIGGER appointment_updated AFTER UPDATE ON appointment
WHEN (OLD.tenant_id, OLD.id, OLD.created_at, OLD.site_id, OLD.service_id, OLD.business_day, OLD.slot, OLD.code,
  OLD.state, OLD.ticket_id)
  IS NOT (NEW.tenant_id, NEW.id, NEW.created_at, NEW.site_id, NEW.service_id, NEW.business_day, NEW.slot, NEW.code,
  NEW.state, NEW.ticket_id)
BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT NEW.tenant_id, tx, 'appointment', 'update', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_id', OLD.site_id,
    'service_id', OLD.service_id, 'business_day', OLD.business_day, 'slot', OLD.slot, 'code', OLD.code, 'state',
    OLD.state, 'ticket_id', OLD.ticket_id), json_object(
    'tenant_id', NEW.tenant_id, 'id', NEW.id, 'created_at', NEW.created_at, 'site_id', NEW.site_id,
    'service_id', NEW.service_id, 'business_day', NEW.business_day, 'slot', NEW.slot, 'code', NEW.code, 'state',
    NEW.state, 'ticket_id', NEW.ticket_id) FROM change_state;
END;
CREATE TRIGGER appointment_deleted AFTER DELETE ON appointment BEGIN
  INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
  SELECT OLD.tenant_id, tx, 'appointment', 'delete', json_object(
    'tenant_id', OLD.tenant_id, 'id', OLD.id, 'created_at', OLD.created_at, 'site_id', OLD.site_id,
    'service_id', OLD.service_id, 'business_day', OLD.business_day, 'slot', OLD.slot, 'code', OLD.code, 'state',
    OLD.state, 'ticket_id', OLD.ticket_id), NULL FROM change_state;
END;

-- locks against readers: ticket
-- The newest copy of a ticket's paper that somebody at a counter has asked for, and which totem is to print it.

ALTER TABLE ticket ADD COLUMN reprint jsonb CHECK (jsonb_typeof(reprint) = 'object');

SELECT encode_columns('ticket', ARRAY['tenant_id', 'id', 'created_at', 'site_id', 'service_id', 'code', 'business_day',
  'lane', 'number', 'priority_class_id', 'priority', 'appointment_at', 'party_size', 'state', 'reason', 'held_reason',
  'channel', 'operator_id', 'counter_id', 'addressed_operator_id', 'addressed_counter_id', 'issued_at', 'waiting_since',
  'stage_since', 'called_at', 'calls', 'started_at', 'ended_at', 'updated_at', 'price_cents', 'reprint', 'conflict',
  'folded']);

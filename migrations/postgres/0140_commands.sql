-- locks against readers: ticket, operator_session
-- To whom a ticket was sent on, and why an operator has paused; and how the tickets are found that nobody will call any more.

ALTER TABLE ticket
  -- Whom alone a waiting ticket may be called by, and where alone. Null means whoever serves it.
  ADD COLUMN addressed_operator_id uuid,
  ADD COLUMN addressed_counter_id uuid;
-- A paused operator keeps the counter and calls nobody.
ALTER TABLE operator_session ADD COLUMN paused_reason text;

SELECT encode_columns('ticket', ARRAY['tenant_id', 'id', 'created_at', 'site_id', 'service_id', 'code', 'business_day',
  'lane', 'number', 'priority_class_id', 'priority', 'party_size', 'state', 'reason', 'held_reason', 'channel',
  'operator_id', 'counter_id', 'addressed_operator_id', 'addressed_counter_id', 'issued_at', 'waiting_since',
  'stage_since', 'called_at', 'calls', 'started_at', 'ended_at', 'updated_at', 'price_cents', 'conflict', 'folded']);
SELECT encode_columns('operator_session', ARRAY['tenant_id', 'id', 'created_at', 'site_id', 'user_id', 'counter_id',
  'since', 'until', 'paused_reason', 'conflict', 'folded']);

-- no transaction
-- Exchanges that say that a machine owes cash, or holds some that nobody has counted: few among all, and asked for however old.
CREATE INDEX CONCURRENTLY IF NOT EXISTS payment_transaction_owed_idx ON payment_transaction (tenant_id, site_id, payment_session_id)
  WHERE kind = 'authorize' AND (raw->>'owed_cents' <> '0' OR raw ? 'uncounted');

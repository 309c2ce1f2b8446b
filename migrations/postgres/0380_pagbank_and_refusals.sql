-- locks against readers: psp_account, charge, refund_order
-- Accounts at PagBank beside those of the central bank's Pix: who is charged with what differs, so what only one of them has
-- may be missing. Both conditions are validated in 0390. And why a refund was refused, by whoever was to agree to it.

ALTER TABLE psp_account
  DROP CONSTRAINT psp_account_adapter_check,
  ADD CONSTRAINT psp_account_adapter_known CHECK (adapter IN ('pix', 'pagbank')) NOT VALID,
  ALTER COLUMN token_url DROP NOT NULL,
  ALTER COLUMN token_body DROP NOT NULL,
  ALTER COLUMN client_id DROP NOT NULL,
  ALTER COLUMN pix_key DROP NOT NULL,
  ALTER COLUMN merchant_city DROP NOT NULL,
  -- Whom orders name as the customer: the receiver's own.
  ADD COLUMN order_tax_id text,
  ADD COLUMN order_email text;
ALTER TABLE psp_account
  ADD CONSTRAINT psp_account_complete CHECK (CASE adapter
    WHEN 'pix' THEN num_nulls(token_url, token_body, client_id, pix_key, merchant_city) = 0
    ELSE num_nulls(order_tax_id, order_email) = 0
  END) NOT VALID;

-- What the provider calls a charge, where it gives names of its own: written down before the customer sees anything.
ALTER TABLE charge ADD COLUMN provider_id text;

-- Of a provider that forgets our name for a refund: when it was asked for first, and what had gone back before it.
ALTER TABLE refund_order
  ADD COLUMN asked_at timestamptz,
  ADD COLUMN refunded_before_cents int8,
  ADD COLUMN rejection text;

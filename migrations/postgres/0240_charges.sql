-- locks against writers: tenant, site, equipment
-- What the cloud charges and gives back at payment service providers. These rows are the cloud's own record of what went over
-- the wire, written before it; what a payment came to is folded from the ledger, in `payment_session`.

-- An account at a provider. `secret` is one encrypted document: client secret, certificate, key.
CREATE TABLE psp_account (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  -- Null means every site that has none of its own.
  site_id uuid,
  adapter text NOT NULL CHECK (adapter IN ('pix')),
  name text NOT NULL,
  environment text NOT NULL CHECK (environment IN ('production', 'sandbox')),
  base_url text NOT NULL,
  token_url text NOT NULL,
  token_body text NOT NULL CHECK (token_body IN ('form', 'json')),
  client_id text NOT NULL,
  pix_key text NOT NULL,
  merchant_name text NOT NULL,
  merchant_city text NOT NULL,
  secret bytea NOT NULL,
  -- Of the client's certificate, where there is one: until when it may be used.
  certificate_until timestamptz,
  active bool NOT NULL DEFAULT true,
  version int4 NOT NULL DEFAULT 1,
  deleted_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id)
);
CREATE INDEX psp_account_list_idx ON psp_account (tenant_id, created_at, id);
-- A charge has one account to go to.
CREATE UNIQUE INDEX psp_account_site_key ON psp_account (tenant_id, adapter, site_id) NULLS NOT DISTINCT
  WHERE active AND deleted_at IS NULL;

-- A charge that a totem has asked for. `id` is that of its payment, which may come later, with the ledger.
CREATE TABLE charge (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  site_id uuid NOT NULL,
  equipment_id uuid NOT NULL,
  ticket_id uuid NOT NULL,
  psp_account_id uuid NOT NULL,
  adapter text NOT NULL,
  external_id text NOT NULL,
  amount_cents int8 NOT NULL CHECK (amount_cents > 0),
  currency text NOT NULL,
  reference text NOT NULL,
  expires_in_seconds int4 NOT NULL,
  -- `open`: the customer may still pay, as far as is known. `ended`: without money. `paid`: with it, for good.
  state text NOT NULL CHECK (state IN ('open', 'ended', 'paid')),
  -- A request for it may be under way until then: before that, nobody can say that the provider has none.
  asking_until timestamptz,
  -- The last that the provider said.
  answer jsonb,
  -- The money came after the charge had ended.
  paid_late bool NOT NULL DEFAULT false,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id),
  FOREIGN KEY (tenant_id, equipment_id) REFERENCES equipment (tenant_id, id),
  FOREIGN KEY (tenant_id, psp_account_id) REFERENCES psp_account (tenant_id, id)
);
CREATE UNIQUE INDEX charge_external_key ON charge (tenant_id, psp_account_id, external_id);
CREATE INDEX charge_open_idx ON charge (tenant_id, created_at, id) WHERE state = 'open';
CREATE INDEX charge_list_idx ON charge (tenant_id, created_at, id);
CREATE INDEX charge_late_idx ON charge (tenant_id, id) WHERE paid_late;

-- Money that is to go back. `id` is also the name of the refund at the provider. One at a time for each payment.
CREATE TABLE refund_order (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  site_id uuid NOT NULL,
  payment_session_id uuid NOT NULL,
  -- `provider`: the cloud asks for it. `counter`: a person hands it over.
  means text NOT NULL CHECK (means IN ('provider', 'counter')),
  amount_cents int8 NOT NULL CHECK (amount_cents > 0),
  reason text NOT NULL,
  -- Who asked: a person, or a totem, which tells the ledger of it by itself.
  asked_by uuid,
  equipment_id uuid,
  approved_by uuid,
  state text NOT NULL CHECK (state IN ('awaiting_approval', 'open', 'done', 'failed', 'rejected')),
  answer jsonb,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id),
  CHECK ((asked_by IS NULL) <> (equipment_id IS NULL))
);
CREATE UNIQUE INDEX refund_order_open_key ON refund_order (tenant_id, payment_session_id)
  WHERE state IN ('awaiting_approval', 'open');
CREATE INDEX refund_order_list_idx ON refund_order (tenant_id, created_at, id);
CREATE INDEX refund_order_payment_idx ON refund_order (tenant_id, payment_session_id, created_at);
CREATE INDEX refund_order_waiting_idx ON refund_order (tenant_id, created_at, id)
  WHERE state IN ('awaiting_approval', 'open');

SELECT fence_tenant(name::regclass) FROM unnest(ARRAY['psp_account', 'charge', 'refund_order']) AS t(name);
GRANT SELECT, INSERT, UPDATE ON psp_account, charge, refund_order TO totem_api;

-- Rows that are folded from the ledger. A fact cannot be refused, so nothing here may be violable by a well-formed one:
-- the only reference is to the site, which the ledger path has checked against the origin, and uniqueness holds over rows
-- without a conflict, because the ledger path marks a clash before it writes.

CREATE TABLE ticket (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  site_id uuid NOT NULL,
  service_id uuid NOT NULL,
  code text NOT NULL,
  business_day date NOT NULL,
  lane text NOT NULL,
  number int4 NOT NULL,
  priority_class_id uuid NOT NULL,
  priority int4 NOT NULL,
  party_size int4 NOT NULL,
  state text NOT NULL
    CHECK (state IN ('created', 'waiting', 'called', 'in_service', 'finished', 'canceled', 'expired')),
  reason text
    CHECK (reason IN ('no_show', 'customer_left', 'issued_by_mistake', 'service_unavailable', 'other')),
  held_reason text,
  channel text NOT NULL CHECK (channel IN ('totem', 'reception', 'web', 'appointment')),
  operator_id uuid,
  counter_id uuid,
  issued_at timestamptz NOT NULL,
  waiting_since timestamptz,
  stage_since timestamptz NOT NULL,
  called_at timestamptz,
  calls int4 NOT NULL,
  started_at timestamptz,
  ended_at timestamptz,
  updated_at timestamptz NOT NULL,
  price_cents int8 NOT NULL,
  conflict text,
  folded jsonb NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id)
);
CREATE UNIQUE INDEX ticket_code_key ON ticket (tenant_id, site_id, business_day, code) WHERE conflict IS NULL;
CREATE UNIQUE INDEX ticket_in_hand_key ON ticket (tenant_id, operator_id)
  WHERE state IN ('called', 'in_service') AND conflict IS NULL;
CREATE INDEX ticket_in_hand_idx ON ticket (tenant_id, operator_id) WHERE state IN ('called', 'in_service');
-- In the order in which people are called: see compareQueued in packages/domain.
CREATE INDEX ticket_queue_idx ON ticket (tenant_id, site_id, priority DESC, waiting_since, id)
  WHERE state = 'waiting' AND held_reason IS NULL;
CREATE INDEX ticket_day_idx ON ticket (tenant_id, site_id, business_day);

CREATE TABLE call (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  site_id uuid NOT NULL,
  ticket_id uuid NOT NULL,
  code text NOT NULL,
  business_day date NOT NULL,
  counter_id uuid NOT NULL,
  counter_number int4 NOT NULL,
  operator_id uuid NOT NULL,
  number int4 NOT NULL,
  priority int4 NOT NULL,
  called_at timestamptz NOT NULL,
  why jsonb NOT NULL,
  conflict text,
  folded jsonb NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id)
);
CREATE INDEX call_day_idx ON call (tenant_id, site_id, business_day, number);

CREATE TABLE operator_session (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  site_id uuid NOT NULL,
  user_id uuid NOT NULL,
  counter_id uuid NOT NULL,
  since timestamptz NOT NULL,
  until timestamptz,
  conflict text,
  folded jsonb NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id)
);
CREATE UNIQUE INDEX operator_session_counter_key ON operator_session (tenant_id, counter_id)
  WHERE until IS NULL AND conflict IS NULL;
CREATE UNIQUE INDEX operator_session_user_key ON operator_session (tenant_id, user_id)
  WHERE until IS NULL AND conflict IS NULL;
CREATE INDEX operator_session_user_idx ON operator_session (tenant_id, user_id) WHERE until IS NULL;
CREATE INDEX operator_session_counter_idx ON operator_session (tenant_id, counter_id) WHERE until IS NULL;
CREATE INDEX operator_session_site_idx ON operator_session (tenant_id, site_id);

-- Where the cloud's own numbers of tickets stand. The day is in the key: nothing is ever reset.
CREATE TABLE code_counter (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  site_id uuid NOT NULL,
  prefix text NOT NULL,
  lane text NOT NULL,
  business_day date NOT NULL,
  last int4 NOT NULL,
  PRIMARY KEY (tenant_id, site_id, prefix, lane, business_day),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id)
);

SELECT fence_tenant(name::regclass)
FROM unnest(ARRAY['ticket', 'call', 'operator_session', 'code_counter']) AS t(name);
GRANT SELECT, INSERT, UPDATE ON ticket, call, operator_session, code_counter TO totem_api;

SELECT follow_table('ticket', ARRAY['tenant_id', 'id', 'created_at', 'site_id', 'service_id', 'code', 'business_day',
  'lane', 'number', 'priority_class_id', 'priority', 'party_size', 'state', 'reason', 'held_reason', 'channel',
  'operator_id', 'counter_id', 'issued_at', 'waiting_since', 'stage_since', 'called_at', 'calls', 'started_at',
  'ended_at', 'updated_at', 'price_cents', 'conflict', 'folded']);
SELECT follow_table('call', ARRAY['tenant_id', 'id', 'created_at', 'site_id', 'ticket_id', 'code', 'business_day',
  'counter_id', 'counter_number', 'operator_id', 'number', 'priority', 'called_at', 'why', 'conflict', 'folded']);
SELECT follow_table('operator_session', ARRAY['tenant_id', 'id', 'created_at', 'site_id', 'user_id', 'counter_id',
  'since', 'until', 'conflict', 'folded']);

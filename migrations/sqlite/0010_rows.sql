-- Rows as a totem shows them: configuration as the cloud last sent it, and what is folded from the ledger. A row of a
-- folded table is the server's row with this totem's own entries on top; the server's own row is kept beside it. Shapes
-- arrive in any order, so nothing here refers to another table, and nothing but the key is unique: what the cloud has
-- accepted is never refused here.

CREATE TABLE site (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  timezone TEXT NOT NULL,
  rollover_hour INTEGER NOT NULL,
  opening_hours TEXT CHECK (json_valid(opening_hours)),
  currency TEXT NOT NULL,
  default_locale TEXT NOT NULL,
  queue_rules TEXT NOT NULL CHECK (json_valid(queue_rules)),
  deleted_at TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE service (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  site_id TEXT,
  name TEXT NOT NULL CHECK (json_valid(name)),
  description TEXT CHECK (json_valid(description)),
  prefix TEXT NOT NULL,
  price_cents INTEGER NOT NULL,
  duration_minutes INTEGER NOT NULL,
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  icon TEXT,
  sort_order INTEGER NOT NULL,
  payment_policy TEXT NOT NULL
    CHECK (payment_policy IN ('free', 'before_queue', 'after_service')),
  opening_hours TEXT CHECK (json_valid(opening_hours)),
  deleted_at TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE priority_class (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  name TEXT NOT NULL CHECK (json_valid(name)),
  legal_basis TEXT,
  tier INTEGER NOT NULL,
  weight INTEGER NOT NULL,
  icon TEXT,
  sort_order INTEGER NOT NULL,
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  deleted_at TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE counter (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  site_id TEXT NOT NULL,
  name TEXT NOT NULL,
  number INTEGER NOT NULL,
  service_ids TEXT CHECK (json_valid(service_ids)),
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  deleted_at TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE ticket (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  site_id TEXT NOT NULL,
  service_id TEXT NOT NULL,
  code TEXT NOT NULL,
  business_day TEXT NOT NULL,
  lane TEXT NOT NULL,
  number INTEGER NOT NULL,
  priority_class_id TEXT NOT NULL,
  priority INTEGER NOT NULL,
  party_size INTEGER NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('created', 'waiting', 'called', 'in_service', 'finished', 'canceled', 'expired')),
  reason TEXT
    CHECK (reason IN ('no_show', 'customer_left', 'issued_by_mistake', 'service_unavailable', 'other')),
  held_reason TEXT,
  channel TEXT NOT NULL
    CHECK (channel IN ('totem', 'reception', 'web', 'appointment')),
  operator_id TEXT,
  counter_id TEXT,
  issued_at TEXT NOT NULL,
  waiting_since TEXT,
  stage_since TEXT NOT NULL,
  called_at TEXT,
  calls INTEGER NOT NULL,
  started_at TEXT,
  ended_at TEXT,
  updated_at TEXT NOT NULL,
  price_cents INTEGER NOT NULL,
  conflict TEXT,
  folded TEXT NOT NULL CHECK (json_valid(folded)),
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE call (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  site_id TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  code TEXT NOT NULL,
  business_day TEXT NOT NULL,
  counter_id TEXT NOT NULL,
  counter_number INTEGER NOT NULL,
  operator_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  called_at TEXT NOT NULL,
  why TEXT NOT NULL CHECK (json_valid(why)),
  conflict TEXT,
  folded TEXT NOT NULL CHECK (json_valid(folded)),
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE operator_session (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  site_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  counter_id TEXT NOT NULL,
  since TEXT NOT NULL,
  until TEXT,
  conflict TEXT,
  folded TEXT NOT NULL CHECK (json_valid(folded)),
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- In the order in which people are called: see compareQueued in packages/domain.
CREATE INDEX ticket_queue_idx ON ticket (site_id, service_id, priority DESC, waiting_since, id)
  WHERE state = 'waiting' AND held_reason IS NULL;
CREATE INDEX ticket_day_idx ON ticket (site_id, business_day);
CREATE INDEX call_day_idx ON call (site_id, business_day, number);

-- The server's row of a folded table as it last came, whatever is shown.
CREATE TABLE server_row (
  table_name TEXT NOT NULL CHECK (table_name IN ('ticket', 'call', 'operator_session')),
  id TEXT NOT NULL,
  row TEXT NOT NULL CHECK (json_valid(row)),
  PRIMARY KEY (table_name, id)
) STRICT, WITHOUT ROWID;

-- How far each followed shape has come; written in the transaction of the rows that it is true of.
CREATE TABLE shape_state (
  shape TEXT NOT NULL PRIMARY KEY,
  -- Where the shape came from: a position means nothing at another upstream.
  upstream TEXT NOT NULL,
  handle TEXT NOT NULL,
  "offset" TEXT NOT NULL,
  synced_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

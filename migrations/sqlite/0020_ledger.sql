-- The ledger of this totem: its own entries, chained for each life of this database. Entries past an origin's `acked` are
-- the outbox; acknowledged ones are kept for seven days, so that a cloud restored from a dump gets them again.

CREATE TABLE audit_log (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  site_id TEXT,
  origin TEXT NOT NULL,
  seq INTEGER NOT NULL,
  tx TEXT NOT NULL,
  command_id TEXT,
  user_id TEXT,
  action TEXT NOT NULL,
  entity TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  data TEXT NOT NULL CHECK (json_valid(data)),
  commitment TEXT,
  occurred_at TEXT NOT NULL,
  clock_suspect INTEGER NOT NULL CHECK (clock_suspect IN (0, 1)),
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (origin, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_log_entity_idx ON audit_log (entity, entity_id, origin, seq);

-- Personal data beside its entry: removing a row here leaves the chain verifiable.
CREATE TABLE entry_private (
  tenant_id TEXT NOT NULL,
  entry_id TEXT NOT NULL,
  salt TEXT NOT NULL,
  data TEXT NOT NULL CHECK (json_valid(data)),
  PRIMARY KEY (tenant_id, entry_id),
  FOREIGN KEY (tenant_id, entry_id) REFERENCES audit_log (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Each life of this database as a writer. One is open; those before it only hand over what is not acknowledged.
CREATE TABLE origin_state (
  origin TEXT NOT NULL PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  reason TEXT NOT NULL CHECK (reason IN ('enrolled', 'salvaged', 'restored_image', 'restored_cloud')),
  opened_at TEXT NOT NULL,
  seq INTEGER NOT NULL CHECK (seq >= acked),
  hash TEXT NOT NULL,
  acked INTEGER NOT NULL DEFAULT 0 CHECK (acked >= 0),
  closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1))
) STRICT, WITHOUT ROWID;

-- When the cloud acknowledged how far: what retention goes by.
CREATE TABLE acknowledgement (
  origin TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (origin, seq)
) STRICT, WITHOUT ROWID;

-- Where the numbers of tickets stand. The day is in the key: nothing is ever reset.
CREATE TABLE code_counter (
  site_id TEXT NOT NULL,
  prefix TEXT NOT NULL,
  lane TEXT NOT NULL,
  business_day TEXT NOT NULL,
  last INTEGER NOT NULL CHECK (last >= 0),
  PRIMARY KEY (site_id, prefix, lane, business_day)
) STRICT, WITHOUT ROWID;

-- Commands that were done, by their own id: a repetition gets the answer and not the effect.
CREATE TABLE command (
  id TEXT NOT NULL PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  answer TEXT NOT NULL CHECK (json_valid(answer)),
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the device remembers besides: what it has learned of the time, whether it is suspended.
CREATE TABLE setting (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;

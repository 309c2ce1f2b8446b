-- What only this device has: the paper of each ticket, and how each of its parts is.

CREATE TABLE print_job (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  site_id TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('queued', 'sent', 'confirmed', 'unknown', 'failed', 'expired')),
  cause TEXT,
  copy INTEGER NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX print_job_state_idx ON print_job (state, created_at);

-- What a job's paper says that its ticket does not: fixed when the ticket was issued.
CREATE TABLE print_paper (
  tenant_id TEXT NOT NULL,
  print_job_id TEXT NOT NULL,
  locale TEXT NOT NULL,
  people_ahead INTEGER NOT NULL,
  expires_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, print_job_id),
  FOREIGN KEY (tenant_id, print_job_id) REFERENCES print_job (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE device_status (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  site_id TEXT NOT NULL,
  part TEXT NOT NULL
    CHECK (part IN ('cloud', 'ledger', 'printer', 'clock', 'disk', 'device')),
  state TEXT NOT NULL
    CHECK (state IN ('ok', 'warning', 'fault', 'unknown')),
  detail TEXT NOT NULL CHECK (json_valid(detail)),
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX device_status_part_key ON device_status (tenant_id, part);

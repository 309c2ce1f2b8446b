-- Screens that nobody knows yet, such as a television: each shows a code, and somebody who may enters it for a device of theirs.
-- Until then a row is no tenant's; afterwards it names whose it has become, by ids only. What is lost here is asked for anew.

CREATE UNLOGGED TABLE pairing (
  id uuid PRIMARY KEY,
  created_at timestamptz NOT NULL,
  -- A keyed hash: who reads the database has no code.
  code_hash text NOT NULL,
  public_key text NOT NULL CHECK (public_key ~ '^[A-Za-z0-9_-]{43}$'),
  -- What the screen says of itself.
  about jsonb NOT NULL DEFAULT '{}',
  expires_at timestamptz NOT NULL,
  taken_at timestamptz,
  taken_tenant uuid,
  taken_equipment uuid,
  CHECK ((taken_at IS NULL) = (taken_tenant IS NULL) AND (taken_at IS NULL) = (taken_equipment IS NULL))
);
CREATE UNIQUE INDEX pairing_code_key ON pairing (code_hash) WHERE taken_at IS NULL;
CREATE INDEX pairing_public_key_idx ON pairing (public_key);
CREATE INDEX pairing_expires_idx ON pairing (expires_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON pairing TO totem_api;

-- What a totem keeps to be the hub of its site: who may act and speak there, as the cloud last said; what the other totems
-- of the site have handed over, until the cloud has it; and commands that were refused, whose refusal is their answer.

ALTER TABLE command ADD COLUMN status TEXT NOT NULL DEFAULT 'done' CHECK (status IN ('done', 'refused'));

-- People who may serve at the site. Null means every site, or every service.
CREATE TABLE site_person (
  user_id TEXT NOT NULL PRIMARY KEY,
  full_name TEXT NOT NULL,
  username TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('admin', 'operator', 'technician')),
  site_ids TEXT CHECK (json_valid(site_ids)),
  service_ids TEXT CHECK (json_valid(service_ids))
) STRICT, WITHOUT ROWID;

-- Devices of the site that may speak, each with the key that it signs with.
CREATE TABLE site_device (
  equipment_id TEXT NOT NULL PRIMARY KEY,
  type TEXT NOT NULL CHECK (type IN ('totem', 'panel', 'display')),
  public_key TEXT
) STRICT, WITHOUT ROWID;

-- How far the origins of other totems are held here, and how far the cloud has acknowledged them. An origin that came here
-- in the middle of its life is held from `from_seq` on.
CREATE TABLE relay_origin (
  origin TEXT NOT NULL PRIMARY KEY,
  equipment_id TEXT NOT NULL,
  from_seq INTEGER NOT NULL CHECK (from_seq >= 1),
  seq INTEGER NOT NULL CHECK (seq >= 0),
  hash TEXT NOT NULL,
  acked INTEGER NOT NULL DEFAULT 0 CHECK (acked >= 0),
  -- The hash at `acked`, as the cloud said it.
  acked_hash TEXT
) STRICT, WITHOUT ROWID;

-- Their sealed batches as they came, with the personal data in them, in the order in which they came. One that the cloud
-- has acknowledged is removed.
CREATE TABLE relay_batch (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  origin TEXT NOT NULL,
  from_seq INTEGER NOT NULL,
  to_seq INTEGER NOT NULL,
  body BLOB NOT NULL,
  taken_at TEXT NOT NULL
) STRICT;
CREATE INDEX relay_batch_origin_idx ON relay_batch (origin, to_seq);

-- Who may sign in here without the link: what the cloud has signed, and the PIN that it is bound to.
CREATE TABLE hub_grant (
  user_id TEXT NOT NULL PRIMARY KEY,
  signed_grant TEXT NOT NULL,
  pin_hash TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
  kept_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What operators have in hand, and who sits where.
CREATE INDEX ticket_in_hand_idx ON ticket (operator_id, id) WHERE state IN ('called', 'in_service');
CREATE INDEX operator_session_open_idx ON operator_session (user_id) WHERE until IS NULL;

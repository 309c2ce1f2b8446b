-- locks against readers: equipment
-- A device replaces its own key, and for a while the former one counts beside it: until its links on paper, its sealed batches on
-- their way and a device that lost its power in between have caught up.

ALTER TABLE equipment
  ADD COLUMN previous_key text CHECK (previous_key ~ '^[A-Za-z0-9_-]{43}$'),
  ADD COLUMN previous_key_until timestamptz;

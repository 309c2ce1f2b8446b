-- locks against readers: ledger_parked
-- When people were told of an entry that waits for its row: after a day it is their business.

ALTER TABLE ledger_parked ADD COLUMN shown_at timestamptz;
GRANT UPDATE (shown_at) ON ledger_parked TO totem_api;

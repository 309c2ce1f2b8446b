-- Second histories that were handed over to the hub under a name that has one already: the cloud has not seen them, and only
-- the cloud suspends a device and tells people. One for each origin is enough, kept as it came until the cloud has judged it.
CREATE TABLE relay_fork (
  origin TEXT NOT NULL PRIMARY KEY,
  body BLOB NOT NULL,
  taken_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

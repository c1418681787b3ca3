-- Lines that a late write may still change. Written before anything else is tried; not derived from the log: keep it
-- when views are rebuilt.
CREATE TABLE register_watch (
  line_id BLOB NOT NULL PRIMARY KEY,
  until INTEGER NOT NULL,
  next_check_at INTEGER NOT NULL,
  cause TEXT NOT NULL
) STRICT;
CREATE INDEX register_watch_due ON register_watch (next_check_at);

-- What people told the reconciler, and what it waits for.
CREATE TABLE register_control (
  name TEXT NOT NULL PRIMARY KEY,
  text TEXT NOT NULL,
  number INTEGER NOT NULL
) STRICT;

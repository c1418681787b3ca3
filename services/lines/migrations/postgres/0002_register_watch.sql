-- Lines that a late write may still change. Written before anything else is tried; not derived from the log: keep it
-- when views are rebuilt.
CREATE TABLE register_watch (
  line_id UUID PRIMARY KEY,
  until BIGINT NOT NULL,
  next_check_at BIGINT NOT NULL,
  cause TEXT NOT NULL
);
CREATE INDEX register_watch_due ON register_watch (next_check_at);

-- What people told the reconciler, and what it waits for.
CREATE TABLE register_control (
  name TEXT PRIMARY KEY,
  text TEXT NOT NULL,
  number BIGINT NOT NULL
);

-- The service's own role writes rows and changes no tables.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'vigie_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON register_watch, register_control TO vigie_app;
    END IF;
END $$;

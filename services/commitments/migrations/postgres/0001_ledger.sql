-- The ledger of kept and missed promises: a view of the lines log, rebuilt at any time.
-- Times are microseconds since 1970-01-01T00:00:00Z.

-- One row per act of the population.
CREATE TABLE cases (
    case_id              UUID    NOT NULL PRIMARY KEY,
    characteristic       TEXT    NOT NULL,
    definition_version   TEXT    NOT NULL,
    account_id           UUID    NOT NULL,
    subject_id           UUID    NOT NULL,
    site                 TEXT,
    cost_centre          TEXT,
    act_kind             TEXT,
    act_reason           TEXT,
    recorded_at          BIGINT  NOT NULL,
    t0                   BIGINT,
    counted_at           BIGINT  NOT NULL,
    confirmed_at         BIGINT,
    read_back            TEXT,
    t1                   BIGINT,
    overdue_at           BIGINT,
    superseded_at        BIGINT,
    other_reasons_remain BOOLEAN NOT NULL,
    unreadable           BOOLEAN NOT NULL,
    closed               BOOLEAN NOT NULL,
    verdict              TEXT    NOT NULL,
    reason_code          TEXT,
    evidence_level       TEXT    NOT NULL,
    evidence_event_ids   TEXT    NOT NULL,
    incidents            TEXT    NOT NULL,
    incidents_beyond     BIGINT  NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX cases_newest ON cases (counted_at, case_id);
CREATE INDEX cases_of_account ON cases (account_id, counted_at, case_id);
CREATE INDEX cases_of_subject ON cases (subject_id, counted_at, case_id);
CREATE INDEX cases_unclosed ON cases (subject_id) WHERE NOT closed;

-- How far each line's stream has been taken in, and the event that it waits behind.
CREATE TABLE streams (
    stream_id UUID   NOT NULL PRIMARY KEY,
    version   BIGINT NOT NULL,
    parked_by UUID
) WITH (fillfactor = 70);

CREATE INDEX streams_parked ON streams (stream_id) WHERE parked_by IS NOT NULL;

-- How far the log has been read; one row per shard of the log.
CREATE TABLE checkpoint (
    shard          BIGINT NOT NULL PRIMARY KEY,
    incarnation    BIGINT NOT NULL,
    position       BIGINT NOT NULL,
    hash           BYTEA  NOT NULL,
    unknown_events BIGINT NOT NULL
);
INSERT INTO checkpoint VALUES (0, 0, 0, decode(repeat('00', 32), 'hex'), 0);

-- The service's own role writes rows and changes no tables.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'vigie_app') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO vigie_app', current_schema());
        GRANT SELECT, INSERT, UPDATE, DELETE ON cases, streams, checkpoint TO vigie_app;
        EXECUTE format('GRANT SELECT ON %I TO vigie_app', '_sqlx_migrations');
    END IF;
END $$;

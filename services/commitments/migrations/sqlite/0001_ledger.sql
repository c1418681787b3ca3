-- The ledger of kept and missed promises: a view of the lines log, rebuilt at any time.
-- Times are microseconds since 1970-01-01T00:00:00Z.

-- One row per act of the population.
CREATE TABLE cases (
    case_id              BLOB    NOT NULL PRIMARY KEY,
    characteristic       TEXT    NOT NULL,
    definition_version   TEXT    NOT NULL,
    account_id           BLOB    NOT NULL,
    subject_id           BLOB    NOT NULL,
    site                 TEXT,
    cost_centre          TEXT,
    act_kind             TEXT,
    act_reason           TEXT,
    recorded_at          INTEGER NOT NULL,
    t0                   INTEGER,
    counted_at           INTEGER NOT NULL,
    confirmed_at         INTEGER,
    read_back            TEXT,
    t1                   INTEGER,
    overdue_at           INTEGER,
    superseded_at        INTEGER,
    other_reasons_remain BOOLEAN NOT NULL,
    unreadable           BOOLEAN NOT NULL,
    closed               BOOLEAN NOT NULL,
    verdict              TEXT    NOT NULL,
    reason_code          TEXT,
    evidence_level       TEXT    NOT NULL,
    evidence_event_ids   TEXT    NOT NULL,
    incidents            TEXT    NOT NULL,
    incidents_beyond     INTEGER NOT NULL
);

CREATE INDEX cases_newest ON cases (counted_at, case_id);
CREATE INDEX cases_of_account ON cases (account_id, counted_at, case_id);
CREATE INDEX cases_of_subject ON cases (subject_id, counted_at, case_id);
CREATE INDEX cases_unclosed ON cases (subject_id) WHERE NOT closed;

-- How far each line's stream has been taken in, and the event that it waits behind.
CREATE TABLE streams (
    stream_id BLOB   NOT NULL PRIMARY KEY,
    version   INTEGER NOT NULL,
    parked_by BLOB
);

CREATE INDEX streams_parked ON streams (stream_id) WHERE parked_by IS NOT NULL;

-- How far the log has been read; one row per shard of the log.
CREATE TABLE checkpoint (
    shard          INTEGER NOT NULL PRIMARY KEY,
    incarnation    INTEGER NOT NULL,
    position       INTEGER NOT NULL,
    hash           BLOB   NOT NULL,
    unknown_events INTEGER NOT NULL
);
INSERT INTO checkpoint VALUES (0, 0, 0, zeroblob(32), 0);

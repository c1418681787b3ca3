-- Every other promise than the acts of 9.3, from the log of lines and from that of routing.
-- Times are microseconds since 1970-01-01T00:00:00Z.

-- One row per case.
CREATE TABLE promise_cases (
    case_id            BLOB    NOT NULL PRIMARY KEY,
    log                TEXT    NOT NULL,
    stream_id          BLOB    NOT NULL,
    characteristic     TEXT    NOT NULL,
    definition_version TEXT    NOT NULL,
    account_id         BLOB    NOT NULL,
    subject_id         BLOB    NOT NULL,
    site               TEXT,
    cost_centre        TEXT,
    summary            TEXT    NOT NULL,
    recorded_at        INTEGER  NOT NULL,
    t0                 INTEGER,
    counted_at         INTEGER  NOT NULL,
    due_at             INTEGER,
    t1                 INTEGER,
    failed_at          INTEGER,
    overdue_at         INTEGER,
    ended_at           INTEGER,
    ended_reason       TEXT,
    missing            BOOLEAN NOT NULL,
    unreadable         BOOLEAN NOT NULL,
    closed             BOOLEAN NOT NULL,
    verdict            TEXT    NOT NULL,
    reason_code        TEXT,
    evidence_level     TEXT    NOT NULL,
    evidence_event_ids TEXT    NOT NULL,
    incidents          TEXT    NOT NULL
);

CREATE INDEX promise_cases_newest ON promise_cases (characteristic, counted_at, case_id);
CREATE INDEX promise_cases_of_account ON promise_cases (account_id, characteristic, counted_at, case_id);
CREATE INDEX promise_cases_of_subject ON promise_cases (subject_id, counted_at, case_id);
CREATE INDEX promise_cases_verdicts ON promise_cases (characteristic, verdict);
CREATE INDEX promise_cases_unclosed ON promise_cases (stream_id) WHERE NOT closed;

-- How far each stream of routing has been taken in, and the event that it waits behind.
CREATE TABLE routing_streams (
    stream_id BLOB   NOT NULL PRIMARY KEY,
    version   INTEGER NOT NULL,
    parked_by BLOB
);

-- How far the log of routing has been read.
CREATE TABLE routing_checkpoint (
    shard          INTEGER NOT NULL PRIMARY KEY,
    incarnation    INTEGER NOT NULL,
    position       INTEGER NOT NULL,
    hash           BLOB NOT NULL,
    unknown_events INTEGER NOT NULL,
    parked_streams INTEGER NOT NULL
);
INSERT INTO routing_checkpoint VALUES (0, 0, 0, zeroblob(32), 0, 0);

-- Events of the log of lines that were passed over say something now: it is read again from its beginning.
DELETE FROM cases;
DELETE FROM streams;
UPDATE checkpoint SET incarnation = 0, position = 0, hash = zeroblob(32), unknown_events = 0, parked_streams = 0;

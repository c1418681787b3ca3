-- Every other promise than the acts of 9.3, from the log of lines and from that of routing.
-- Times are microseconds since 1970-01-01T00:00:00Z.

-- One row per case.
CREATE TABLE promise_cases (
    case_id            UUID    NOT NULL PRIMARY KEY,
    log                TEXT    NOT NULL,
    stream_id          UUID    NOT NULL,
    characteristic     TEXT    NOT NULL,
    definition_version TEXT    NOT NULL,
    account_id         UUID    NOT NULL,
    subject_id         UUID    NOT NULL,
    site               TEXT,
    cost_centre        TEXT,
    summary            TEXT    NOT NULL,
    recorded_at        BIGINT  NOT NULL,
    t0                 BIGINT,
    counted_at         BIGINT  NOT NULL,
    due_at             BIGINT,
    t1                 BIGINT,
    failed_at          BIGINT,
    overdue_at         BIGINT,
    ended_at           BIGINT,
    ended_reason       TEXT,
    missing            BOOLEAN NOT NULL,
    unreadable         BOOLEAN NOT NULL,
    closed             BOOLEAN NOT NULL,
    verdict            TEXT    NOT NULL,
    reason_code        TEXT,
    evidence_level     TEXT    NOT NULL,
    evidence_event_ids TEXT    NOT NULL,
    incidents          TEXT    NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX promise_cases_newest ON promise_cases (characteristic, counted_at, case_id);
CREATE INDEX promise_cases_of_account ON promise_cases (account_id, characteristic, counted_at, case_id);
CREATE INDEX promise_cases_of_subject ON promise_cases (subject_id, counted_at, case_id);
CREATE INDEX promise_cases_verdicts ON promise_cases (characteristic, verdict);
CREATE INDEX promise_cases_unclosed ON promise_cases (stream_id) WHERE NOT closed;

-- How far each stream of routing has been taken in, and the event that it waits behind.
CREATE TABLE routing_streams (
    stream_id UUID   NOT NULL PRIMARY KEY,
    version   BIGINT NOT NULL,
    parked_by UUID
) WITH (fillfactor = 70);

-- How far the log of routing has been read.
CREATE TABLE routing_checkpoint (
    shard          BIGINT NOT NULL PRIMARY KEY,
    incarnation    BIGINT NOT NULL,
    position       BIGINT NOT NULL,
    hash           BYTEA NOT NULL,
    unknown_events BIGINT NOT NULL,
    parked_streams BIGINT NOT NULL
);
INSERT INTO routing_checkpoint VALUES (0, 0, 0, decode(repeat('00', 32), 'hex'), 0, 0);

-- Events of the log of lines that were passed over say something now: it is read again from its beginning.
DELETE FROM cases;
DELETE FROM streams;
UPDATE checkpoint SET incarnation = 0, position = 0, hash = decode(repeat('00', 32), 'hex'), unknown_events = 0, parked_streams = 0;

-- The service's own role writes rows and changes no tables.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'vigie_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON promise_cases, routing_streams, routing_checkpoint TO vigie_app;
    END IF;
END $$;

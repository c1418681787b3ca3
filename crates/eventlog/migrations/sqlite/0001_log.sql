-- The event log. Times are microseconds since 1970-01-01T00:00:00Z; ids are 16 bytes.

CREATE TABLE events (
    position       INTEGER NOT NULL PRIMARY KEY,
    event_id       BLOB    NOT NULL,
    shard          INTEGER NOT NULL,
    incarnation    INTEGER NOT NULL,
    stream_id      BLOB    NOT NULL,
    stream_version INTEGER NOT NULL,
    type           TEXT    NOT NULL,
    account_id     BLOB    NOT NULL,
    recorded_at    INTEGER NOT NULL,
    occurred_at    INTEGER NOT NULL,
    actor          TEXT    NOT NULL,
    on_behalf_of   TEXT,
    channel        TEXT    NOT NULL,
    request_id     BLOB,
    act_id         BLOB,
    traceparent    TEXT,
    payload        BLOB    NOT NULL,
    hash           BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX events_by_stream ON events (stream_id, stream_version);

-- What is written stays as it is (rule 12).
CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are immutable'); END;
CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are immutable'); END;

-- One row per stream: its version, its timer and its lease.
CREATE TABLE streams (
    stream_id    BLOB    NOT NULL PRIMARY KEY,
    kind         TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    due_at       INTEGER,
    lease_holder BLOB,
    lease_fence  INTEGER NOT NULL DEFAULT 0,
    lease_until  INTEGER NOT NULL DEFAULT 0,
    lease_taken_over INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX streams_due ON streams (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX streams_leased ON streams (lease_until) WHERE lease_holder IS NOT NULL;

CREATE TABLE requests (
    request_id  BLOB    NOT NULL,
    caller      TEXT    NOT NULL,
    method      TEXT    NOT NULL,
    body_hash   BLOB    NOT NULL,
    stream_id   BLOB    NOT NULL,
    act_id      BLOB    NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (request_id, caller, method)
) STRICT, WITHOUT ROWID;

CREATE INDEX requests_by_age ON requests (recorded_at);

-- The directory (rule 15): keys that one stream at a time may claim …
CREATE TABLE keys (
    kind      TEXT    NOT NULL,
    key       TEXT    NOT NULL,
    stream_id BLOB    NOT NULL,
    held      INTEGER NOT NULL,
    -- Quarantine of a key that was given back.
    until     INTEGER NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

-- … and keys that many streams share.
CREATE TABLE links (
    kind      TEXT NOT NULL,
    key       TEXT NOT NULL,
    stream_id BLOB NOT NULL,
    PRIMARY KEY (kind, key, stream_id)
) STRICT, WITHOUT ROWID;

-- One row of facts about the log itself.
CREATE TABLE log (
    singleton   INTEGER NOT NULL PRIMARY KEY CHECK (singleton = 1),
    incarnation INTEGER NOT NULL,
    shard       INTEGER NOT NULL
) STRICT;
INSERT INTO log VALUES (1, 1, 0);

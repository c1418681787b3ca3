-- What became of each line and of every act on it: a view of the lines log, rebuilt at any time.
-- Times are microseconds since 1970-01-01T00:00:00Z.

-- One row per line: whose it is, how far its stream has been taken in, and which act set which of its reasons.
CREATE TABLE lines (
    line_id        BLOB    NOT NULL PRIMARY KEY,
    account_id     BLOB    NOT NULL,
    site           TEXT,
    cost_centre    TEXT,
    user_id        TEXT,
    version        INTEGER NOT NULL,
    incarnation    INTEGER NOT NULL,
    set_by         TEXT    NOT NULL
) WITHOUT ROWID;

-- One row per event of a line. Events come in the order of their ids, so that this key grows at its end.
CREATE TABLE timeline (
    event_id       BLOB    NOT NULL PRIMARY KEY,
    line_id        BLOB    NOT NULL,
    stream_version INTEGER NOT NULL,
    incarnation    INTEGER NOT NULL,
    event_type     TEXT    NOT NULL,
    recorded_at    INTEGER NOT NULL,
    occurred_at    INTEGER NOT NULL,
    actor          TEXT    NOT NULL,
    on_behalf_of   TEXT,
    channel        TEXT    NOT NULL,
    act_id         BLOB,
    act_ids        TEXT    NOT NULL,
    reference      TEXT,
    reason         TEXT,
    evidence       TEXT,
    line_state     TEXT,
    line_reasons   TEXT    NOT NULL,
    skipped        BOOLEAN NOT NULL
) WITHOUT ROWID;

CREATE UNIQUE INDEX timeline_of_line ON timeline (line_id, stream_version);

-- One row per act.
CREATE TABLE acts (
    act_id        BLOB    NOT NULL PRIMARY KEY,
    line_id       BLOB    NOT NULL,
    account_id    BLOB    NOT NULL,
    kind          TEXT    NOT NULL,
    reason        TEXT,
    reference     TEXT,
    actor         TEXT    NOT NULL,
    on_behalf_of  TEXT,
    channel       TEXT    NOT NULL,
    undoes        BLOB,
    asked_at      INTEGER NOT NULL,
    recorded_at   INTEGER NOT NULL,
    confirmed_at  INTEGER,
    overdue_at    INTEGER,
    superseded_at INTEGER,
    lifted_at     INTEGER,
    record_only   BOOLEAN NOT NULL,
    evidence      TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    first_version INTEGER NOT NULL,
    last_version  INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX acts_of_line ON acts (line_id, asked_at, act_id);
CREATE INDEX acts_of_account ON acts (account_id, asked_at, act_id);

-- How far the log has been read; one row per shard of the log.
CREATE TABLE checkpoint (
    shard          INTEGER NOT NULL PRIMARY KEY,
    incarnation    INTEGER NOT NULL,
    position       INTEGER NOT NULL,
    hash           BLOB    NOT NULL,
    unknown_events INTEGER NOT NULL
);
INSERT INTO checkpoint VALUES (0, 0, 0, zeroblob(32), 0);

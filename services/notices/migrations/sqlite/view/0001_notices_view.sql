-- Notices as lists show them: a view of the log of notices, rebuilt at any time. Names nobody.
-- Times are microseconds since 1970-01-01T00:00:00Z.

CREATE TABLE notice_view (
    notice_id      BLOB    NOT NULL PRIMARY KEY,
    version        INTEGER NOT NULL,
    account_id     BLOB    NOT NULL,
    line_id        BLOB,
    site           TEXT,
    cost_centre    TEXT,
    cause          TEXT    NOT NULL,
    cause_event_id BLOB    NOT NULL,
    cause_at       INTEGER NOT NULL,
    audience       TEXT    NOT NULL,
    state          TEXT    NOT NULL,
    person_id      BLOB,
    channel        TEXT,
    attempts       INTEGER NOT NULL,
    decided_at     INTEGER NOT NULL,
    handed_over_at INTEGER,
    message_id     TEXT,
    delivered_at   INTEGER,
    why            TEXT
);

CREATE INDEX notices_newest ON notice_view (decided_at, notice_id);
CREATE INDEX notices_of_account ON notice_view (account_id, decided_at, notice_id);
CREATE INDEX notices_of_line ON notice_view (line_id, decided_at, notice_id) WHERE line_id IS NOT NULL;
CREATE INDEX notices_in_state ON notice_view (state, decided_at, notice_id);

-- How far the log has been read; one row per shard of the log.
CREATE TABLE notice_view_checkpoint (
    shard       INTEGER NOT NULL PRIMARY KEY,
    incarnation INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    hash        BLOB    NOT NULL
);
INSERT INTO notice_view_checkpoint VALUES (0, 0, 0, zeroblob(32));

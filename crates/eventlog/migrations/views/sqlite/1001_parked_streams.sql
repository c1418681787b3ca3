-- Streams of which a view cannot take in an event: what comes after it waits (rule 23). The events are the log's to keep.
CREATE TABLE parked_streams (
    stream_id      BLOB    NOT NULL PRIMARY KEY,
    event_id       BLOB    NOT NULL,
    stream_version INTEGER NOT NULL,
    event_type     TEXT    NOT NULL,
    position       INTEGER NOT NULL,
    recorded_at    INTEGER NOT NULL,
    why            TEXT    NOT NULL,
    -- Events that came after it so far.
    waiting        INTEGER NOT NULL
) WITHOUT ROWID;

-- Events that a person let the view pass by.
CREATE TABLE skipped_events (
    event_id       BLOB    NOT NULL PRIMARY KEY,
    stream_id      BLOB    NOT NULL,
    stream_version INTEGER NOT NULL,
    event_type     TEXT    NOT NULL,
    position       INTEGER NOT NULL,
    why            TEXT    NOT NULL,
    skipped_by     TEXT    NOT NULL,
    reason         TEXT    NOT NULL,
    skipped_at     INTEGER NOT NULL
) WITHOUT ROWID;

-- Streams of which a view cannot take in an event: what comes after it waits (rule 23). The events are the log's to keep.
CREATE TABLE parked_streams (
    stream_id      UUID   NOT NULL PRIMARY KEY,
    event_id       UUID   NOT NULL,
    stream_version BIGINT NOT NULL,
    event_type     TEXT   NOT NULL,
    position       BIGINT NOT NULL,
    recorded_at    BIGINT NOT NULL,
    why            TEXT   NOT NULL,
    -- Events that came after it so far.
    waiting        BIGINT NOT NULL
);

-- Events that a person let the view pass by.
CREATE TABLE skipped_events (
    event_id       UUID   NOT NULL PRIMARY KEY,
    stream_id      UUID   NOT NULL,
    stream_version BIGINT NOT NULL,
    event_type     TEXT   NOT NULL,
    position       BIGINT NOT NULL,
    why            TEXT   NOT NULL,
    skipped_by     TEXT   NOT NULL,
    reason         TEXT   NOT NULL,
    skipped_at     BIGINT NOT NULL
);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'vigie_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON parked_streams, skipped_events TO vigie_app;
    END IF;
END $$;

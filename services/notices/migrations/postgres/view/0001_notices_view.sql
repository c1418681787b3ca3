-- Notices as lists show them: a view of the log of notices, rebuilt at any time. Names nobody.
-- Times are microseconds since 1970-01-01T00:00:00Z.

CREATE TABLE notice_view (
    notice_id      UUID    NOT NULL PRIMARY KEY,
    version        BIGINT NOT NULL,
    account_id     UUID    NOT NULL,
    line_id        UUID,
    site           TEXT,
    cost_centre    TEXT,
    cause          TEXT    NOT NULL,
    cause_event_id UUID    NOT NULL,
    cause_at       BIGINT NOT NULL,
    audience       TEXT    NOT NULL,
    state          TEXT    NOT NULL,
    person_id      UUID,
    channel        TEXT,
    attempts       BIGINT NOT NULL,
    decided_at     BIGINT NOT NULL,
    handed_over_at BIGINT,
    message_id     TEXT,
    delivered_at   BIGINT,
    why            TEXT
);

CREATE INDEX notices_newest ON notice_view (decided_at, notice_id);
CREATE INDEX notices_of_account ON notice_view (account_id, decided_at, notice_id);
CREATE INDEX notices_of_line ON notice_view (line_id, decided_at, notice_id) WHERE line_id IS NOT NULL;
CREATE INDEX notices_in_state ON notice_view (state, decided_at, notice_id);

-- How far the log has been read; one row per shard of the log.
CREATE TABLE notice_view_checkpoint (
    shard       BIGINT NOT NULL PRIMARY KEY,
    incarnation BIGINT NOT NULL,
    position    BIGINT NOT NULL,
    hash        BYTEA    NOT NULL
);
INSERT INTO notice_view_checkpoint VALUES (0, 0, 0, decode(repeat('00', 32), 'hex'));

-- The service's own role writes rows and changes no tables.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'vigie_app') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO vigie_app', current_schema());
        GRANT SELECT, INSERT, UPDATE, DELETE ON notice_view, notice_view_checkpoint TO vigie_app;
        EXECUTE format('GRANT SELECT ON %I TO vigie_app', '_sqlx_migrations');
    END IF;
END $$;

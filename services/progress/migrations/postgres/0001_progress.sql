-- What became of each line and of every act on it: a view of the lines log, rebuilt at any time.
-- Times are microseconds since 1970-01-01T00:00:00Z.

-- One row per line: whose it is, how far its stream has been taken in, and which act set which of its reasons.
CREATE TABLE lines (
    line_id        UUID   NOT NULL PRIMARY KEY,
    account_id     UUID   NOT NULL,
    site           TEXT,
    cost_centre    TEXT,
    user_id        TEXT,
    version        BIGINT NOT NULL,
    incarnation    BIGINT NOT NULL,
    set_by         TEXT   NOT NULL
) WITH (fillfactor = 70);

-- One row per event of a line. Events come in the order of their ids, so that this key grows at its end.
CREATE TABLE timeline (
    event_id       UUID   NOT NULL PRIMARY KEY,
    line_id        UUID   NOT NULL,
    stream_version BIGINT NOT NULL,
    incarnation    BIGINT NOT NULL,
    event_type     TEXT   NOT NULL,
    recorded_at    BIGINT NOT NULL,
    occurred_at    BIGINT NOT NULL,
    actor          TEXT   NOT NULL,
    on_behalf_of   TEXT,
    channel        TEXT   NOT NULL,
    act_id         UUID,
    act_ids        TEXT   NOT NULL,
    reference      TEXT,
    reason         TEXT,
    evidence       TEXT,
    line_state     TEXT,
    line_reasons   TEXT   NOT NULL,
    skipped        BOOLEAN NOT NULL
);

CREATE UNIQUE INDEX timeline_of_line ON timeline (line_id, stream_version);

-- One row per act.
CREATE TABLE acts (
    act_id        UUID    NOT NULL PRIMARY KEY,
    line_id       UUID    NOT NULL,
    account_id    UUID    NOT NULL,
    kind          TEXT    NOT NULL,
    reason        TEXT,
    reference     TEXT,
    actor         TEXT    NOT NULL,
    on_behalf_of  TEXT,
    channel       TEXT    NOT NULL,
    undoes        UUID,
    asked_at      BIGINT  NOT NULL,
    recorded_at   BIGINT  NOT NULL,
    confirmed_at  BIGINT,
    overdue_at    BIGINT,
    superseded_at BIGINT,
    lifted_at     BIGINT,
    record_only   BOOLEAN NOT NULL,
    evidence      TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    first_version BIGINT  NOT NULL,
    last_version  BIGINT  NOT NULL
) WITH (fillfactor = 70);

CREATE INDEX acts_of_line ON acts (line_id, asked_at, act_id);
CREATE INDEX acts_of_account ON acts (account_id, asked_at, act_id);

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
        GRANT SELECT, INSERT, UPDATE, DELETE ON lines, timeline, acts, checkpoint TO vigie_app;
        EXECUTE format('GRANT SELECT ON %I TO vigie_app', '_sqlx_migrations');
    END IF;
END $$;

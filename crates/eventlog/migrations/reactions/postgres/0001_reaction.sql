-- One reaction to a log (rule 26): how far it has decided, and what is to be carried out.
-- Times are microseconds since 1970-01-01T00:00:00Z.

-- One row, from its first start.
CREATE TABLE reaction (
    shard         BIGINT NOT NULL PRIMARY KEY,
    -- Request ids are made of it.
    name          TEXT   NOT NULL,
    incarnation   BIGINT NOT NULL,
    position      BIGINT NOT NULL,
    hash          BYTEA  NOT NULL,
    -- Who last said from where it goes on.
    placed_by     TEXT,
    placed_reason TEXT,
    placed_at     BIGINT
);

-- One row per command that was decided.
CREATE TABLE effects (
    request_id     UUID    NOT NULL PRIMARY KEY,
    stream_id      UUID    NOT NULL,
    stream_version BIGINT  NOT NULL,
    -- Its place among the commands of one event, from 0.
    ordinal        BIGINT  NOT NULL,
    event_id       UUID    NOT NULL,
    event_type     TEXT    NOT NULL,
    position       BIGINT  NOT NULL,
    recorded_at    BIGINT  NOT NULL,
    traceparent    TEXT,
    -- JSON; forgotten once the effect is finished.
    command        BYTEA,
    -- TO_DO, WAITS for a person, DONE or DROPPED; the latter two have an end.
    state          TEXT    NOT NULL DEFAULT 'TO_DO',
    finished_at    BIGINT,
    -- Attempts begun, and those of them since a person last said so.
    attempts       BIGINT  NOT NULL DEFAULT 0,
    tries          BIGINT  NOT NULL DEFAULT 0,
    -- The latest attempt's end is not recorded.
    under_way      BOOLEAN NOT NULL DEFAULT FALSE,
    -- An earlier attempt may have had its effect.
    maybe_done     BOOLEAN NOT NULL DEFAULT FALSE,
    -- Not before; while an attempt is under way: whose it is until then.
    next_at        BIGINT  NOT NULL,
    -- Why it waits, or why its latest attempt failed.
    why            TEXT,
    -- A person wants it, however old it is.
    approved       BOOLEAN NOT NULL DEFAULT FALSE,
    ruled_by       TEXT,
    ruled_reason   TEXT,
    ruled_at       BIGINT
) WITH (fillfactor = 70);

CREATE INDEX effects_in_order ON effects (stream_id, stream_version, ordinal) WHERE finished_at IS NULL;
CREATE INDEX effects_to_do ON effects (next_at) WHERE finished_at IS NULL AND state = 'TO_DO';
CREATE INDEX effects_finished ON effects (finished_at) WHERE finished_at IS NOT NULL;

-- The service's own role reacts, and changes no tables.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'vigie_app') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO vigie_app', current_schema());
        GRANT SELECT, INSERT, UPDATE ON reaction TO vigie_app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON effects TO vigie_app;
        EXECUTE format('GRANT SELECT ON %I TO vigie_app', '_sqlx_migrations');
    END IF;
END $$;

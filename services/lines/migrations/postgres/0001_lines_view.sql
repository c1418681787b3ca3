-- Lines as they are now: a view of the lines log, rebuilt at any time.
-- Times are microseconds since 1970-01-01T00:00:00Z.

-- One row per line: the state after its latest event.
CREATE TABLE line_view (
    line_id              UUID    NOT NULL PRIMARY KEY,
    account_id           UUID    NOT NULL,
    version              BIGINT  NOT NULL,
    msisdn               TEXT,
    imsi                 TEXT,
    iccid                TEXT,
    account_holder       TEXT,
    user_id              TEXT,
    cost_centre          TEXT,
    site                 TEXT,
    external_identifiers TEXT    NOT NULL,
    state                TEXT    NOT NULL,
    reasons              TEXT    NOT NULL,
    evidence             TEXT    NOT NULL,
    barred               BOOLEAN NOT NULL,
    in_drift             BOOLEAN NOT NULL,
    intent_sequence      BIGINT  NOT NULL,
    waiting_since        BIGINT,
    act_id               UUID,
    requested_at         BIGINT,
    confirmed_at         BIGINT,
    retired_imsis        TEXT    NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX line_view_of_account ON line_view (account_id, line_id);
CREATE INDEX line_view_waiting ON line_view (waiting_since, line_id) WHERE waiting_since IS NOT NULL;

-- How far the log has been read; one row per shard of the log.
CREATE TABLE line_view_checkpoint (
    shard       BIGINT NOT NULL PRIMARY KEY,
    incarnation BIGINT NOT NULL,
    position    BIGINT NOT NULL,
    hash        BYTEA  NOT NULL
);
INSERT INTO line_view_checkpoint VALUES (0, 0, 0, decode(repeat('00', 32), 'hex'));

-- The service's own role writes rows and changes no tables.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'vigie_app') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO vigie_app', current_schema());
        GRANT SELECT, INSERT, UPDATE, DELETE ON line_view, line_view_checkpoint TO vigie_app;
        EXECUTE format('GRANT SELECT ON %I TO vigie_app', '_sqlx_migrations');
    END IF;
END $$;

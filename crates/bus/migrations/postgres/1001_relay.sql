-- Who carries this log to Kafka, and how far it is carried. Versions from 1001: the log's own migrations are below.

CREATE TABLE relay (
    name        TEXT   NOT NULL PRIMARY KEY,
    -- Grows each time that the relay changes hands: the cursor moves only under the newest epoch (rule 19).
    epoch       BIGINT NOT NULL,
    holder      UUID,
    -- By the database's clock, microseconds since 1970-01-01T00:00:00Z.
    until       BIGINT NOT NULL,
    -- The last event that is on Kafka.
    incarnation BIGINT NOT NULL,
    position    BIGINT NOT NULL,
    hash        BYTEA  NOT NULL
) WITH (fillfactor = 10);

-- The service's own role carries, and changes no tables.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'vigie_app') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO vigie_app', current_schema());
        GRANT SELECT, INSERT, UPDATE ON relay TO vigie_app;
        EXECUTE format('GRANT SELECT ON %I TO vigie_app', '_sqlx_migrations');
    END IF;
END $$;

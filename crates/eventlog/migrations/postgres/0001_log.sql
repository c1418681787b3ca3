-- The event log. Events are partitioned by position range from the first day (rule 16): archiving detaches
-- whole partitions. Times are microseconds since 1970-01-01T00:00:00Z.

CREATE TABLE events (
    position       BIGINT NOT NULL PRIMARY KEY,
    event_id       UUID   NOT NULL,
    shard          BIGINT NOT NULL,
    incarnation    BIGINT NOT NULL,
    stream_id      UUID   NOT NULL,
    stream_version BIGINT NOT NULL,
    type           TEXT   NOT NULL,
    account_id     UUID   NOT NULL,
    recorded_at    BIGINT NOT NULL,
    occurred_at    BIGINT NOT NULL,
    actor          TEXT   NOT NULL,
    on_behalf_of   TEXT,
    channel        TEXT   NOT NULL,
    request_id     UUID,
    act_id         UUID,
    traceparent    TEXT,
    payload        BYTEA  NOT NULL,
    hash           BYTEA  NOT NULL
) PARTITION BY RANGE (position);

CREATE INDEX events_by_stream ON events (stream_id, stream_version);

-- Partition n holds the positions n × 10,000,000 and up. Runs with the owner's rights, so that the service's
-- own role needs none of its own to grow. Made aside and attached: that waits for no reader, and no reader for it.
CREATE FUNCTION ensure_partition(n BIGINT) RETURNS VOID LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
DECLARE
    name TEXT := 'events_' || n;
BEGIN
    IF to_regclass(name) IS NULL THEN
        EXECUTE format('CREATE TABLE %I (LIKE events)', name);
        EXECUTE format(
            'ALTER TABLE events ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
            name, n * 10000000, (n + 1) * 10000000);
    END IF;
EXCEPTION
    -- Another replica was faster.
    WHEN duplicate_table OR unique_violation THEN NULL;
END $$;

REVOKE EXECUTE ON FUNCTION ensure_partition FROM PUBLIC;

SELECT ensure_partition(0);

-- One row per stream: its version, its timer and its lease.
CREATE TABLE streams (
    stream_id    UUID   NOT NULL PRIMARY KEY,
    kind         TEXT   NOT NULL,
    version      BIGINT NOT NULL,
    due_at       BIGINT,
    lease_holder UUID,
    lease_fence  BIGINT NOT NULL DEFAULT 0,
    lease_until  BIGINT NOT NULL DEFAULT 0,
    lease_taken_over BOOLEAN NOT NULL DEFAULT FALSE
) WITH (fillfactor = 70);

CREATE INDEX streams_due ON streams (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX streams_leased ON streams (lease_until) WHERE lease_holder IS NOT NULL;

CREATE TABLE requests (
    request_id  UUID   NOT NULL,
    caller      TEXT   NOT NULL,
    method      TEXT   NOT NULL,
    body_hash   BYTEA  NOT NULL,
    stream_id   UUID   NOT NULL,
    act_id      UUID   NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (request_id, caller, method)
);

-- Written in order of age: a block range index costs an append next to nothing.
CREATE INDEX requests_by_age ON requests USING brin (recorded_at);

-- The directory (rule 15): keys that one stream at a time may claim …
CREATE TABLE keys (
    kind      TEXT    NOT NULL,
    key       TEXT    NOT NULL,
    stream_id UUID    NOT NULL,
    held      BOOLEAN NOT NULL,
    -- Quarantine of a key that was given back.
    until     BIGINT  NOT NULL,
    PRIMARY KEY (kind, key)
);

-- … and keys that many streams share.
CREATE TABLE links (
    kind      TEXT NOT NULL,
    key       TEXT NOT NULL,
    stream_id UUID NOT NULL,
    PRIMARY KEY (kind, key, stream_id)
);

-- One row of facts about the log itself.
CREATE TABLE log (
    singleton   BOOLEAN NOT NULL PRIMARY KEY CHECK (singleton),
    incarnation BIGINT  NOT NULL,
    shard       BIGINT  NOT NULL
);
INSERT INTO log VALUES (TRUE, 1, 0);

-- Raises when a count is not what the writer expected, so that its one statement commits all or nothing.
CREATE FUNCTION expect_count(actual BIGINT, expected BIGINT, what TEXT) RETURNS BIGINT LANGUAGE plpgsql AS $$
BEGIN
    IF actual <> expected THEN
        RAISE EXCEPTION USING ERRCODE = 'VG001', MESSAGE = what;
    END IF;
    RETURN actual;
END $$;

-- The service's own role: it can add to the log, and never change or remove what is there (rule 12).
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'vigie_app') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO vigie_app', current_schema());
        GRANT SELECT, INSERT ON events TO vigie_app;
        GRANT SELECT, INSERT, UPDATE ON streams TO vigie_app;
        GRANT SELECT, INSERT, DELETE ON requests TO vigie_app;
        GRANT SELECT, INSERT, UPDATE ON keys TO vigie_app;
        GRANT SELECT, INSERT, DELETE ON links TO vigie_app;
        GRANT SELECT ON log TO vigie_app;
        GRANT EXECUTE ON FUNCTION ensure_partition TO vigie_app;
        EXECUTE format('GRANT SELECT ON %I TO vigie_app', '_sqlx_migrations');
    END IF;
END $$;

-- What came of contacts, yearly reviews and projects abroad as they are now: a view of the routing log, rebuilt at any time.
-- Times are microseconds since 1970-01-01T00:00:00Z.

-- One row per contact: the state after its latest event, whole in `shown`.
CREATE TABLE contact_view (
    contact_id UUID   NOT NULL PRIMARY KEY,
    version    BIGINT NOT NULL,
    account_id UUID,
    desk_id    UUID,
    began_at   BIGINT NOT NULL,
    shown      TEXT   NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX contact_view_in_time ON contact_view (began_at, contact_id);
CREATE INDEX contact_view_of_account ON contact_view (account_id, began_at, contact_id) WHERE account_id IS NOT NULL;
CREATE INDEX contact_view_of_desk ON contact_view (desk_id, began_at, contact_id) WHERE desk_id IS NOT NULL;

-- One row per company: its reviews after their latest event, whole in `shown`.
CREATE TABLE review_plan_view (
    account_id UUID    NOT NULL PRIMARY KEY,
    version    BIGINT  NOT NULL,
    due_at     BIGINT  NOT NULL,
    late_since BIGINT,
    is_planned BOOLEAN NOT NULL,
    ended_at   BIGINT,
    shown      TEXT    NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX review_plan_view_due ON review_plan_view (due_at, account_id);
CREATE INDEX review_plan_view_late ON review_plan_view (late_since) WHERE late_since IS NOT NULL;

-- One row per project: the state after its latest event, whole in `shown`.
CREATE TABLE project_view (
    project_id        UUID    NOT NULL PRIMARY KEY,
    version           BIGINT  NOT NULL,
    account_id        UUID    NOT NULL,
    referent_staff_id UUID    NOT NULL,
    requested_at      BIGINT  NOT NULL,
    answer_due_at     BIGINT  NOT NULL,
    is_waiting        BOOLEAN NOT NULL,
    shown             TEXT    NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX project_view_of_account ON project_view (account_id, requested_at, project_id);
CREATE INDEX project_view_waiting ON project_view (answer_due_at) WHERE is_waiting;

-- One row per fact that came by the topic and could not be taken, whole in `shown`.
CREATE TABLE rejected_fact_view (
    rejected_fact_id UUID    NOT NULL PRIMARY KEY,
    version          BIGINT  NOT NULL,
    rejected_at      BIGINT  NOT NULL,
    is_settled       BOOLEAN NOT NULL,
    shown            TEXT    NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX rejected_fact_view_open ON rejected_fact_view (rejected_at, rejected_fact_id) WHERE NOT is_settled;

-- The service's own role writes rows and changes no tables.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'vigie_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE
            ON contact_view, review_plan_view, project_view, rejected_fact_view TO vigie_app;
    END IF;
END $$;

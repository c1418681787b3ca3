-- What came of contacts, yearly reviews and projects abroad as they are now: a view of the routing log, rebuilt at any time.
-- Times are microseconds since 1970-01-01T00:00:00Z.

-- One row per contact: the state after its latest event, whole in `shown`.
CREATE TABLE contact_view (
    contact_id BLOB   NOT NULL PRIMARY KEY,
    version    INTEGER NOT NULL,
    account_id BLOB,
    desk_id    BLOB,
    began_at   INTEGER NOT NULL,
    shown      TEXT   NOT NULL
);

CREATE INDEX contact_view_in_time ON contact_view (began_at, contact_id);
CREATE INDEX contact_view_of_account ON contact_view (account_id, began_at, contact_id) WHERE account_id IS NOT NULL;
CREATE INDEX contact_view_of_desk ON contact_view (desk_id, began_at, contact_id) WHERE desk_id IS NOT NULL;

-- One row per company: its reviews after their latest event, whole in `shown`.
CREATE TABLE review_plan_view (
    account_id BLOB    NOT NULL PRIMARY KEY,
    version    INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    late_since INTEGER,
    is_planned BOOLEAN NOT NULL,
    ended_at   INTEGER,
    shown      TEXT    NOT NULL
);

CREATE INDEX review_plan_view_due ON review_plan_view (due_at, account_id);
CREATE INDEX review_plan_view_late ON review_plan_view (late_since) WHERE late_since IS NOT NULL;

-- One row per project: the state after its latest event, whole in `shown`.
CREATE TABLE project_view (
    project_id        BLOB    NOT NULL PRIMARY KEY,
    version           INTEGER NOT NULL,
    account_id        BLOB    NOT NULL,
    referent_staff_id BLOB    NOT NULL,
    requested_at      INTEGER NOT NULL,
    answer_due_at     INTEGER NOT NULL,
    is_waiting        BOOLEAN NOT NULL,
    shown             TEXT    NOT NULL
);

CREATE INDEX project_view_of_account ON project_view (account_id, requested_at, project_id);
CREATE INDEX project_view_waiting ON project_view (answer_due_at) WHERE is_waiting;

-- One row per fact that came by the topic and could not be taken, whole in `shown`.
CREATE TABLE rejected_fact_view (
    rejected_fact_id BLOB    NOT NULL PRIMARY KEY,
    version          INTEGER NOT NULL,
    rejected_at      INTEGER NOT NULL,
    is_settled       BOOLEAN NOT NULL,
    shown            TEXT    NOT NULL
);

CREATE INDEX rejected_fact_view_open ON rejected_fact_view (rejected_at, rejected_fact_id) WHERE NOT is_settled;

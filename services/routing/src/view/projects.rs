//! Projects abroad as rows, the newest first.

use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use uuid::Uuid;
use vigie_eventlog::view::{Condition, Upsert};
use vigie_eventlog::{RecordedEvent, Row, Transaction, Value};

use super::columns::{from_json, json};
use super::latest::latest_of;
use super::{Error, View};
use crate::domain::project::{Event, Project, Snapshot};

pub(super) const TABLE: &str = "project_view";

/// How the types of their events begin.
const EVENTS: &str = "vigie.project.";

const COLUMNS: [&str; 8] = [
    "project_id",
    "version",
    "account_id",
    "referent_staff_id",
    "requested_at",
    "answer_due_at",
    "is_waiting",
    "shown",
];

/// A project after its latest event.
pub(crate) struct ProjectRow {
    pub(crate) project_id: Uuid,
    pub(crate) account_id: Uuid,
    pub(crate) version: i64,
    pub(crate) shown: Snapshot,
}

/// Where a page ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProjectKey {
    requested_at: i64,
    project_id: Uuid,
}

pub(super) async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), Error> {
    let rows = latest_of::<Project>(EVENTS, events).map(|(event, recorded)| values(&event, recorded));
    let rows: Vec<_> = rows.collect::<Result<_, Error>>()?;
    Ok(Upsert::new(TABLE, COLUMNS).only_newer("version").put(transaction, rows).await?)
}

fn values(event: &Event, recorded: &RecordedEvent) -> Result<Vec<Value>, Error> {
    let project = &event.project;
    Ok(vec![
        event.project_id.into(),
        recorded.stream_version.into(),
        event.account_id.into(),
        project.referent_staff_id.into(),
        project.requested_at.as_micros().into(),
        project.answer_due_at.as_micros().into(),
        (project.answered_at.is_none() && project.closed_at.is_none()).into(),
        json("shown", project)?,
    ])
}

fn read(row: &Row) -> Result<ProjectRow, Error> {
    let shown = from_json("shown", &row.text(3)?)?;
    Ok(ProjectRow { project_id: row.uuid(0)?, account_id: row.uuid(1)?, version: row.i64(2)?, shown })
}

impl View {
    /// At most `size` projects of an account, the newest first, and where the next page begins.
    pub(crate) async fn project_page(
        &self,
        account_id: Uuid,
        after: Option<ProjectKey>,
        size: u32,
    ) -> Result<(Vec<ProjectRow>, Option<ProjectKey>), Error> {
        let mut condition = Condition::everything();
        condition.and("account_id =", account_id);
        if let Some(ProjectKey { requested_at, project_id }) = after {
            let (requested_at, project_id) = (condition.bind(requested_at), condition.bind(project_id));
            condition
                .sql
                .push_str(&format!(" AND (requested_at, project_id) < ({requested_at}, {project_id})"));
        }
        let limit = condition.bind(i64::from(size) + 1);
        let sql = format!(
            "SELECT project_id, account_id, version, shown FROM {TABLE} WHERE {} \
             ORDER BY requested_at DESC, project_id DESC LIMIT {limit}",
            condition.sql
        );
        let rows = self.database().query(AssertSqlSafe(sql), &condition.values).await?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let projects = rows.iter().take(size).map(read).collect::<Result<Vec<_>, _>>()?;
        let key = |last: &ProjectRow| ProjectKey {
            requested_at: last.shown.requested_at.as_micros(),
            project_id: last.project_id,
        };
        let next = projects.last().filter(|_| rows.len() > size).map(key);
        Ok((projects, next))
    }
}

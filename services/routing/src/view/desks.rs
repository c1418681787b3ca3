//! Desks as rows.

use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use uuid::Uuid;
use vigie_eventlog::view::{Condition, Upsert};
use vigie_eventlog::{RecordedEvent, Row, Transaction, Value};

use super::columns::{from_json, json, micros};
use super::latest::latest_of;
use super::{Error, View};
use crate::domain::ExternalIdentifier;
use crate::domain::desk::{Desk, Event, Purpose, Snapshot};

pub(super) const TABLE: &str = "desk_view";

/// How the types of their events begin.
const EVENTS: &str = "vigie.desk.";

const COLUMNS: [&str; 6] = ["desk_id", "version", "purpose", "closed_at", "external_identifiers", "shown"];

/// A desk after its latest event.
pub(crate) struct DeskRow {
    pub(crate) desk_id: Uuid,
    pub(crate) version: i64,
    pub(crate) external_identifiers: Vec<ExternalIdentifier>,
    pub(crate) shown: Snapshot,
}

/// Where a page ended: desks are in order of id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeskKey {
    desk_id: Uuid,
}

pub(super) async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), Error> {
    let rows = latest_of::<Desk>(EVENTS, events).map(|(event, recorded)| values(event, recorded));
    let rows: Vec<_> = rows.collect::<Result<_, Error>>()?;
    Ok(Upsert::new(TABLE, COLUMNS).only_newer("version").put(transaction, rows).await?)
}

fn values(event: Event, recorded: &RecordedEvent) -> Result<Vec<Value>, Error> {
    let Event { desk_id, external_identifiers, desk, .. } = event;
    Ok(vec![
        desk_id.into(),
        recorded.stream_version.into(),
        desk.particulars.purpose.as_str().into(),
        micros(desk.closed_at),
        json("external_identifiers", &external_identifiers)?,
        json("shown", &desk)?,
    ])
}

fn read(row: &Row) -> Result<DeskRow, Error> {
    Ok(DeskRow {
        desk_id: row.uuid(0)?,
        version: row.i64(1)?,
        external_identifiers: from_json("external_identifiers", &row.text(2)?)?,
        shown: from_json("shown", &row.text(3)?)?,
    })
}

impl View {
    /// At most `size` desks that have not ended, in order of id, and where the next page begins.
    pub(crate) async fn desk_page(
        &self,
        purpose: Option<Purpose>,
        after: Option<DeskKey>,
        size: u32,
    ) -> Result<(Vec<DeskRow>, Option<DeskKey>), Error> {
        let mut condition = Condition::everything();
        condition.sql.push_str(" AND closed_at IS NULL");
        if let Some(purpose) = purpose {
            condition.and("purpose =", purpose.as_str());
        }
        if let Some(DeskKey { desk_id }) = after {
            condition.and("desk_id >", desk_id);
        }
        let limit = condition.bind(i64::from(size) + 1);
        let sql = format!(
            "SELECT desk_id, version, external_identifiers, shown FROM {TABLE} WHERE {} \
             ORDER BY desk_id LIMIT {limit}",
            condition.sql
        );
        let rows = self.database().query(AssertSqlSafe(sql), &condition.values).await?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let desks = rows.iter().take(size).map(read).collect::<Result<Vec<_>, _>>()?;
        let next = desks.last().filter(|_| rows.len() > size).map(|last| DeskKey { desk_id: last.desk_id });
        Ok((desks, next))
    }
}

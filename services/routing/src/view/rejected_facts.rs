//! Facts that could not be taken and wait for a person, as rows in the order in which they came.

use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use uuid::Uuid;
use vigie_eventlog::view::{Condition, Upsert};
use vigie_eventlog::{RecordedEvent, Row, Transaction, Value};

use super::columns::{from_json, json};
use super::latest::latest_of;
use super::{Error, View};
use crate::domain::rejected_fact::{Event, RejectedFact, Snapshot};

pub(super) const TABLE: &str = "rejected_fact_view";

/// How the types of their events begin.
const EVENTS: &str = "vigie.rejected_fact.";

const COLUMNS: [&str; 5] = ["rejected_fact_id", "version", "rejected_at", "is_settled", "shown"];

/// A rejected fact after its latest event.
pub(crate) struct RejectedFactRow {
    pub(crate) rejected_fact_id: Uuid,
    pub(crate) shown: Snapshot,
}

/// Where a page ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RejectedFactKey {
    rejected_at: i64,
    rejected_fact_id: Uuid,
}

pub(super) async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), Error> {
    let rows = latest_of::<RejectedFact>(EVENTS, events).map(|(event, recorded)| values(&event, recorded));
    let rows: Vec<_> = rows.collect::<Result<_, Error>>()?;
    Ok(Upsert::new(TABLE, COLUMNS).only_newer("version").put(transaction, rows).await?)
}

fn values(event: &Event, recorded: &RecordedEvent) -> Result<Vec<Value>, Error> {
    let fact = &event.rejected_fact;
    Ok(vec![
        event.rejected_fact_id.into(),
        recorded.stream_version.into(),
        fact.rejected_at.as_micros().into(),
        fact.settled_at.is_some().into(),
        json("shown", fact)?,
    ])
}

fn read(row: &Row) -> Result<RejectedFactRow, Error> {
    Ok(RejectedFactRow { rejected_fact_id: row.uuid(0)?, shown: from_json("shown", &row.text(1)?)? })
}

impl View {
    /// At most `size` rejected facts that nobody has settled, in the order in which they came, and where the next page
    /// begins.
    pub(crate) async fn rejected_fact_page(
        &self,
        after: Option<RejectedFactKey>,
        size: u32,
    ) -> Result<(Vec<RejectedFactRow>, Option<RejectedFactKey>), Error> {
        let mut condition = Condition::everything();
        condition.sql.push_str(" AND NOT is_settled");
        if let Some(RejectedFactKey { rejected_at, rejected_fact_id }) = after {
            let (at, id) = (condition.bind(rejected_at), condition.bind(rejected_fact_id));
            condition.sql.push_str(&format!(" AND (rejected_at, rejected_fact_id) > ({at}, {id})"));
        }
        let limit = condition.bind(i64::from(size) + 1);
        let sql = format!(
            "SELECT rejected_fact_id, shown FROM {TABLE} WHERE {} \
             ORDER BY rejected_at, rejected_fact_id LIMIT {limit}",
            condition.sql
        );
        let rows = self.database().query(AssertSqlSafe(sql), &condition.values).await?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let facts = rows.iter().take(size).map(read).collect::<Result<Vec<_>, _>>()?;
        let key = |last: &RejectedFactRow| RejectedFactKey {
            rejected_at: last.shown.rejected_at.as_micros(),
            rejected_fact_id: last.rejected_fact_id,
        };
        let next = facts.last().filter(|_| rows.len() > size).map(key);
        Ok((facts, next))
    }
}

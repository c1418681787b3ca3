//! Plans of reviews as rows: whose year ends first comes first.

use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::view::{Condition, Upsert};
use vigie_eventlog::{RecordedEvent, Row, Transaction, Value};

use super::columns::{from_json, json, micros};
use super::latest::latest_of;
use super::{Error, View};
use crate::domain::review_plan::{Event, ReviewPlan, Snapshot};

pub(super) const TABLE: &str = "review_plan_view";

/// How the types of their events begin.
const EVENTS: &str = "vigie.review_plan.";

const COLUMNS: [&str; 7] =
    ["account_id", "version", "due_at", "late_since", "is_planned", "ended_at", "shown"];

/// A plan after its latest event.
pub(crate) struct ReviewPlanRow {
    pub(crate) account_id: Uuid,
    pub(crate) version: i64,
    pub(crate) shown: Snapshot,
}

/// Where a page ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReviewPlanKey {
    due_at: i64,
    account_id: Uuid,
}

pub(super) async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), Error> {
    let rows = latest_of::<ReviewPlan>(EVENTS, events).map(|(event, recorded)| values(event, recorded));
    let rows: Vec<_> = rows.collect::<Result<_, Error>>()?;
    Ok(Upsert::new(TABLE, COLUMNS).only_newer("version").put(transaction, rows).await?)
}

fn values(event: Event, recorded: &RecordedEvent) -> Result<Vec<Value>, Error> {
    let plan = ReviewPlan { account_id: event.account_id, shown: event.review_plan };
    Ok(vec![
        plan.account_id.into(),
        recorded.stream_version.into(),
        plan.shown.due_at.as_micros().into(),
        micros(plan.shown.late_since),
        plan.is_planned_in_time().into(),
        micros(plan.shown.ended_at),
        json("shown", &plan.shown)?,
    ])
}

fn read(row: &Row) -> Result<ReviewPlanRow, Error> {
    let shown = from_json("shown", &row.text(2)?)?;
    Ok(ReviewPlanRow { account_id: row.uuid(0)?, version: row.i64(1)?, shown })
}

impl View {
    /// At most `size` plans of accounts that have not ended at `now`, whose year ends before `due_before`, and where the
    /// next page begins.
    pub(crate) async fn review_plan_page(
        &self,
        now: Timestamp,
        due_before: Option<Timestamp>,
        after: Option<ReviewPlanKey>,
        size: u32,
    ) -> Result<(Vec<ReviewPlanRow>, Option<ReviewPlanKey>), Error> {
        let mut condition = Condition::everything();
        let now = condition.bind(now.as_micros());
        condition.sql.push_str(&format!(" AND (ended_at IS NULL OR ended_at > {now})"));
        if let Some(due_before) = due_before {
            condition.and("due_at <", due_before.as_micros());
        }
        if let Some(ReviewPlanKey { due_at, account_id }) = after {
            let (due_at, account_id) = (condition.bind(due_at), condition.bind(account_id));
            condition.sql.push_str(&format!(" AND (due_at, account_id) > ({due_at}, {account_id})"));
        }
        let limit = condition.bind(i64::from(size) + 1);
        let sql = format!(
            "SELECT account_id, version, shown FROM {TABLE} WHERE {} ORDER BY due_at, account_id LIMIT {limit}",
            condition.sql
        );
        let rows = self.database().query(AssertSqlSafe(sql), &condition.values).await?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let plans = rows.iter().take(size).map(read).collect::<Result<Vec<_>, _>>()?;
        let key = |last: &ReviewPlanRow| ReviewPlanKey {
            due_at: last.shown.due_at.as_micros(),
            account_id: last.account_id,
        };
        let next = plans.last().filter(|_| rows.len() > size).map(key);
        Ok((plans, next))
    }
}

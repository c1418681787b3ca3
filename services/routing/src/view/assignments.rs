//! Assignments of managers as rows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::view::{Condition, Upsert};
use vigie_eventlog::{RecordedEvent, Row, Transaction, Value};

use super::columns::{instant, micros, opt_instant};
use super::latest::events_of;
use super::{Error, View};
use crate::domain::account::{Account, Announcement, Assignment, Fact};

pub(super) const TABLE: &str = "assignment_view";

/// How the types of the events begin that are about assignments.
const EVENTS: &str = "vigie.account.manager_assign";

/// Columns in order; the key first.
const COLUMNS: [&str; 8] = [
    "assignment_id",
    "version",
    "account_id",
    "staff_id",
    "effective_from",
    "effective_until",
    "recorded_at",
    "training_valid_until",
];

/// An assignment as it is known now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AssignmentRow {
    pub(crate) account_id: Uuid,
    pub(crate) assignment: Assignment,
    pub(crate) recorded_at: Timestamp,
    version: i64,
}

/// Takes in the begins and ends of assignments.
pub(super) async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), Error> {
    let mut rows: BTreeMap<Uuid, AssignmentRow> = BTreeMap::new();
    for (event, recorded) in events_of::<Account>(EVENTS, events) {
        let assignment = match event.fact {
            Fact::ManagerAssigned(fact) => fact.assignment,
            Fact::ManagerAssignmentEnded(fact) => fact.assignment,
            _ => continue,
        };
        let known = rows.get(&assignment.assignment_id);
        if known.is_some_and(|known| known.version >= recorded.stream_version) {
            continue;
        }
        let row = AssignmentRow {
            account_id: event.account_id,
            recorded_at: known.map_or(recorded.recorded_at, |known| known.recorded_at),
            version: recorded.stream_version,
            assignment,
        };
        rows.insert(row.assignment.assignment_id, row);
    }
    // What was recorded first is when it was recorded: an end comes later.
    let upsert = Upsert::new(TABLE, COLUMNS)
        .merging("recorded_at", "assignment_view.recorded_at")
        .only_newer("version");
    Ok(upsert.put(transaction, rows.into_values().map(AssignmentRow::values).collect()).await?)
}

impl AssignmentRow {
    fn values(self) -> Vec<Value> {
        vec![
            self.assignment.assignment_id.into(),
            self.version.into(),
            self.account_id.into(),
            self.assignment.staff_id.into(),
            self.assignment.effective_from.as_micros().into(),
            micros(self.assignment.effective_until),
            self.recorded_at.as_micros().into(),
            self.assignment.training_valid_until.as_micros().into(),
        ]
    }

    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            assignment: Assignment {
                assignment_id: row.uuid(0)?,
                staff_id: row.uuid(3)?,
                effective_from: instant(row, 4)?,
                effective_until: opt_instant(row, 5)?,
                training_valid_until: instant(row, 7)?,
            },
            version: row.i64(1)?,
            account_id: row.uuid(2)?,
            recorded_at: instant(row, 6)?,
        })
    }
}

/// An assignment, and what is known of telling the customer of it.
fn read(row: &Row) -> Result<(AssignmentRow, Announcement), Error> {
    let (assignment, first) = (AssignmentRow::read(row)?, COLUMNS.len());
    let Assignment { effective_from, effective_until, .. } = assignment.assignment;
    let never_held = effective_until.is_some_and(|until| until <= effective_from);
    let announcement = Announcement {
        tell_by: opt_instant(row, first)?.filter(|_| !never_held),
        told_at: opt_instant(row, first + 1)?,
        notice_id: row.opt_uuid(first + 2)?,
    };
    Ok((assignment, announcement))
}

/// Where a page ended: the newest begin comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AssignmentKey {
    effective_from: i64,
    assignment_id: Uuid,
}

impl View {
    /// At most `size` assignments of an account, the newest begin first, and where the next page begins, if there is one.
    pub(crate) async fn assignments_page(
        &self,
        account_id: Uuid,
        after: Option<AssignmentKey>,
        size: u32,
    ) -> Result<(Vec<(AssignmentRow, Announcement)>, Option<AssignmentKey>), Error> {
        let mut condition = Condition::everything();
        condition.and("a.account_id =", account_id);
        if let Some(AssignmentKey { effective_from, assignment_id }) = after {
            let (from, id) = (condition.bind(effective_from), condition.bind(assignment_id));
            condition.sql.push_str(&format!(" AND (a.effective_from, a.assignment_id) < ({from}, {id})"));
        }
        let limit = condition.bind(i64::from(size) + 1);
        let sql = format!(
            "SELECT {}, t.tell_by, t.told_at, t.notice_id FROM assignment_view a \
             LEFT JOIN manager_change_view t ON t.account_id = a.account_id AND t.change_id = a.assignment_id \
             WHERE {} ORDER BY a.effective_from DESC, a.assignment_id DESC LIMIT {limit}",
            COLUMNS.map(|column| format!("a.{column}")).join(", "),
            condition.sql
        );
        let rows: Vec<Row> = self.database().query(AssertSqlSafe(sql), &condition.values).await?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let assignments: Vec<_> = rows.iter().take(size).map(read).collect::<Result<_, Error>>()?;
        let more = rows.len() > size;
        let next = assignments.last().filter(|_| more).map(|(row, _)| AssignmentKey {
            effective_from: row.assignment.effective_from.as_micros(),
            assignment_id: row.assignment.assignment_id,
        });
        Ok((assignments, next))
    }
}

//! Staff members as rows.

use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use uuid::Uuid;
use vigie_eventlog::view::{Condition, Upsert};
use vigie_eventlog::{RecordedEvent, Row, Transaction, Value};

use super::columns::{from_json, json, micros};
use super::latest::latest_of;
use super::{Error, View};
use crate::domain::ExternalIdentifier;
use crate::domain::staff::{Event, Snapshot, StaffMember};

pub(super) const TABLE: &str = "staff_view";

/// How the types of their events begin.
pub(super) const EVENTS: &str = "vigie.staff_member.";

const COLUMNS: [&str; 10] = [
    "staff_id",
    "version",
    "desk_id",
    "is_account_manager",
    "training_valid_until",
    "leaves_at",
    "has_left",
    "external_identifiers",
    "shown",
    "deputy_staff_id",
];

/// A staff member after their latest event.
pub(crate) struct StaffRow {
    pub(crate) staff_id: Uuid,
    pub(crate) version: i64,
    pub(crate) external_identifiers: Vec<ExternalIdentifier>,
    pub(crate) shown: Snapshot,
}

/// Where a page ended: staff members are in order of id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StaffKey {
    staff_id: Uuid,
}

pub(super) async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), Error> {
    let rows = latest_of::<StaffMember>(EVENTS, events).map(|(event, recorded)| values(event, recorded));
    let rows: Vec<_> = rows.collect::<Result<_, Error>>()?;
    Ok(Upsert::new(TABLE, COLUMNS).only_newer("version").put(transaction, rows).await?)
}

fn values(event: Event, recorded: &RecordedEvent) -> Result<Vec<Value>, Error> {
    let Event { staff_id, external_identifiers, staff_member, .. } = event;
    Ok(vec![
        staff_id.into(),
        recorded.stream_version.into(),
        staff_member.profile.desk_id.into(),
        staff_member.profile.is_account_manager.into(),
        micros(staff_member.training_valid_until),
        micros(staff_member.leaves_at),
        staff_member.has_left.into(),
        json("external_identifiers", &external_identifiers)?,
        json("shown", &staff_member)?,
        staff_member.deputy_staff_id.into(),
    ])
}

fn read(row: &Row) -> Result<StaffRow, Error> {
    Ok(StaffRow {
        staff_id: row.uuid(0)?,
        version: row.i64(1)?,
        external_identifiers: from_json("external_identifiers", &row.text(2)?)?,
        shown: from_json("shown", &row.text(3)?)?,
    })
}

impl View {
    /// At most `size` staff members in order of id, of one desk or of all, and where the next page begins.
    pub(crate) async fn staff_page(
        &self,
        desk_id: Option<Uuid>,
        after: Option<StaffKey>,
        size: u32,
    ) -> Result<(Vec<StaffRow>, Option<StaffKey>), Error> {
        let mut condition = Condition::everything();
        if let Some(desk_id) = desk_id {
            condition.and("desk_id =", desk_id);
        }
        if let Some(StaffKey { staff_id }) = after {
            condition.and("staff_id >", staff_id);
        }
        let limit = condition.bind(i64::from(size) + 1);
        let sql = format!(
            "SELECT staff_id, version, external_identifiers, shown FROM {TABLE} WHERE {} \
             ORDER BY staff_id LIMIT {limit}",
            condition.sql
        );
        let rows = self.database().query(AssertSqlSafe(sql), &condition.values).await?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let staff = rows.iter().take(size).map(read).collect::<Result<Vec<_>, _>>()?;
        let next =
            staff.last().filter(|_| rows.len() > size).map(|last| StaffKey { staff_id: last.staff_id });
        Ok((staff, next))
    }
}

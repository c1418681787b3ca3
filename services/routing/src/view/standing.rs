//! How customers stand with their managers: who is concerned by whom, and what they were told.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use uuid::Uuid;
use vigie_clock::{Timestamp, derived_id};
use vigie_eventlog::view::Upsert;
use vigie_eventlog::{RecordedEvent, Row, Transaction, Value};

use super::columns::{instant, micros};
use super::latest::events_of;
use super::{Error, View};
use crate::domain::account::{Account, ContactPointTold, Fact, ManagerChange, name};

pub(super) const CHANGES: &str = "manager_change_view";
pub(super) const POINTS: &str = "contact_point_told_view";

/// How the types of the events begin that are about an account's manager.
const CHANGE_EVENTS: &str = "vigie.account.manager_";

/// Columns in order; the key first.
const CHANGE_COLUMNS: [&str; 9] =
    ["row_id", "version", "account_id", "change_id", "kind", "tell_by", "told_at", "notice_id", "is_late"];

/// Columns in order; the key first.
const POINT_COLUMNS: [&str; 7] =
    ["row_id", "version", "contact_point_id", "point_version", "account_id", "notice_id", "told_at"];

type Rows = BTreeMap<Uuid, (i64, Vec<Value>)>;

/// Takes in what customers are to be told, and were.
pub(super) async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), Error> {
    let (mut changes, mut points) = (Rows::new(), Rows::new());
    for (event, recorded) in events_of::<Account>(CHANGE_EVENTS, events) {
        if let Some(change) = Change::of(&event.fact) {
            let row_id = derived_id(event.account_id, &change.change_id.to_string());
            let values = change.values(row_id, recorded.stream_version, event.account_id);
            keep_newest(&mut changes, row_id, recorded.stream_version, values);
        }
    }
    for (event, recorded) in events_of::<Account>(name::CONTACT_POINT_TOLD, events) {
        if let Fact::ContactPointTold(fact) = event.fact {
            let what = format!("{} {}", fact.contact_point_id, fact.point_version);
            let row_id = derived_id(event.account_id, &what);
            let values = point_values(&fact, row_id, recorded.stream_version, event.account_id);
            keep_newest(&mut points, row_id, recorded.stream_version, values);
        }
    }
    for (table, columns, rows) in [(CHANGES, &CHANGE_COLUMNS[..], changes), (POINTS, &POINT_COLUMNS, points)]
    {
        let rows = rows.into_values().map(|(_, values)| values).collect();
        Upsert::new(table, columns.iter().copied()).only_newer("version").put(transaction, rows).await?;
    }
    Ok(())
}

fn keep_newest(rows: &mut Rows, row_id: Uuid, version: i64, values: Vec<Value>) {
    if rows.get(&row_id).is_none_or(|(known, _)| *known < version) {
        rows.insert(row_id, (version, values));
    }
}

fn point_values(fact: &ContactPointTold, row_id: Uuid, version: i64, account_id: Uuid) -> Vec<Value> {
    vec![
        row_id.into(),
        version.into(),
        fact.contact_point_id.into(),
        i64::from(fact.point_version).into(),
        account_id.into(),
        fact.notice_id.into(),
        fact.told_at.as_micros().into(),
    ]
}

/// What an event says of a change of the manager: all that there is to say after it.
struct Change {
    change_id: Uuid,
    change: ManagerChange,
    tell_by: Option<Timestamp>,
    told: Option<(Timestamp, Uuid)>,
    is_late: bool,
}

impl Change {
    fn of(fact: &Fact) -> Option<Self> {
        let begun = |change_id, change, tell_by: Option<Timestamp>| Self {
            change_id,
            change,
            tell_by,
            told: None,
            is_late: false,
        };
        Some(match fact {
            Fact::ManagerAssigned(fact) => {
                let due = fact.tell_by.as_ref().map(|by| by.due);
                begun(fact.assignment.assignment_id, ManagerChange::Assigned, due)
            }
            Fact::ManagerCoverBegan(fact) => {
                let due = fact.tell_by.as_ref().map(|by| by.due);
                begun(fact.cover.cover_id, ManagerChange::Cover, due)
            }
            Fact::ManagerChangeNotTold(fact) => {
                Self { is_late: true, ..begun(fact.change_id, fact.change, Some(fact.due)) }
            }
            Fact::ManagerChangeTold(fact) => {
                let told = Some((fact.told_at, fact.notice_id));
                let is_late = fact.due.is_some_and(|due| due <= fact.told_at);
                Self { told, is_late, ..begun(fact.change_id, fact.change, fact.due) }
            }
            _ => return None,
        })
    }

    fn values(self, row_id: Uuid, version: i64, account_id: Uuid) -> Vec<Value> {
        vec![
            row_id.into(),
            version.into(),
            account_id.into(),
            self.change_id.into(),
            self.change.as_str().into(),
            micros(self.tell_by),
            micros(self.told.map(|(told_at, _)| told_at)),
            self.told.map(|(_, notice_id)| notice_id).into(),
            self.is_late.into(),
        ]
    }
}

/// Accounts that something concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Concerned {
    /// The companies of a group.
    Below(Uuid),
    /// Accounts of which a staff member is the manager, or whose manager they cover for or are the deputy of, and the
    /// companies below those.
    By(Uuid),
}

const BELOW: &str = "
SELECT account_id FROM account_view
WHERE parent_account_id = $1 AND level = 'COMPANY' AND account_id > $2
ORDER BY account_id LIMIT $3";

const BY: &str = "
WITH managers AS (
    SELECT $1 AS staff_id
    UNION SELECT staff_id FROM absence_view WHERE cover_staff_id = $1 AND NOT is_over
    UNION SELECT staff_id FROM staff_view WHERE deputy_staff_id = $1
), held AS (
    SELECT a.account_id FROM managers m JOIN account_view a ON a.manager_staff_id = m.staff_id
)
SELECT account_id FROM (
    SELECT account_id FROM held
    UNION SELECT b.account_id FROM held h JOIN account_view b ON b.parent_account_id = h.account_id
    WHERE b.level = 'COMPANY'
) concerned
WHERE account_id > $2 ORDER BY account_id LIMIT $3";

/// A customer who was told a version of a contact point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecipientRow {
    pub(crate) account_id: Uuid,
    pub(crate) notice_id: Uuid,
    pub(crate) told_at: Timestamp,
}

/// Where a page ended: recipients are in order of account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RecipientKey {
    account_id: Uuid,
}

/// How many gaps there are, and how many changes that customers were not told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct StandingCounts {
    pub(crate) gaps_open: i64,
    pub(crate) gaps_due_soon: i64,
    pub(crate) gaps_overdue: i64,
    pub(crate) untold: i64,
    pub(crate) told_late: i64,
}

const COUNTS: &str = "
SELECT
    (SELECT COUNT(*) FROM account_view WHERE gap_since IS NOT NULL),
    (SELECT COUNT(*) FROM account_view WHERE gap_since IS NOT NULL AND gap_due_at > $1 AND gap_due_at <= $2),
    (SELECT COUNT(*) FROM account_view WHERE gap_since IS NOT NULL AND gap_due_at <= $1),
    (SELECT COUNT(*) FROM manager_change_view WHERE told_at IS NULL AND tell_by > $1),
    (SELECT COUNT(*) FROM manager_change_view WHERE told_at IS NULL AND is_late)";

impl View {
    /// At most `size` accounts concerned after `after`, in order of id.
    pub(crate) async fn concerned_page(
        &self,
        concerned: &Concerned,
        after: Option<Uuid>,
        size: u32,
    ) -> Result<Vec<Uuid>, Error> {
        let (sql, id) = match concerned {
            Concerned::Below(account_id) => (BELOW, *account_id),
            Concerned::By(staff_id) => (BY, *staff_id),
        };
        let values: [Value; 3] = [id.into(), after.unwrap_or_default().into(), i64::from(size).into()];
        let rows = self.database().query(AssertSqlSafe(sql), &values).await?;
        rows.iter().map(|row| Ok(row.uuid(0)?)).collect()
    }

    /// At most `size` customers who were told a version of a contact point, and where the next page begins.
    pub(crate) async fn recipient_page(
        &self,
        contact_point_id: Uuid,
        point_version: u32,
        after: Option<RecipientKey>,
        size: u32,
    ) -> Result<(Vec<RecipientRow>, Option<RecipientKey>), Error> {
        let sql = "SELECT account_id, notice_id, told_at FROM contact_point_told_view \
                   WHERE contact_point_id = $1 AND point_version = $2 AND account_id > $3 \
                   ORDER BY account_id LIMIT $4";
        let values: [Value; 4] = [
            contact_point_id.into(),
            i64::from(point_version).into(),
            after.map(|key| key.account_id).unwrap_or_default().into(),
            (i64::from(size) + 1).into(),
        ];
        let rows = self.database().query(sql, &values).await?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let read = |row: &Row| {
            Ok::<_, Error>(RecipientRow {
                account_id: row.uuid(0)?,
                notice_id: row.uuid(1)?,
                told_at: instant(row, 2)?,
            })
        };
        let recipients: Vec<_> = rows.iter().take(size).map(read).collect::<Result<_, _>>()?;
        let last = recipients.last().filter(|_| rows.len() > size);
        let next = last.map(|last| RecipientKey { account_id: last.account_id });
        Ok((recipients, next))
    }

    /// How many gaps there are at `now`, of which due until `soon`.
    pub(crate) async fn standing_counts(
        &self,
        now: Timestamp,
        soon: Timestamp,
    ) -> Result<StandingCounts, Error> {
        let rows = self.database().query(COUNTS, &[now.as_micros().into(), soon.as_micros().into()]).await?;
        let Some(row) = rows.first() else { return Ok(StandingCounts::default()) };
        Ok(StandingCounts {
            gaps_open: row.i64(0)?,
            gaps_due_soon: row.i64(1)?,
            gaps_overdue: row.i64(2)?,
            untold: row.i64(3)?,
            told_late: row.i64(4)?,
        })
    }
}

//! Contacts as rows, the newest first.

use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::view::{Condition, Upsert};
use vigie_eventlog::{RecordedEvent, Row, Transaction, Value};

use super::columns::{from_json, json};
use super::latest::latest_of;
use super::{Error, View};
use crate::domain::contact::{Contact, Event, Snapshot};

pub(super) const TABLE: &str = "contact_view";

/// How the types of their events begin.
const EVENTS: &str = "vigie.contact.";

const COLUMNS: [&str; 6] = ["contact_id", "version", "account_id", "desk_id", "began_at", "shown"];

/// A contact after its latest event.
pub(crate) struct ContactRow {
    pub(crate) contact_id: Uuid,
    pub(crate) version: i64,
    pub(crate) shown: Snapshot,
}

/// Which contacts are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ContactFilter {
    pub(crate) account_id: Option<Uuid>,
    pub(crate) desk_id: Option<Uuid>,
    /// Begun then or later.
    pub(crate) from: Option<Timestamp>,
    /// Begun before.
    pub(crate) until: Option<Timestamp>,
}

/// Where a page ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ContactKey {
    began_at: i64,
    contact_id: Uuid,
}

pub(super) async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), Error> {
    let rows = latest_of::<Contact>(EVENTS, events).map(|(event, recorded)| values(&event, recorded));
    let rows: Vec<_> = rows.collect::<Result<_, Error>>()?;
    Ok(Upsert::new(TABLE, COLUMNS).only_newer("version").put(transaction, rows).await?)
}

fn values(event: &Event, recorded: &RecordedEvent) -> Result<Vec<Value>, Error> {
    let contact = &event.contact;
    Ok(vec![
        event.contact_id.into(),
        recorded.stream_version.into(),
        contact.account_id().into(),
        contact.desk_id.into(),
        contact.began_at.as_micros().into(),
        json("shown", contact)?,
    ])
}

fn read(row: &Row) -> Result<ContactRow, Error> {
    let shown = from_json("shown", &row.text(2)?)?;
    Ok(ContactRow { contact_id: row.uuid(0)?, version: row.i64(1)?, shown })
}

impl View {
    /// At most `size` contacts, the newest first, and where the next page begins.
    pub(crate) async fn contact_page(
        &self,
        filter: &ContactFilter,
        after: Option<ContactKey>,
        size: u32,
    ) -> Result<(Vec<ContactRow>, Option<ContactKey>), Error> {
        let mut condition = Condition::everything();
        if let Some(account_id) = filter.account_id {
            condition.and("account_id =", account_id);
        }
        if let Some(desk_id) = filter.desk_id {
            condition.and("desk_id =", desk_id);
        }
        if let Some(from) = filter.from {
            condition.and("began_at >=", from.as_micros());
        }
        if let Some(until) = filter.until {
            condition.and("began_at <", until.as_micros());
        }
        if let Some(ContactKey { began_at, contact_id }) = after {
            let (began_at, contact_id) = (condition.bind(began_at), condition.bind(contact_id));
            condition.sql.push_str(&format!(" AND (began_at, contact_id) < ({began_at}, {contact_id})"));
        }
        let limit = condition.bind(i64::from(size) + 1);
        let sql = format!(
            "SELECT contact_id, version, shown FROM {TABLE} WHERE {} \
             ORDER BY began_at DESC, contact_id DESC LIMIT {limit}",
            condition.sql
        );
        let rows = self.database().query(AssertSqlSafe(sql), &condition.values).await?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let contacts = rows.iter().take(size).map(read).collect::<Result<Vec<_>, _>>()?;
        let next = contacts.last().filter(|_| rows.len() > size);
        let key = |last: &ContactRow| ContactKey {
            began_at: last.shown.began_at.as_micros(),
            contact_id: last.contact_id,
        };
        let next = next.map(key);
        Ok((contacts, next))
    }
}

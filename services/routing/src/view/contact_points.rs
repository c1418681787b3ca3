//! Contact points as rows, one a version.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use uuid::Uuid;
use vigie_clock::{Timestamp, derived_id};
use vigie_eventlog::view::{Condition, Upsert};
use vigie_eventlog::{RecordedEvent, Row, Transaction, Value};

use super::columns::{from_json, json, micros};
use super::latest::events_of;
use super::{Error, View};
use crate::domain::contact_point::{ContactPoint, Fact, Version};

pub(super) const TABLE: &str = "contact_point_view";

/// How the types of their events begin.
const EVENTS: &str = "vigie.contact_point.";

const COLUMNS: [&str; 7] =
    ["version_id", "version", "contact_point_id", "desk_id", "valid_from", "valid_until", "shown"];

/// A version of a contact point, with the end that it has now.
pub(crate) struct ContactPointRow {
    pub(crate) contact_point_id: Uuid,
    pub(crate) version: i64,
    pub(crate) shown: Version,
}

/// Where a page ended: contact points are in order of id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ContactPointKey {
    contact_point_id: Uuid,
}

pub(super) async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), Error> {
    let mut rows: BTreeMap<Uuid, (i64, Vec<Value>)> = BTreeMap::new();
    for (event, recorded) in events_of::<ContactPoint>(EVENTS, events) {
        let stream_version = recorded.stream_version;
        for version in touched(&event.fact) {
            let id = derived_id(event.contact_point_id, &version.point_version.to_string());
            if rows.get(&id).is_none_or(|(known, _)| *known < stream_version) {
                let values = values(id, event.contact_point_id, stream_version, version)?;
                rows.insert(id, (stream_version, values));
            }
        }
    }
    let rows = rows.into_values().map(|(_, values)| values).collect();
    Ok(Upsert::new(TABLE, COLUMNS).only_newer("version").put(transaction, rows).await?)
}

/// The versions that a fact makes or ends.
fn touched(fact: &Fact) -> impl Iterator<Item = &Version> {
    let (first, second) = match fact {
        Fact::VersionPublished(fact) => (Some(&fact.version), fact.replaces.as_ref()),
        Fact::RetirementRecorded(fact) => (Some(&fact.version), None),
        Fact::ChangeNoticeDue(_) | Fact::VersionTookEffect(_) | Fact::ContactPointEnded(_) => (None, None),
    };
    first.into_iter().chain(second)
}

fn values(
    version_id: Uuid,
    contact_point_id: Uuid,
    stream_version: i64,
    version: &Version,
) -> Result<Vec<Value>, Error> {
    Ok(vec![
        version_id.into(),
        stream_version.into(),
        contact_point_id.into(),
        version.content.desk_id.into(),
        version.valid_from.as_micros().into(),
        micros(version.valid_until),
        json("shown", version)?,
    ])
}

fn read(row: &Row) -> Result<ContactPointRow, Error> {
    Ok(ContactPointRow {
        contact_point_id: row.uuid(0)?,
        version: row.i64(1)?,
        shown: from_json("shown", &row.text(2)?)?,
    })
}

impl View {
    /// At most `size` contact points in their version valid at `at`, of one desk or of all, in order of id, and where the
    /// next page begins.
    pub(crate) async fn contact_point_page(
        &self,
        desk_id: Option<Uuid>,
        at: Timestamp,
        after: Option<ContactPointKey>,
        size: u32,
    ) -> Result<(Vec<ContactPointRow>, Option<ContactPointKey>), Error> {
        let mut condition = Condition::everything();
        let at = condition.bind(at.as_micros());
        condition
            .sql
            .push_str(&format!(" AND valid_from <= {at} AND (valid_until IS NULL OR valid_until > {at})"));
        if let Some(desk_id) = desk_id {
            condition.and("desk_id =", desk_id);
        }
        if let Some(ContactPointKey { contact_point_id }) = after {
            condition.and("contact_point_id >", contact_point_id);
        }
        let limit = condition.bind(i64::from(size) + 1);
        let sql = format!(
            "SELECT contact_point_id, version, shown FROM {TABLE} WHERE {} \
             ORDER BY contact_point_id LIMIT {limit}",
            condition.sql
        );
        let rows = self.database().query(AssertSqlSafe(sql), &condition.values).await?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let points = rows.iter().take(size).map(read).collect::<Result<Vec<_>, _>>()?;
        let next = points.last().filter(|_| rows.len() > size);
        let next = next.map(|last| ContactPointKey { contact_point_id: last.contact_point_id });
        Ok((points, next))
    }
}

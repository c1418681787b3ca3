//! What the view makes of events.

use std::collections::BTreeMap;

use async_trait::async_trait;
use uuid::Uuid;
use vigie_eventlog::view::{self, CheckpointTable, Outlook, Upsert};
use vigie_eventlog::{Aggregate, RecordedEvent, Transaction, Value};

use super::Error;
use super::row::{COLUMNS, NoticeRow};
use crate::domain::Notice;

/// How the names of a notice's events begin.
const NOTICE_EVENTS: &str = "vigie.notice.";

/// Notices as rows.
pub(super) struct Projection;

#[async_trait]
impl view::Projection for Projection {
    type Error = Error;

    const NAME: &'static str = "the view of notices";

    const CHECKPOINT: CheckpointTable = CheckpointTable("notice_view_checkpoint");

    async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), Error> {
        let rows: Vec<Vec<Value>> = latest_rows(events).iter().map(NoticeRow::values).collect();
        // Versions already seen come again after a redelivery: they change nothing.
        Ok(Upsert::new("notice_view", COLUMNS).only_newer("version").put(transaction, rows).await?)
    }

    async fn clear(transaction: &mut Transaction) -> Result<(), Error> {
        transaction.execute("DELETE FROM notice_view", &[]).await?;
        Ok(())
    }

    fn outlook(error: &Error) -> Outlook {
        error.outlook()
    }

    fn advice(error: &Error) -> Option<&'static str> {
        error.advice()
    }
}

/// One row per notice of the batch: the state after its last event in it.
fn latest_rows(events: &[RecordedEvent]) -> Vec<NoticeRow> {
    let mut rows: BTreeMap<Uuid, NoticeRow> = BTreeMap::new();
    for recorded in events.iter().filter(|event| event.event_type.starts_with(NOTICE_EVENTS)) {
        let event = match Notice::decode(&recorded.event_type, &recorded.payload) {
            Ok(event) => event,
            Err(error) => {
                // The notice's next event, which shows all of it, heals its row; until then it is as it was.
                tracing::error!(
                    position = recorded.position,
                    event_id = %recorded.event_id,
                    event_type = recorded.event_type,
                    "event cannot be read; its notice is shown as it was: {error}"
                );
                continue;
            }
        };
        let row = NoticeRow::after(event, recorded.stream_version, recorded.recorded_at);
        if rows.get(&row.notice_id).is_none_or(|older| older.version < row.version) {
            rows.insert(row.notice_id, row);
        }
    }
    rows.into_values().collect()
}

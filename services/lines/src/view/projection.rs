//! What the view makes of events.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use uuid::Uuid;
use vigie_clock::Clock;
use vigie_eventlog::view::{self, Batch, CheckpointTable, Outlook, Upsert};
use vigie_eventlog::{Aggregate, Database, RecordedEvent, Transaction, Value};

use super::Error;
use super::metrics::Metrics;
use super::row::{COLUMNS, LineRow};
use crate::domain::Line;

/// Only the confirmation itself tells when the latest act was confirmed: an event after it keeps what the row knows.
const CONFIRMED_AT: &str = "CASE WHEN excluded.confirmed_at IS NULL AND excluded.act_id = line_view.act_id \
                            THEN line_view.confirmed_at ELSE excluded.confirmed_at END";

/// How the names of a line's events begin.
const LINE_EVENTS: &str = "vigie.line.";

/// Lines as rows.
pub(super) struct Projection {
    clock: Arc<dyn Clock>,
    metrics: Metrics,
}

impl Projection {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, metrics: Metrics::new() }
    }
}

#[async_trait]
impl view::Projection for Projection {
    type Error = Error;

    const NAME: &'static str = "the view of lines";

    const CHECKPOINT: CheckpointTable = CheckpointTable("line_view_checkpoint");

    async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), Error> {
        let rows: Vec<Vec<Value>> =
            latest_rows(events).iter().map(LineRow::values).collect::<Result<_, _>>()?;
        // Versions already seen come again after a redelivery: they change nothing.
        let upsert =
            Upsert::new("line_view", COLUMNS).merging("confirmed_at", CONFIRMED_AT).only_newer("version");
        Ok(upsert.put(transaction, rows).await?)
    }

    /// What the register's driver has on record beside the view is not computed from the log: it stays.
    async fn clear(transaction: &mut Transaction) -> Result<(), Error> {
        transaction.execute("DELETE FROM line_view", &[]).await?;
        Ok(())
    }

    fn outlook(error: &Error) -> Outlook {
        error.outlook()
    }

    fn advice(error: &Error) -> Option<&'static str> {
        error.advice()
    }

    async fn moved(&self, _database: &Database, batch: Option<&Batch>) -> Result<(), Error> {
        if let Some(batch) = batch {
            self.metrics.taken_in(&batch.events, self.clock.now());
        }
        Ok(())
    }
}

/// One row per line of the batch: the state after the line's last event in it.
fn latest_rows(events: &[RecordedEvent]) -> Vec<LineRow> {
    let mut rows: BTreeMap<Uuid, LineRow> = BTreeMap::new();
    // The log itself has a stream too: it is nobody's line.
    for recorded in events.iter().filter(|event| event.event_type.starts_with(LINE_EVENTS)) {
        let event = match Line::decode(&recorded.event_type, &recorded.payload) {
            Ok(event) => event,
            Err(error) => {
                // The decoder's own words may quote the payload. The line's next event, which shows all of it, heals
                // its row; until then it is as it was.
                tracing::error!(
                    position = recorded.position,
                    event_id = %recorded.event_id,
                    stream_id = %recorded.stream_id,
                    event_type = recorded.event_type,
                    "event cannot be read; its line is shown as it was: {error}"
                );
                continue;
            }
        };
        let mut row = LineRow::after(event, recorded);
        if let Some(older) = rows.get(&row.line_id) {
            if older.version >= row.version {
                continue;
            }
            row.keep_confirmation_of(older);
        }
        rows.insert(row.line_id, row);
    }
    rows.into_values().collect()
}

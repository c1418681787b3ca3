//! Lines with a stolen handset that is yet to be blocked: how many, and how near their deadlines are.

use std::time::Duration;

use async_trait::async_trait;
use opentelemetry::global;
use opentelemetry::metrics::Gauge;
use uuid::Uuid;
use vigie_clock::Timestamp;

use super::{Error, View};
use crate::block_list::{BoxError, Unsettled};

/// So little time left is said before it is over.
const SOON: Duration = Duration::from_hours(24);

/// Lines that wait for the block list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Blocks {
    pub(crate) pending: i64,
    /// Of these, with a day left at most.
    pub(crate) due_soon: i64,
    /// Of these, late.
    pub(crate) overdue: i64,
}

impl View {
    /// What waits for the block list at `now`.
    pub(crate) async fn blocks(&self, now: Timestamp) -> Result<Blocks, Error> {
        let sql = "SELECT COUNT(*), COUNT(CASE WHEN block_due <= $1 THEN 1 END), \
                   COUNT(CASE WHEN block_due <= $2 THEN 1 END) FROM line_view WHERE block_due IS NOT NULL";
        let values = [now.plus(SOON).as_micros().into(), now.as_micros().into()];
        let rows = self.database().query(sql, &values).await?;
        let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
        Ok(Blocks { pending: row.i64(0)?, due_soon: row.i64(1)?, overdue: row.i64(2)? })
    }
}

#[async_trait]
impl Unsettled for View {
    async fn unsettled(&self, after: Option<Uuid>, limit: usize) -> Result<Vec<Uuid>, BoxError> {
        let sql =
            "SELECT line_id FROM line_view WHERE handset_waits AND line_id > $1 ORDER BY line_id LIMIT $2";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.database().query(sql, &[after.unwrap_or_default().into(), limit.into()]).await?;
        Ok(rows.iter().map(|row| row.uuid(0)).collect::<Result<_, _>>()?)
    }
}

/// Instruments of what waits.
pub(crate) struct BlockMetrics {
    pending: Gauge<i64>,
    due_soon: Gauge<i64>,
    overdue: Gauge<i64>,
}

impl BlockMetrics {
    pub(crate) fn new() -> Self {
        let meter = global::meter("vigie.lines.block_list");
        let gauge = |name, description| meter.i64_gauge(name).with_description(description).build();
        Self {
            pending: gauge(
                "vigie.block_list.pending",
                "Lines with a stolen handset that is yet to be on the block list",
            ),
            due_soon: gauge("vigie.block_list.due_soon", "Of these, with a day left at most"),
            overdue: gauge("vigie.block_list.overdue", "Of these, past their deadline"),
        }
    }

    pub(crate) fn record(&self, blocks: Blocks) {
        self.pending.record(blocks.pending, &[]);
        self.due_soon.record(blocks.due_soon, &[]);
        self.overdue.record(blocks.overdue, &[]);
    }
}

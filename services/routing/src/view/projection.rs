//! What the view makes of events: each table takes those of its own kind.

use std::sync::Arc;

use async_trait::async_trait;
use vigie_clock::Clock;
use vigie_eventlog::view::{self, Batch, CheckpointTable, Outlook};
use vigie_eventlog::{Database, RecordedEvent, Transaction};

use super::metrics::Metrics;
use super::{
    Error, absences, accounts, assignments, contact_points, contacts, desks, people, projects,
    rejected_facts, review_plans, staff, standing,
};

/// Every table that is computed from the log.
const TABLES: [&str; 13] = [
    accounts::TABLE,
    assignments::TABLE,
    people::TABLE,
    staff::TABLE,
    absences::TABLE,
    desks::TABLE,
    contact_points::TABLE,
    contacts::TABLE,
    review_plans::TABLE,
    projects::TABLE,
    rejected_facts::TABLE,
    standing::CHANGES,
    standing::POINTS,
];

/// The log as rows.
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

    const NAME: &'static str = "the view of routing";

    const CHECKPOINT: CheckpointTable = CheckpointTable("routing_view_checkpoint");

    async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), Error> {
        accounts::apply(transaction, events).await?;
        assignments::apply(transaction, events).await?;
        people::apply(transaction, events).await?;
        staff::apply(transaction, events).await?;
        absences::apply(transaction, events).await?;
        desks::apply(transaction, events).await?;
        contact_points::apply(transaction, events).await?;
        contacts::apply(transaction, events).await?;
        review_plans::apply(transaction, events).await?;
        rejected_facts::apply(transaction, events).await?;
        projects::apply(transaction, events).await?;
        standing::apply(transaction, events).await
    }

    async fn clear(transaction: &mut Transaction) -> Result<(), Error> {
        for table in TABLES {
            transaction.execute(sqlx::AssertSqlSafe(format!("DELETE FROM {table}")), &[]).await?;
        }
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

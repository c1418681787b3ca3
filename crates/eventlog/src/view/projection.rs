//! What a view makes of events.

use async_trait::async_trait;
use uuid::Uuid;

use super::{Batch, CheckpointTable, Error};
use crate::database::{Database, Transaction};
use crate::event::RecordedEvent;

/// What is to be expected of trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// Another process moves the same view: go on from where that one came to.
    Contended,
    /// It may pass by itself.
    Passing,
    /// It takes a person.
    Final,
    /// This event cannot be taken in, the streams of others can: its stream is parked, if the view
    /// [parks](Projection::PARKS).
    Poison {
        /// The event.
        event_id: Uuid,
    },
}

/// What a view makes of events.
///
/// All that it knows is in its tables, so that it can be dropped at any await and go on anywhere. `self` only accompanies
/// the view: what it tells of itself.
#[async_trait]
pub trait Projection: Send + Sync + 'static {
    /// Why it cannot.
    type Error: std::error::Error + From<Error> + Send + Sync + 'static;

    /// For people, with its article: `the ledger`.
    const NAME: &'static str;

    /// How far it has read.
    const CHECKPOINT: CheckpointTable;

    /// Takes events in, inside the transaction that moved the checkpoint.
    ///
    /// They are in order within each stream, in any order between streams, and may repeat what came before (rule 25).
    async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), Self::Error>;

    /// Whether an event that it cannot take in parks its stream (rule 23); it then has the tables of
    /// [`PARKED_STREAMS`](super::PARKED_STREAMS). Where not, such an event stops the view.
    const PARKS: bool = false;

    /// Passes by an event that it cannot take in, because a person said so: what comes after it in its stream is to be taken
    /// in again.
    async fn skip(_transaction: &mut Transaction, _event: &RecordedEvent) -> Result<(), Self::Error> {
        Ok(())
    }

    /// A stream that was parked went on, beside the batches. For those who wait for it.
    async fn released(&self, _database: &Database) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Empties all that is computed from the log, and nothing else.
    async fn clear(transaction: &mut Transaction) -> Result<(), Self::Error>;

    /// What is to be expected of trying again after `error`.
    fn outlook(error: &Self::Error) -> Outlook;

    /// What a person does about an error that does not pass by itself, where its message does not say so.
    fn advice(error: &Self::Error) -> Option<&'static str>;

    /// The view now stands where its tables say: at the start, after each batch, after it was emptied. For metrics and
    /// for those who wait.
    async fn moved(&self, _database: &Database, _batch: Option<&Batch>) -> Result<(), Self::Error> {
        Ok(())
    }
}

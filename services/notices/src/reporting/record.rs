//! What is reported, and to whom.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::reaction::{Effect, Outcome};

use crate::domain::Change;

/// A customer was told of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The customer.
    pub(crate) account_id: Uuid,
    /// Of what.
    pub(crate) change: Change,
    /// The notice that proves it.
    pub(crate) notice_id: Uuid,
    /// When it was handed over.
    pub(crate) told_at: Timestamp,
}

/// Keeps who was told of what.
#[async_trait]
pub(crate) trait Record: Send + Sync {
    /// Keeps it, once for each request id of an effect.
    async fn keep(&self, told: &Told, effect: &Effect) -> Outcome;
}

//! What happened to a number on its way to another operator.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Timestamp;

use super::Told;

/// See [`Fact::PortOutNoted`](super::Fact::PortOutNoted) and [`Fact::PortOutCancelled`](super::Fact::PortOutCancelled).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PortOutPlan {
    /// Who said so.
    #[serde(flatten)]
    pub told: Told,
    /// When the number is, or was, to go.
    pub planned_at: Timestamp,
}

/// See [`Fact::PortOutCompleted`](super::Fact::PortOutCompleted).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PortOutCompleted {
    /// The act that ends the line.
    pub act_id: Uuid,
    /// Who said so.
    #[serde(flatten)]
    pub told: Told,
    /// When the number was to go.
    pub planned_at: Timestamp,
    /// When it went.
    pub completed_at: Timestamp,
}

//! What happened to a fact that could not be taken, as published. Names and fields are a contract: a change only adds, or is
//! a new version.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Timestamp;

/// Something that happened to a fact that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which.
    pub rejected_fact_id: Uuid,
    /// What happened.
    pub fact: Fact,
    /// It after that.
    pub rejected_fact: Snapshot,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Fact {
    /// It could not be taken.
    FactRejected(FactRejected),
    /// A person said what came of it.
    RejectionSettled(RejectionSettled),
}

/// See [`Fact::FactRejected`]; all is in the state after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FactRejected {
    /// When.
    pub rejected_at: Timestamp,
}

/// See [`Fact::RejectionSettled`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RejectionSettled {
    /// Who.
    pub actor: String,
    /// What came of it.
    pub note: String,
}

/// A fact that could not be taken, after an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// Where it is: the topic.
    pub topic: String,
    /// Its partition there.
    pub partition: i32,
    /// Its place in that.
    pub offset: i64,
    /// System that told it, if that could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// The fact's key there, if that could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fact_id: Option<String>,
    /// Stable reason.
    pub reason: String,
    /// For people; names nobody.
    pub message: String,
    /// When it came.
    pub rejected_at: Timestamp,
    /// When a person said what came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_at: Option<Timestamp>,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Event {
    /// Stable public name with version.
    pub const fn name(&self) -> &'static str {
        match self.fact {
            Fact::FactRejected(_) => name::FACT_REJECTED,
            Fact::RejectionSettled(_) => name::REJECTION_SETTLED,
        }
    }
}

/// Stable public names with version.
pub mod name {
    /// See [`super::Fact::FactRejected`].
    pub const FACT_REJECTED: &str = "vigie.rejected_fact.fact_rejected.v1";
    /// See [`super::Fact::RejectionSettled`].
    pub const REJECTION_SETTLED: &str = "vigie.rejected_fact.rejection_settled.v1";
}

//! What happened to the handset of a line.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Personal, Timestamp};

use super::Told;
use crate::domain::imei::Imei;
use crate::domain::theft::{BlockEvidence, BlockTerm};

/// See [`Fact::HandsetRecorded`](super::Fact::HandsetRecorded).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HandsetRecorded {
    /// Who said so.
    #[serde(flatten)]
    pub told: Told,
    /// The handset.
    pub imei: Personal<Imei>,
    /// The handset that was on record before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Personal<Imei>>,
}

/// See [`Fact::TheftDeclared`](super::Fact::TheftDeclared).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TheftDeclared {
    /// The declaration.
    pub declaration_id: Uuid,
    /// What a person quotes.
    pub reference: String,
    /// Who handed it on; `received_at` is when it reached us.
    #[serde(flatten)]
    pub told: Told,
    /// The handset.
    pub imei: Personal<Imei>,
    /// Reference of the police's record.
    pub police_report: Personal<String>,
    /// When the police took the declaration.
    pub declared_at: Timestamp,
    /// How long blocking may take.
    pub term: BlockTerm,
    /// T0: from when the term is counted. `declared_at`, or `received_at` if the term was over by then.
    pub counted_from: Timestamp,
    /// The first instant at which blocking is late: the end of the last day of the term.
    pub due_at: Timestamp,
}

/// See [`Fact::HandsetBlocked`](super::Fact::HandsetBlocked).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HandsetBlocked {
    /// The declaration.
    pub declaration_id: Uuid,
    /// What a person quotes.
    pub reference: String,
    /// The handset.
    pub imei: Personal<Imei>,
    /// When the police took the declaration.
    pub declared_at: Timestamp,
    /// T0; T1 is the event's recorded_at.
    pub counted_from: Timestamp,
    /// The first instant at which blocking is late.
    pub due_at: Timestamp,
    /// What is known of the list.
    pub evidence: BlockEvidence,
}

/// See [`Fact::HandsetBlockOverdue`](super::Fact::HandsetBlockOverdue).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HandsetBlockOverdue {
    /// The declaration.
    pub declaration_id: Uuid,
    /// What a person quotes.
    pub reference: String,
    /// When the police took the declaration.
    pub declared_at: Timestamp,
    /// T0.
    pub counted_from: Timestamp,
    /// The first instant at which blocking is late.
    pub due_at: Timestamp,
    /// What to do.
    pub runbook: String,
}

/// See [`Fact::HandsetRecovered`](super::Fact::HandsetRecovered).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HandsetRecovered {
    /// The declaration that ends.
    pub declaration_id: Uuid,
    /// What a person quotes.
    pub reference: String,
    /// Who said so.
    #[serde(flatten)]
    pub told: Told,
    /// The handset.
    pub imei: Personal<Imei>,
    /// Who attests it.
    pub attested_by: Personal<String>,
    /// When it was recovered.
    pub recovered_at: Timestamp,
}

/// See [`Fact::HandsetUnblocked`](super::Fact::HandsetUnblocked) and
/// [`Fact::HandsetBlockKept`](super::Fact::HandsetBlockKept).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HandsetReleased {
    /// The declaration that ended.
    pub declaration_id: Uuid,
    /// What a person quotes.
    pub reference: String,
    /// The handset.
    pub imei: Personal<Imei>,
    /// What is known of the list.
    pub evidence: BlockEvidence,
}

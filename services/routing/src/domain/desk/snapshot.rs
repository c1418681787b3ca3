//! A desk as an event shows it: the state after the event, so that nobody has to call back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vigie_clock::Timestamp;

use super::particulars::Particulars;

/// A desk after an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// What is known of it.
    #[serde(flatten)]
    pub particulars: Particulars,
    /// When it ended; absent while it has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
}

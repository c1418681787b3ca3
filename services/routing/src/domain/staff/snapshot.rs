//! A staff member as an event shows them: the state after the event, so that nobody has to call back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Timestamp;

use super::absence::Absence;
use super::profile::Profile;
use super::training::Training;

/// A staff member after an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// What is known of them besides times.
    #[serde(flatten)]
    pub profile: Profile,
    /// Trainings that they passed, in the order in which they were recorded.
    pub trainings: Vec<Training>,
    /// Until when the training that promise 2.1 asks for is valid, exclusive; absent if it was never passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training_valid_until: Option<Timestamp>,
    /// Absences that are not over, in the order of time.
    pub absences: Vec<Absence>,
    /// When they leave or left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaves_at: Option<Timestamp>,
    /// Who steps in once they have left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deputy_staff_id: Option<Uuid>,
    /// Whether they have left.
    pub has_left: bool,
}

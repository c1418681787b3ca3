//! What happened to a company's reviews, as published. Names and fields are a contract: a change only adds, or is a new
//! version.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Timestamp;

use super::plan::{Side, Snapshot};

/// Something that happened to a company's reviews, with all that a consumer needs to understand it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Whose.
    pub account_id: Uuid,
    /// What happened.
    pub fact: Fact,
    /// The plan after it.
    pub review_plan: Snapshot,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Fact {
    /// The plan begins.
    PlanOpened(PlanOpened),
    /// A review is to be held.
    ReviewPlanned(ReviewPlanned),
    /// A planned review was moved.
    ReviewRescheduled(ReviewRescheduled),
    /// A review was held.
    ReviewHeld(ReviewHeld),
    /// A planned review will not be held.
    ReviewCancelled(ReviewCancelled),
    /// The year ends soon, and no review is held or planned in it.
    ReviewDue(ReviewDue),
    /// The year ended without a review.
    ReviewOverdue(ReviewOverdue),
    /// The year ended without a review, because the customer cancelled.
    ReviewExcused(ReviewExcused),
    /// The account ends.
    PlanEnded(PlanEnded),
}

/// See [`Fact::PlanOpened`]; the year is in the state after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanOpened {
    /// Who, or what, opened it.
    pub actor: String,
}

/// See [`Fact::ReviewPlanned`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewPlanned {
    /// Who planned it.
    pub actor: String,
    /// Which.
    pub review_id: Uuid,
    /// When it is to be held.
    pub planned_for: Timestamp,
    /// Who holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_id: Option<Uuid>,
}

/// See [`Fact::ReviewRescheduled`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewRescheduled {
    /// Who recorded it.
    pub actor: String,
    /// Which.
    pub review_id: Uuid,
    /// When it was to be held before.
    pub former_planned_for: Timestamp,
    /// When it is to be held.
    pub planned_for: Timestamp,
    /// Who asked for it.
    pub by: Side,
}

/// See [`Fact::ReviewHeld`]. The year that it was held in is kept if `held_at` lies before `due_at`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewHeld {
    /// Who recorded it.
    pub actor: String,
    /// Which.
    pub review_id: Uuid,
    /// When it was held.
    pub held_at: Timestamp,
    /// Who held it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_id: Option<Uuid>,
    /// When the year began that ran as it was recorded.
    pub year_from: Timestamp,
    /// When that year was to end.
    pub due_at: Timestamp,
}

/// See [`Fact::ReviewCancelled`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewCancelled {
    /// Who recorded it.
    pub actor: String,
    /// Which.
    pub review_id: Uuid,
    /// When it was to be held.
    pub planned_for: Timestamp,
    /// On whose side the cause lies.
    pub by: Side,
}

/// See [`Fact::ReviewDue`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewDue {
    /// When the year ends.
    pub due_at: Timestamp,
}

/// See [`Fact::ReviewOverdue`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewOverdue {
    /// When the year began.
    pub year_from: Timestamp,
    /// When it ended.
    pub due_at: Timestamp,
}

/// See [`Fact::ReviewExcused`]: excluded, and counted as such.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewExcused {
    /// When the year began.
    pub year_from: Timestamp,
    /// When it ended.
    pub due_at: Timestamp,
}

/// See [`Fact::PlanEnded`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanEnded {
    /// When.
    pub ended_at: Timestamp,
}

impl Event {
    /// Stable public name with version.
    pub const fn name(&self) -> &'static str {
        match self.fact {
            Fact::PlanOpened(_) => name::PLAN_OPENED,
            Fact::ReviewPlanned(_) => name::REVIEW_PLANNED,
            Fact::ReviewRescheduled(_) => name::REVIEW_RESCHEDULED,
            Fact::ReviewHeld(_) => name::REVIEW_HELD,
            Fact::ReviewCancelled(_) => name::REVIEW_CANCELLED,
            Fact::ReviewDue(_) => name::REVIEW_DUE,
            Fact::ReviewOverdue(_) => name::REVIEW_OVERDUE,
            Fact::ReviewExcused(_) => name::REVIEW_EXCUSED,
            Fact::PlanEnded(_) => name::PLAN_ENDED,
        }
    }
}

/// Stable public names with version.
pub mod name {
    /// See [`super::Fact::PlanOpened`].
    pub const PLAN_OPENED: &str = "vigie.review_plan.plan_opened.v1";
    /// See [`super::Fact::ReviewPlanned`].
    pub const REVIEW_PLANNED: &str = "vigie.review_plan.review_planned.v1";
    /// See [`super::Fact::ReviewRescheduled`].
    pub const REVIEW_RESCHEDULED: &str = "vigie.review_plan.review_rescheduled.v1";
    /// See [`super::Fact::ReviewHeld`].
    pub const REVIEW_HELD: &str = "vigie.review_plan.review_held.v1";
    /// See [`super::Fact::ReviewCancelled`].
    pub const REVIEW_CANCELLED: &str = "vigie.review_plan.review_cancelled.v1";
    /// See [`super::Fact::ReviewDue`].
    pub const REVIEW_DUE: &str = "vigie.review_plan.review_due.v1";
    /// See [`super::Fact::ReviewOverdue`].
    pub const REVIEW_OVERDUE: &str = "vigie.review_plan.review_overdue.v1";
    /// See [`super::Fact::ReviewExcused`].
    pub const REVIEW_EXCUSED: &str = "vigie.review_plan.review_excused.v1";
    /// See [`super::Fact::PlanEnded`].
    pub const PLAN_ENDED: &str = "vigie.review_plan.plan_ended.v1";
}

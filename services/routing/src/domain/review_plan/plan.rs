//! The reviews of a company as they are now, which is also how its events show them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Term, Timestamp, derived_id};

/// Reviews that a plan shows; older ones are in the events only.
pub(super) const REVIEWS_MAX: usize = 16;

/// The stream of a company's reviews.
pub fn plan_id(account_id: Uuid) -> Uuid {
    derived_id(account_id, "reviews")
}

/// A plan that was opened: the fold of its events, of which the last one shows all of it. One that was not is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewPlan {
    /// Whose.
    pub account_id: Uuid,
    /// What is in it.
    pub shown: Snapshot,
}

/// On whose side a cause lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Side {
    /// The customer's.
    Customer,
    /// Ours.
    Operator,
}

/// How a review stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReviewState {
    /// It is to be held.
    Planned,
    /// It was held.
    Held,
    /// It will not be held.
    Cancelled,
}

/// A review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Review {
    /// Which.
    pub review_id: Uuid,
    /// How it stands.
    pub state: ReviewState,
    /// When it was first to be held; absent where nobody planned it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_planned_for: Option<Timestamp>,
    /// When it is to be held, or was last to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_for: Option<Timestamp>,
    /// Who holds it, or held it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_id: Option<Uuid>,
    /// When it was held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_at: Option<Timestamp>,
    /// Who cancelled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_by: Option<Side>,
    /// How often it was moved.
    pub reschedules: u32,
}

/// A plan after an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// Since when the company is a customer.
    pub customer_since: Timestamp,
    /// How long a year is; pinned when the plan was opened.
    pub year: Term,
    /// When the year began that runs.
    pub year_from: Timestamp,
    /// When it ends: a review is to be held before.
    pub due_at: Timestamp,
    /// Whether it was said that the year ends soon without a review.
    pub notice_given: bool,
    /// Whether the customer cancelled a review of this year.
    pub excused: bool,
    /// When the first of the years ended in which none was held, if none was since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_since: Option<Timestamp>,
    /// When the account ends or ended; nothing is due from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// The latest 16, in the order of recording.
    pub reviews: Vec<Review>,
}

impl ReviewPlan {
    /// The planned review of that id.
    pub(super) fn planned(&self, review_id: Uuid) -> Option<&Review> {
        let is_it = |review: &&Review| review.review_id == review_id && review.state == ReviewState::Planned;
        self.shown.reviews.iter().find(is_it)
    }

    /// Whether a review is planned before the year ends.
    pub fn is_planned_in_time(&self) -> bool {
        let planned = self.shown.reviews.iter().filter(|review| review.state == ReviewState::Planned);
        planned.filter_map(|review| review.planned_for).any(|planned_for| planned_for < self.shown.due_at)
    }

    /// Whether the account has ended at `at`.
    pub(super) fn has_ended(&self, at: Timestamp) -> bool {
        self.shown.ended_at.is_some_and(|ended_at| ended_at <= at)
    }

    pub(super) fn put(&mut self, review: Review) {
        let reviews = &mut self.shown.reviews;
        match reviews.iter_mut().find(|known| known.review_id == review.review_id) {
            Some(known) => *known = review,
            None => reviews.push(review),
        }
        // What is over goes first; what is planned is bounded by itself.
        if reviews.len() > REVIEWS_MAX
            && let Some(oldest) = reviews.iter().position(|review| review.state != ReviewState::Planned)
        {
            reviews.remove(oldest);
        }
    }
}

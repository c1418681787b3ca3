//! What can be asked of a plan of reviews.

use uuid::Uuid;
use vigie_clock::{Term, Timestamp};

use super::plan::Side;

/// A company whose reviews begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct New {
    /// Which.
    pub account_id: Uuid,
    /// Since when it is a customer.
    pub customer_since: Timestamp,
    /// How long a year is.
    pub year: Term,
}

/// A command to the reviews of one company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Begins the plan.
    Open(Box<New>),
    /// Plans a review.
    Plan {
        /// When.
        planned_for: Timestamp,
        /// Who holds it.
        staff_id: Option<Uuid>,
    },
    /// Moves a planned review.
    Reschedule {
        /// Which.
        review_id: Uuid,
        /// To when.
        planned_for: Timestamp,
        /// Who asked for it.
        by: Side,
    },
    /// Records that one was held.
    Hold {
        /// Which; none for one that nobody planned.
        review_id: Option<Uuid>,
        /// When.
        held_at: Timestamp,
        /// Who held it.
        staff_id: Option<Uuid>,
    },
    /// Cancels a planned review.
    Cancel {
        /// Which.
        review_id: Uuid,
        /// On whose side the cause lies.
        by: Side,
    },
    /// Ends the plan: the account ends.
    End {
        /// When.
        ended_at: Timestamp,
    },
    /// An instant that the plan asked to be woken at has come.
    Wake {
        /// The instant.
        due: Timestamp,
    },
}

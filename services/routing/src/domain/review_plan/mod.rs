//! Yearly reviews with a company (promise 3.2): planned, held, moved, cancelled by whom, and the year that they are due in.
//!
//! At least one a year [D]. The year counts from the moment at which the company was registered here or became a customer,
//! whichever is later (what was held before is not on record, and nobody can be late for it), and anew from each review
//! that was held and from the end of each year. A year ends in one of three ways, and each is an event of its own: held
//! before its end, `review_overdue`, or, where the customer cancelled a review of that year and none was held,
//! `review_excused`, which is excluded and counted.

mod command;
mod decide;
mod event;
mod plan;
mod rejection;

#[cfg(test)]
pub(crate) mod tests;

pub use command::{Command, New};
pub use decide::{Decided, NOTICE, decide, evolve, next_due};
pub use event::{
    Event, Fact, PlanEnded, PlanOpened, ReviewCancelled, ReviewDue, ReviewExcused, ReviewHeld, ReviewOverdue,
    ReviewPlanned, ReviewRescheduled, name,
};
pub use plan::{Review, ReviewPlan, ReviewState, Side, Snapshot, plan_id};
pub use rejection::Rejection;

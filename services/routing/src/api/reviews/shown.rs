//! Reviews as answers show them.

use uuid::Uuid;
use vigie_command::field::wire_instant;
use vigie_proto::routing as wire;

use super::super::house::shown_instant;
use crate::domain::review_plan::{Review, ReviewState, Side, Snapshot};

pub(super) fn plan(account_id: Uuid, plan: &Snapshot, version: i64) -> wire::ReviewPlan {
    wire::ReviewPlan {
        account_id: account_id.to_string(),
        year_from: Some(wire_instant(plan.year_from)),
        due_at: Some(wire_instant(plan.due_at)),
        excused: plan.excused,
        late_since: shown_instant(plan.late_since),
        ended_at: shown_instant(plan.ended_at),
        reviews: plan.reviews.iter().map(review).collect(),
        version,
    }
}

fn review(review: &Review) -> wire::Review {
    let state = match review.state {
        ReviewState::Planned => wire::ReviewState::Planned,
        ReviewState::Held => wire::ReviewState::Held,
        ReviewState::Cancelled => wire::ReviewState::Cancelled,
    };
    let cancelled_by = match review.cancelled_by {
        None => wire::Side::Unspecified,
        Some(Side::Customer) => wire::Side::Customer,
        Some(Side::Operator) => wire::Side::Operator,
    };
    wire::Review {
        review_id: review.review_id.to_string(),
        state: state.into(),
        first_planned_for: shown_instant(review.first_planned_for),
        planned_for: shown_instant(review.planned_for),
        staff_id: review.staff_id.map(|id| id.to_string()).unwrap_or_default(),
        held_at: shown_instant(review.held_at),
        cancelled_by: cancelled_by.into(),
        reschedules: review.reschedules,
    }
}

//! What comes of a customer's service over time, and of what could not be taken.

use vigie_contractkit::Schemas;

use super::super::outcomes::{ATTENDANCE, PROJECTS, REJECTED_FACTS, REVIEWS};
use crate::domain::{attendance, project, rejected_fact, review_plan};
use crate::stream;

#[test]
fn schemas_of_attendance() {
    use attendance::*;
    Schemas::of(&["vigie.attendance."])
        .event::<stream::attendance::Payload<DeskStaffed>>(
            name::DESK_STAFFED,
            "Somebody was there to answer for a team, for a time.",
        )
        .are_as_checked_in(&ATTENDANCE);
}

#[test]
fn schemas_of_review_plans() {
    use review_plan::*;
    Schemas::of(&["vigie.review_plan."])
        .event::<stream::review_plan::Payload<PlanOpened>>(
            name::PLAN_OPENED,
            "A customer's years begin, in each of which a review is to be held.",
        )
        .event::<stream::review_plan::Payload<ReviewPlanned>>(name::REVIEW_PLANNED, "A review is to be held.")
        .event::<stream::review_plan::Payload<ReviewRescheduled>>(
            name::REVIEW_RESCHEDULED,
            "A planned review was moved.",
        )
        .event::<stream::review_plan::Payload<ReviewHeld>>(
            name::REVIEW_HELD,
            "A review was held: its year is kept if held_at lies before due_at.",
        )
        .event::<stream::review_plan::Payload<ReviewCancelled>>(
            name::REVIEW_CANCELLED,
            "A planned review will not be held.",
        )
        .event::<stream::review_plan::Payload<ReviewDue>>(
            name::REVIEW_DUE,
            "The year ends soon, and no review is held or planned in it.",
        )
        .event::<stream::review_plan::Payload<ReviewOverdue>>(
            name::REVIEW_OVERDUE,
            "The year ended without a review.",
        )
        .event::<stream::review_plan::Payload<ReviewExcused>>(
            name::REVIEW_EXCUSED,
            "The year ended without a review, because the customer cancelled it.",
        )
        .event::<stream::review_plan::Payload<PlanEnded>>(
            name::PLAN_ENDED,
            "The account ends, and its reviews with it.",
        )
        .are_as_checked_in(&REVIEWS);
}

#[test]
fn schemas_of_projects() {
    use project::*;
    Schemas::of(&["vigie.project."])
        .event::<stream::project::Payload<ProjectOpened>>(name::PROJECT_OPENED, "A project abroad, or an international request, begins: a referent is named, and an answer is due.")
        .event::<stream::project::Payload<ReferentChanged>>(name::REFERENT_CHANGED, "Another referent is named.")
        .event::<stream::project::Payload<ProjectAnswered>>(name::PROJECT_ANSWERED, "The customer was answered: in time if answered_at lies before answer_due_at.")
        .event::<stream::project::Payload<PromiseChanged>>(name::PROMISE_CHANGED, "Another date was promised.")
        .event::<stream::project::Payload<AnswerOverdue>>(name::ANSWER_OVERDUE, "The answer was due and nobody has given one.")
        .event::<stream::project::Payload<ProjectClosed>>(name::PROJECT_CLOSED, "The project ended.")
        .are_as_checked_in(&PROJECTS);
}

#[test]
fn schemas_of_rejected_facts() {
    use rejected_fact::*;
    Schemas::of(&["vigie.rejected_fact."])
        .event::<stream::rejected_fact::Payload<FactRejected>>(
            name::FACT_REJECTED,
            "A record of the topic of facts could not be taken; what it said is not repeated.",
        )
        .event::<stream::rejected_fact::Payload<RejectionSettled>>(
            name::REJECTION_SETTLED,
            "A person said what came of it.",
        )
        .are_as_checked_in(&REJECTED_FACTS);
}

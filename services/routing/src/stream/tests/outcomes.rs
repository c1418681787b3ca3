use vigie_contractkit::Published;

use super::{check, published_of};
use crate::domain::attendance::{self, Attendance};
use crate::domain::contact::{self, Contact};
use crate::domain::project::{self, Project};
use crate::domain::rejected_fact;
use crate::domain::review_plan::{self, ReviewPlan, Side};

pub(super) const CONTACTS: [&str; 16] = [
    contact::name::CALLBACK_KEPT,
    contact::name::CALLBACK_MISSED,
    contact::name::CALLBACK_OVERDUE,
    contact::name::CALLBACK_PROMISED,
    contact::name::CONTACT_ABANDONED,
    contact::name::CONTACT_ANSWERED,
    contact::name::CONTACT_ENDED,
    contact::name::CONTACT_OFFERED,
    contact::name::CONTACT_QUALIFIED,
    contact::name::CONTACT_REPEATED,
    contact::name::CONTACT_SPLIT,
    contact::name::CONTACT_TAKEN_IN_CHARGE,
    contact::name::CONTACT_TRANSFERRED,
    contact::name::PART_ATTACHED,
    contact::name::QUALITY_GRADED,
    contact::name::SURVEY_ANSWERED,
];

pub(super) const ATTENDANCE: [&str; 1] = [attendance::name::DESK_STAFFED];

pub(super) const REVIEWS: [&str; 9] = [
    review_plan::name::PLAN_ENDED,
    review_plan::name::PLAN_OPENED,
    review_plan::name::REVIEW_CANCELLED,
    review_plan::name::REVIEW_DUE,
    review_plan::name::REVIEW_EXCUSED,
    review_plan::name::REVIEW_HELD,
    review_plan::name::REVIEW_OVERDUE,
    review_plan::name::REVIEW_PLANNED,
    review_plan::name::REVIEW_RESCHEDULED,
];

pub(super) const PROJECTS: [&str; 6] = [
    project::name::ANSWER_OVERDUE,
    project::name::PROJECT_ANSWERED,
    project::name::PROJECT_CLOSED,
    project::name::PROJECT_OPENED,
    project::name::PROMISE_CHANGED,
    project::name::REFERENT_CHANGED,
];

pub(super) const REJECTED_FACTS: [&str; 2] =
    [rejected_fact::name::FACT_REJECTED, rejected_fact::name::REJECTION_SETTLED];

fn contacts() -> Published<Contact> {
    use crate::domain::contact::tests::{Story, attach, everything, promised, split, told};
    let whole = everything().into_iter().fold(Story::empty(), Story::given).given(split());
    let late = Story::empty().given(told("1", 0, promised("cb", 90_000))).until(90_000);
    let part = Story::empty().given(attach(9));
    let life = [whole, late, part].into_iter().flat_map(Story::into_told);
    published_of(life, "contact_id")
}

#[test]
fn contacts_are_published_as_their_golden_files_say() {
    check(&contacts(), &CONTACTS);
}

#[test]
fn a_caller_s_number_is_never_printed() {
    contacts().never_print(&["33600000001", "0600000001"]);
}

#[test]
fn attendance_is_published_as_its_golden_file_says() {
    use crate::domain::attendance::tests::{staffed, told};
    let (_, events, _) = told([staffed("1", 0, 60)]);
    let published: Published<Attendance> = published_of(events, "attendance_id");
    check(&published, &ATTENDANCE);
}

#[test]
fn reviews_are_published_as_their_golden_files_say() {
    use crate::domain::review_plan::tests::{Story, cancel, day, hold, plan};
    use review_plan::Command;
    let story = Story::of_a_company().given(plan(100));
    let moved = Command::Reschedule { review_id: story.review(), planned_for: day(110), by: Side::Customer };
    let story = story.given(moved);
    let cancelled = cancel(&story, Side::Customer);
    // Excused, then a year that is late, then one that is held.
    let story = story.given(cancelled).until(2 * 366 + 1).given(hold(None, 2 * 366));
    let story = story.given(Command::End { ended_at: day(1_000) });
    let published: Published<ReviewPlan> = published_of(story.into_told(), "review_plan_id");
    check(&published, &REVIEWS);
}

#[test]
fn projects_are_published_as_their_golden_files_say() {
    use crate::domain::project::tests::{Story, answer, close, promise, refer};
    use project::Outcome;
    let story = Story::of_a_project().given(refer(7)).until("2026-05-20T08:00:00Z");
    let story = story.given(answer("2026-05-20T08:00:00Z", "2026-07-01T00:00:00Z"));
    let story = story.given(promise("2026-08-01T00:00:00Z")).until("2026-08-02T00:00:00Z");
    let story = story.given(close("2026-08-01T00:00:00Z", Outcome::Delivered));
    let published: Published<Project> = published_of(story.into_told(), "project_id");
    check(&published, &PROJECTS);
}

#[test]
fn rejected_facts_are_published_as_their_golden_files_say() {
    use crate::domain::rejected_fact::RejectedFact;
    use crate::domain::rejected_fact::tests::{reject, settle, told};
    let (events, _) = told([reject(), settle()]);
    let published: Published<RejectedFact> = published_of(events, "rejected_fact_id");
    check(&published, &REJECTED_FACTS);
}

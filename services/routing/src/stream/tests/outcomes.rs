use super::Published;
use crate::domain::attendance::{self, Attendance};
use crate::domain::contact::{self, Contact};
use crate::domain::project::{self, Project};
use crate::domain::review_plan::{self, ReviewPlan, Side};

fn contacts() -> Published<Contact> {
    use crate::domain::contact::tests::{Story, attach, everything, promised, split, told};
    let whole = everything().into_iter().fold(Story::empty(), Story::given).given(split());
    let late = Story::empty().given(told("1", 0, promised("cb", 90_000))).until(90_000);
    let part = Story::empty().given(attach(9));
    let life = [whole, late, part].into_iter().flat_map(|story| story.events);
    Published::of(life, "vigie.contact.", "contact_id", "contact")
}

#[test]
fn contacts_are_published_as_their_golden_files_say() {
    use contact::name;
    contacts().check(&[
        name::CALLBACK_KEPT,
        name::CALLBACK_MISSED,
        name::CALLBACK_OVERDUE,
        name::CALLBACK_PROMISED,
        name::CONTACT_ABANDONED,
        name::CONTACT_ANSWERED,
        name::CONTACT_ENDED,
        name::CONTACT_OFFERED,
        name::CONTACT_QUALIFIED,
        name::CONTACT_REPEATED,
        name::CONTACT_SPLIT,
        name::CONTACT_TAKEN_IN_CHARGE,
        name::CONTACT_TRANSFERRED,
        name::PART_ATTACHED,
        name::QUALITY_GRADED,
        name::SURVEY_ANSWERED,
    ]);
}

#[test]
fn a_caller_s_number_is_never_printed() {
    contacts().never_print(&["33600000001", "0600000001"]);
}

#[test]
fn attendance_is_published_as_its_golden_file_says() {
    use crate::domain::attendance::tests::{staffed, told};
    let (_, events, _) = told([staffed("1", 0, 60)]);
    let published: Published<Attendance> =
        Published::of(events, "vigie.attendance.", "attendance_id", "attendance");
    published.check(&[attendance::name::DESK_STAFFED]);
}

#[test]
fn reviews_are_published_as_their_golden_files_say() {
    use crate::domain::review_plan::tests::{Story, cancel, day, hold, plan};
    use review_plan::{Command, name};
    let story = Story::of_a_company().given(plan(100));
    let moved = Command::Reschedule { review_id: story.review(), planned_for: day(110), by: Side::Customer };
    let story = story.given(moved);
    let cancelled = cancel(&story, Side::Customer);
    // Excused, then a year that is late, then one that is held.
    let story = story.given(cancelled).until(2 * 366 + 1).given(hold(None, 2 * 366));
    let story = story.given(Command::End { ended_at: day(1_000) });
    let published: Published<ReviewPlan> =
        Published::of(story.events, "vigie.review_plan.", "review_plan_id", "review_plan");
    published.check(&[
        name::PLAN_ENDED,
        name::PLAN_OPENED,
        name::REVIEW_CANCELLED,
        name::REVIEW_DUE,
        name::REVIEW_EXCUSED,
        name::REVIEW_HELD,
        name::REVIEW_OVERDUE,
        name::REVIEW_PLANNED,
        name::REVIEW_RESCHEDULED,
    ]);
}

#[test]
fn projects_are_published_as_their_golden_files_say() {
    use crate::domain::project::tests::{Story, answer, close, promise, refer};
    use project::{Outcome, name};
    let story = Story::of_a_project().given(refer(7)).until("2026-05-20T08:00:00Z");
    let story = story.given(answer("2026-05-20T08:00:00Z", "2026-07-01T00:00:00Z"));
    let story = story.given(promise("2026-08-01T00:00:00Z")).until("2026-08-02T00:00:00Z");
    let story = story.given(close("2026-08-01T00:00:00Z", Outcome::Delivered));
    let published: Published<Project> =
        Published::of(story.events, "vigie.project.", "project_id", "project");
    published.check(&[
        name::ANSWER_OVERDUE,
        name::PROJECT_ANSWERED,
        name::PROJECT_CLOSED,
        name::PROJECT_OPENED,
        name::PROMISE_CHANGED,
        name::REFERENT_CHANGED,
    ]);
}

#[test]
fn rejected_facts_are_published_as_their_golden_files_say() {
    use crate::domain::rejected_fact::tests::{reject, settle, told};
    use crate::domain::rejected_fact::{RejectedFact, name};
    let (events, _) = told([reject(), settle()]);
    let published: Published<RejectedFact> =
        Published::of(events, "vigie.rejected_fact.", "rejected_fact_id", "rejected_fact");
    published.check(&[name::FACT_REJECTED, name::REJECTION_SETTLED]);
}

//! The rules as stories: given what was recorded before, when a command comes, then these events.

use std::time::Duration;

use uuid::Uuid;
use vigie_clock::{Context, Term, Timestamp};

use super::*;
use crate::story::Told;

const ACCOUNT: Uuid = Uuid::from_u128(0xac);

/// Noon in Paris, in winter, on a first of January, and so many days later.
pub(crate) fn day(days: i64) -> Timestamp {
    let start = Timestamp::parse("2026-01-01T11:00:00Z").unwrap();
    Timestamp::from_micros(start.as_micros() + days * 86_400_000_000)
}

/// A company's years.
pub(crate) type Story = crate::story::Story<ReviewPlan>;

impl Told for ReviewPlan {
    const SEED: u64 = 12;

    fn begins() -> Timestamp {
        day(0)
    }

    fn context(now: Timestamp, act_id: Uuid) -> Context {
        Context::system("crm", now, act_id)
    }

    fn name(event: &Event) -> &'static str {
        event.name()
    }

    fn is_shown_by(&self, event: &Event) {
        assert_eq!(event.review_plan, self.shown, "{} shows the plan after it", event.name());
    }
}

impl Story {
    /// Of a company that is a customer for years and was registered on day 0.
    pub(crate) fn of_a_company() -> Self {
        let new = New { account_id: ACCOUNT, customer_since: day(-1_000), year: Term::calendar_days(365) };
        Self::empty().given(Command::Open(Box::new(new)))
    }

    /// Time passes, and timers come.
    pub(crate) fn until(self, days: i64) -> Self {
        self.at(day(days))
    }

    #[track_caller]
    fn tells(&self, names: &[&str]) {
        assert_eq!(self.names(), names);
    }

    fn shown(&self) -> &Snapshot {
        &self.state.as_ref().unwrap().shown
    }

    /// The review recorded last.
    pub(crate) fn review(&self) -> Uuid {
        self.shown().reviews.last().unwrap().review_id
    }
}

pub(crate) fn plan(days: i64) -> Command {
    Command::Plan { planned_for: day(days), staff_id: Some(Uuid::from_u128(0x5a)) }
}

pub(crate) fn hold(review_id: Option<Uuid>, days: i64) -> Command {
    Command::Hold { review_id, held_at: day(days), staff_id: None }
}

pub(crate) fn cancel(story: &Story, by: Side) -> Command {
    Command::Cancel { review_id: story.review(), by }
}

#[test]
fn a_year_counts_from_the_day_on_which_the_company_is_known_here() {
    let story = Story::of_a_company();
    assert_eq!(story.shown().year_from, day(0));
    // The end of the 365th day in Paris.
    assert_eq!(story.shown().due_at, Timestamp::parse("2027-01-02T00:00:00+01:00").unwrap());
    let later = New { account_id: ACCOUNT, customer_since: day(30), year: Term::calendar_days(365) };
    let story = Story::empty().given(Command::Open(Box::new(later.clone())));
    assert_eq!(story.shown().year_from, day(30), "a customer who is to come");
    story.when(Command::Open(Box::new(later))).then(&[]);
}

#[test]
fn work_is_raised_before_the_year_ends_and_the_year_that_ends_without_a_review_is_late_once() {
    let story = Story::of_a_company().until(305);
    story.tells(&[name::PLAN_OPENED]);
    let story = story.until(306);
    story.tells(&[name::PLAN_OPENED, name::REVIEW_DUE]);
    let story = story.until(366);
    story.tells(&[name::PLAN_OPENED, name::REVIEW_DUE, name::REVIEW_OVERDUE]);
    assert_eq!(story.shown().late_since, Some(story.shown().year_from));
    let story = story.given(hold(None, 366));
    assert_eq!((story.shown().late_since, story.shown().year_from), (None, day(366)));
}

#[test]
fn each_year_without_a_review_is_a_case_of_its_own() {
    let story = Story::of_a_company().until(2 * 366 + 1);
    let late = |event: &&Event| event.name() == name::REVIEW_OVERDUE;
    assert_eq!(story.told().filter(late).count(), 2);
    // A process that was away for years catches up at once.
    let away = Story::of_a_company().unwoken_at(day(5 * 366 + 2));
    let away = away.given(Command::Wake { due: day(306) });
    assert_eq!(away.told().filter(late).count(), 5);
}

#[test]
fn a_review_that_is_held_in_time_begins_the_next_year() {
    let story = Story::of_a_company().given(plan(100)).until(320);
    story.tells(&[name::PLAN_OPENED, name::REVIEW_PLANNED]);
    let review_id = story.review();
    let story = story.given(hold(Some(review_id), 300)).then(&[name::REVIEW_HELD]);
    assert_eq!(story.shown().year_from, day(300));
    let Fact::ReviewHeld(held) = &story.events.last().unwrap().0.fact else { panic!() };
    assert!(held.held_at < held.due_at && held.year_from == day(0));
    story.when(hold(Some(review_id), 300)).then_refused(Rejection::ReviewNotFound.reason());
}

#[test]
fn a_review_that_is_planned_is_no_work_until_it_is_moved_out_of_the_year() {
    let story = Story::of_a_company().given(plan(350)).until(330);
    assert!(!story.told().any(|event| event.name() == name::REVIEW_DUE));
    let review_id = story.review();
    let moved = Command::Reschedule { review_id, planned_for: day(400), by: Side::Operator };
    let story = story.given(moved.clone()).then(&[name::REVIEW_RESCHEDULED, name::REVIEW_DUE]);
    story.when(moved).then(&[]);
}

#[test]
fn a_year_in_which_the_customer_cancelled_is_excused_and_one_that_we_cancelled_is_late() {
    for (by, outcome) in [(Side::Customer, name::REVIEW_EXCUSED), (Side::Operator, name::REVIEW_OVERDUE)] {
        let story = Story::of_a_company().given(plan(100));
        let cancelled = cancel(&story, by);
        let story = story.given(cancelled).then(&[name::REVIEW_CANCELLED]).until(367);
        let last = story.told().rev().find(|event| event.name() != name::REVIEW_DUE).unwrap();
        assert_eq!(last.name(), outcome);
        assert!(!story.shown().excused, "the next year is a year as any");
    }
}

#[test]
fn a_customer_who_cancels_next_years_review_excuses_nothing_of_this_one() {
    let story = Story::of_a_company().given(plan(500));
    let cancelled = cancel(&story, Side::Customer);
    let story = story.given(cancelled).until(367);
    assert!(story.told().any(|event| event.name() == name::REVIEW_OVERDUE));
}

#[test]
fn a_customer_who_cancelled_and_came_all_the_same_is_kept() {
    let story = Story::of_a_company().given(plan(100));
    let cancelled = cancel(&story, Side::Customer);
    let story = story.given(cancelled).until(200).given(hold(None, 200)).until(400);
    let is_outcome = |event: &&Event| [name::REVIEW_EXCUSED, name::REVIEW_OVERDUE].contains(&event.name());
    assert!(!story.told().any(|event| is_outcome(&event)));
}

#[test]
fn times_on_the_wrong_side_of_now_are_refused() {
    for command in [plan(0), plan(-1), hold(None, 1)] {
        let story = Story::of_a_company().when(command);
        assert!(matches!(story.last, Err(Rejection::BadPeriod(_))), "{:?}", story.last);
    }
    Story::empty().when(plan(10)).then_refused(Rejection::PlanNotFound.reason());
    let unknown = Command::Cancel { review_id: Uuid::from_u128(1), by: Side::Customer };
    Story::of_a_company().when(unknown).then_refused(Rejection::ReviewNotFound.reason());
}

#[test]
fn one_company_has_so_many_planned_reviews_and_shows_the_latest() {
    let mut story = Story::of_a_company();
    for days in 1..=8 {
        story = story.given(plan(days));
    }
    let mut story = story.when(plan(9)).then_refused(Rejection::TooManyPlanned.reason()).until(20);
    for _ in 0..40 {
        story = story.given(hold(None, 20));
    }
    let shown = story.shown();
    assert_eq!(shown.reviews.len(), 16);
    assert_eq!(shown.reviews.iter().filter(|review| review.state == ReviewState::Planned).count(), 8);
}

#[test]
fn nothing_is_due_once_the_account_has_ended() {
    let story = Story::of_a_company().given(Command::End { ended_at: day(200) }).then(&[name::PLAN_ENDED]);
    let story =
        story.when(Command::End { ended_at: day(200) }).then(&[]).until(199).given(plan(300)).until(800);
    story.tells(&[name::PLAN_OPENED, name::PLAN_ENDED, name::REVIEW_PLANNED]);
    story.when(plan(900)).then_refused(Rejection::Ended.reason());
}

#[test]
fn a_wake_of_a_replica_whose_clock_is_behind_does_not_come_to_nothing() {
    let story = Story::of_a_company();
    let due = story.shown().due_at;
    let notice = Timestamp::from_micros(due.as_micros()).minus(NOTICE);
    assert_eq!(next_due(&story.state), Some(notice));
    let story = story.when(Command::Wake { due: notice }).then(&[name::REVIEW_DUE]);
    let story = story.when(Command::Wake { due: notice }).then(&[]);
    assert_eq!(next_due(&story.state), Some(due));
    assert!(NOTICE < Duration::from_hours(365 * 24));
}

//! The rules as stories: given what was recorded before, when a command comes, then these events.

use uuid::Uuid;
use vigie_clock::{Almanac, CalendarRef, Context, Term, Timestamp, Zone};

use super::*;
use crate::domain::CountryCode;
use crate::story::Told;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// A project's life.
pub(crate) type Story = crate::story::Story<Project>;

impl Told for Project {
    const SEED: u64 = 13;

    /// A Wednesday; the Thursday after it is a holiday.
    fn begins() -> Timestamp {
        at("2026-05-13T10:00:00+02:00")
    }

    fn context(now: Timestamp, act_id: Uuid) -> Context {
        Context::system("crm", now, act_id)
    }

    fn name(event: &Event) -> &'static str {
        event.name()
    }

    fn is_shown_by(&self, event: &Event) {
        assert_eq!(event.project, self.shown, "{} shows the project after it", event.name());
    }
}

impl Story {
    pub(crate) fn of_a_project() -> Self {
        let story = Self::empty();
        let command = open(story.now());
        story.given(command)
    }

    /// Time passes, and timers come.
    pub(crate) fn until(self, text: &str) -> Self {
        self.at(at(text))
    }

    fn shown(&self) -> &Snapshot {
        &self.state.as_ref().unwrap().shown
    }
}

fn open(requested_at: Timestamp) -> Command {
    let term = Term::working_days(2, CalendarRef::built_in(Zone::Metropole));
    Command::Open(Box::new(New {
        project_id: Uuid::from_u128(0x90),
        account_id: Uuid::from_u128(0xac),
        kind: Kind::NewSite,
        countries: ["DE", "GB", "RE"].map(|code| CountryCode::parse(code).unwrap()).to_vec(),
        referent_staff_id: Uuid::from_u128(0x5a),
        requested_at,
        answer_due_at: Almanac::built_in().deadline(&term, requested_at).unwrap(),
        term,
    }))
}

pub(crate) fn answer(answered: &str, promised: &str) -> Command {
    Command::Answer { answered_at: at(answered), promised_for: at(promised) }
}

pub(crate) fn promise(promised: &str) -> Command {
    Command::ChangePromise { promised_for: at(promised), asked_by_customer: false }
}

pub(crate) fn refer(staff: u128) -> Command {
    Command::ChangeReferent { staff_id: Uuid::from_u128(staff) }
}

pub(crate) fn close(closed: &str, outcome: Outcome) -> Command {
    Command::Close { closed_at: at(closed), outcome }
}

#[test]
fn the_answer_is_due_at_the_end_of_the_second_jour_ouvre_and_overdue_once() {
    let story = Story::of_a_project();
    // Thursday is Ascension day: Friday, and the Monday after the weekend.
    assert_eq!(story.shown().answer_due_at, at("2026-05-19T00:00:00+02:00"));
    assert_eq!(story.shown().zones, [AbroadZone::Eea, AbroadZone::NonEea, AbroadZone::Overseas]);
    let story = story.until("2026-06-30T00:00:00Z");
    assert_eq!(story.names(), [name::PROJECT_OPENED, name::ANSWER_OVERDUE]);
    assert_eq!(next_due(&story.state), None);
}

#[test]
fn an_answer_in_time_is_never_overdue_even_if_it_is_recorded_late() {
    let story = Story::of_a_project();
    let story = story.unwoken_at(at("2026-05-20T08:00:00Z"));
    let story =
        story.given(answer("2026-05-18T15:00:00Z", "2026-07-01T00:00:00Z")).then(&[name::PROJECT_ANSWERED]);
    assert_eq!(next_due(&story.state), None);
    story
        .when(answer("2026-05-18T15:00:00Z", "2026-07-01T00:00:00Z"))
        .then_refused(Rejection::AlreadyAnswered.reason());
}

#[test]
fn a_new_promise_never_erases_the_first() {
    let story = Story::of_a_project()
        .when(promise("2026-07-01T00:00:00Z"))
        .then_refused(Rejection::NotAnswered.reason());
    let story =
        story.until("2026-05-15T08:00:00Z").given(answer("2026-05-15T08:00:00Z", "2026-07-01T00:00:00Z"));
    let story = story.given(promise("2026-08-01T00:00:00Z")).then(&[name::PROMISE_CHANGED]);
    let shown = story.shown();
    assert_eq!(shown.first_promised_for, Some(at("2026-07-01T00:00:00Z")));
    assert_eq!(shown.promised_for, Some(at("2026-08-01T00:00:00Z")));
    let story = story.when(promise("2026-08-01T00:00:00Z")).then(&[]);
    let story = story.when(promise("2026-05-01T00:00:00Z"));
    assert!(matches!(story.last, Err(Rejection::BadPeriod(_))));
}

#[test]
fn times_that_cannot_be_are_refused() {
    for command in [
        answer("2026-05-13T07:59:00Z", "2026-07-01T00:00:00Z"),
        answer("2026-05-14T08:00:00Z", "2026-07-01T00:00:00Z"),
        answer("2026-05-13T08:00:00Z", "2026-05-13T07:00:00Z"),
        close("2026-05-14T08:00:00Z", Outcome::Delivered),
    ] {
        let story = Story::of_a_project().when(command);
        assert!(matches!(story.last, Err(Rejection::BadPeriod(_))), "{:?}", story.last);
    }
    let story = Story::empty().when(open(at("2026-05-14T10:00:00+02:00")));
    assert!(matches!(story.last, Err(Rejection::BadPeriod(_))));
}

#[test]
fn a_project_that_ended_waits_for_nothing_and_takes_nothing() {
    let story = Story::of_a_project().given(close("2026-05-13T08:00:00Z", Outcome::Withdrawn));
    assert_eq!(next_due(&story.state), None);
    story.when(refer(7)).then_refused(Rejection::Ended.reason());
    Story::empty().when(refer(7)).then_refused(Rejection::ProjectNotFound.reason());
    let story = Story::of_a_project();
    let again = open(story.now());
    story.when(again).then_refused(Rejection::AlreadyOpen.reason());
}

#[test]
fn another_referent_is_named_and_the_former_remembered() {
    let story =
        Story::of_a_project().when(refer(0x5a)).then(&[]).given(refer(7)).then(&[name::REFERENT_CHANGED]);
    assert_eq!(story.shown().referent_staff_id, Uuid::from_u128(7));
}

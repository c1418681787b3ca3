use super::*;
use crate::domain::ALL_KNOWN;
use crate::domain::staff::*;

#[test]
fn an_absence_begins_and_ends_by_itself() {
    let story = Story::of_a_manager();
    let plan = story.plan(10, 20, Some(stand_in()));
    let story = story.when(plan).then(&["absence_planned"]);
    let (absence_id, from, until) = (story.act(), story.day(10), story.day(20));
    assert_eq!(
        story.member().absences(),
        [Absence { absence_id, from, until, cover_staff_id: Some(stand_in().staff_id) }]
    );
    let story = story.after(days(10)).then(&["absence_began"]);
    assert!(story.member().absence(story.now(), ALL_KNOWN).is_some());
    let story = story.after(days(10)).then(&["absence_ended"]);
    let Fact::AbsenceEnded(fact) = story.fact() else { panic!("{:?}", story.fact()) };
    assert_eq!((fact.absence.until, fact.planned_until), (until, None));
    assert_eq!(story.member().absence(story.now(), ALL_KNOWN), None);
    assert_eq!((story.member().absences().len(), next_due(&story.state)), (0, None));
}

#[test]
fn an_illness_is_recorded_after_it_began_and_has_begun_at_once() {
    let story = Story::of_a_manager();
    let plan = story.plan(-1, 3, None);
    let story = story.when(plan).then(&["absence_planned", "absence_began"]);
    let member = story.member();
    assert!(member.absence(story.day(0), ALL_KNOWN).is_some());
    assert_eq!(member.absence(story.day(0), story.day(-1)), None, "nobody knew yesterday");
}

#[test]
fn an_absence_that_cannot_be_is_refused() {
    let story = Story::of_a_manager();
    let (backwards, over) = (story.plan(3, 3, None), story.plan(-3, 0, None));
    story.when(backwards).then_refused("BAD_PERIOD").when(over).then_refused("BAD_PERIOD");
}

#[test]
fn two_absences_of_one_person_do_not_overlap_and_may_touch() {
    let story = Story::of_a_manager();
    let first = story.plan(10, 20, None);
    let story = story.given(first);
    let overlapping = [
        story.plan(19, 30, None),
        story.plan(5, 11, None),
        story.plan(12, 13, None),
        story.plan(5, 30, None),
    ];
    let story =
        overlapping.into_iter().fold(story, |story, plan| story.when(plan).then_refused("ABSENCE_OVERLAPS"));
    let touching = [story.plan(20, 30, None), story.plan(5, 10, None)];
    touching.into_iter().fold(story, |story, plan| story.when(plan).then(&["absence_planned"]));
}

#[test]
fn one_that_is_taken_back_never_was_one() {
    let story = Story::of_a_manager();
    let plan = story.plan(10, 20, None);
    let story = story.given(plan.clone());
    let absence_id = story.act();
    let story = story.when(Command::CancelAbsence { absence_id }).then(&["absence_cancelled"]);
    assert_eq!(next_due(&story.state), None);
    assert_eq!(story.member().absence(story.day(15), ALL_KNOWN), None);
    assert!(story.member().absence(story.day(15), story.now()).is_none(), "known only a moment later");
    let story = story.when(Command::CancelAbsence { absence_id }).then(&[]);
    story.when(plan).then(&["absence_planned"]);
}

#[test]
fn one_that_has_begun_ends_early() {
    let story = Story::of_a_manager();
    let plan = story.plan(10, 20, None);
    let story = story.given(plan);
    let (absence_id, known, until) = (story.act(), story.day(1), story.day(20));
    let story = story.after(days(12)).when(Command::CancelAbsence { absence_id }).then(&["absence_ended"]);
    let Fact::AbsenceEnded(fact) = story.fact() else { panic!("{:?}", story.fact()) };
    assert_eq!((fact.absence.until, fact.planned_until), (story.now(), Some(until)));
    let member = story.member();
    assert!(member.absence(story.day(-1), ALL_KNOWN).is_some());
    assert_eq!(member.absence(story.day(1), ALL_KNOWN), None);
    assert_eq!(
        member.absence(story.day(1), known).map(|absence| absence.until),
        Some(until),
        "as known before"
    );
}

#[test]
fn what_is_due_is_recorded_before_what_is_asked_however_late_the_timer_is() {
    let story = Story::of_a_manager();
    let plan = story.plan(1, 2, None);
    let story = story.given(plan);
    let absence_id = story.act();
    let story = story.without_timers(days(3)).when(Command::CancelAbsence { absence_id });
    let story = story.then(&["absence_began", "absence_ended"]);
    let Fact::AbsenceEnded(fact) = story.fact() else { panic!("{:?}", story.fact()) };
    assert_eq!(fact.planned_until, None, "it ended in its time");
    assert_eq!(next_due(&story.state), None);
}

#[test]
fn a_wake_on_a_replica_whose_clock_is_behind_still_counts() {
    let story = Story::of_a_manager();
    let plan = story.plan(1, 2, None);
    let story = story.given(plan);
    let due = next_due(&story.state).unwrap();
    story.when(Command::Wake { due }).then(&["absence_began"]).when(Command::Wake { due }).then(&[]);
}

#[test]
fn an_absence_that_is_not_known_is_not_found() {
    let story = Story::of_a_manager();
    let absence_id = story.act();
    story.when(Command::CancelAbsence { absence_id }).then_refused("ABSENCE_NOT_FOUND");
}

#[test]
fn whoever_covers_for_an_account_manager_is_one_trained_and_there() {
    let story = Story::of_a_manager();
    let refused = [
        (StandIn { is_there: false, ..stand_in() }, "STAFF_UNAVAILABLE"),
        (StandIn { staff_id: a_manager().staff_id, ..stand_in() }, "STAFF_UNAVAILABLE"),
        (StandIn { is_account_manager: false, ..stand_in() }, "NOT_A_MANAGER"),
        (StandIn { is_trained: false, ..stand_in() }, "MANAGER_UNTRAINED"),
    ];
    refused.into_iter().fold(story, |story, (cover, reason)| {
        let plan = story.plan(1, 2, Some(cover));
        story.when(plan).then_refused(reason)
    });
}

#[test]
fn whoever_covers_for_an_advisor_needs_no_training() {
    let story = Story::of_an_advisor();
    let untrained = StandIn { is_account_manager: false, is_trained: false, ..stand_in() };
    let plan = story.plan(1, 2, Some(untrained));
    story.when(plan).then(&["absence_planned"]);
}

#[test]
fn a_colleague_stands_as_their_own_record_says() {
    let story = Story::of_a_manager();
    let training = story.trained_for(100);
    let plan = story.plan(10, 20, None);
    let leaving = Command::RecordLeaving { leaves_at: story.day(90), deputy: None };
    let story = story.given(training).given(plan).given(leaving);
    let stands = |from, until: i64| {
        let stand_in = StandIn::of(story.member(), story.day(from), Some(story.day(until)));
        (stand_in.is_trained, stand_in.is_there)
    };
    assert_eq!(stands(1, 10), (true, true));
    assert_eq!(stands(1, 11), (true, false), "away on the last day");
    assert_eq!(stands(20, 90), (true, true));
    assert_eq!(stands(20, 91), (true, false), "gone");
    assert_eq!(stands(95, 101), (false, false));
    let at_once = StandIn::of(story.member(), story.day(15), None);
    assert!(!at_once.is_there && at_once.is_trained);
}

#[test]
fn absences_that_are_over_are_forgotten_one_day_and_planned_ones_never() {
    let mut story = Story::of_a_manager();
    let far = story.plan(5000, 5001, None);
    story = story.given(far);
    for _ in 0..Policy::DEFAULT.past_absences_max + 3 {
        let plan = story.plan(1, 2, None);
        story = story.given(plan).after(days(2));
    }
    assert_eq!(story.member().absences().len(), 1);
    assert_eq!(story.member().absences.len(), Policy::DEFAULT.past_absences_max + 1);
}

#[test]
fn there_is_a_bound_to_what_is_planned() {
    let mut story = Story::of_a_manager();
    for day in 0..i64::try_from(Policy::DEFAULT.absences_max).unwrap() {
        let plan = story.plan(2 * day + 1, 2 * day + 2, None);
        story = story.given(plan);
    }
    let more = story.plan(1000, 1001, None);
    story.when(more).then_refused("TOO_LARGE");
}

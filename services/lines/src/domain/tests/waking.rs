use std::time::Duration;

use super::*;
use crate::domain::*;

#[test]
fn an_act_that_waits_for_60_seconds_raises_one_alert() {
    let story = Story::of_a_line().given(suspend(Reason::Theft, user()));
    let act = story.act();
    let due = next_due(&story.line).expect("to be woken");
    assert_eq!(due, story.line().waiting_since().unwrap().plus(Duration::from_secs(60)));

    let story =
        story.after(Duration::from_secs(60)).when(Command::Wake { due }).then(&["confirmation_overdue"]);
    let [Fact::ConfirmationOverdue(fact)] = &story.facts()[..] else { panic!("{:?}", story.facts()) };
    assert_eq!((fact.act_id, fact.overdue_at, fact.target), (act, due, TargetName::Barred));
    assert_eq!(fact.runbook, "deploy/runbooks/register-unconfirmed.md");
    assert_eq!(next_due(&story.line), None, "once for an act");
    let story = story.when(Command::Wake { due }).then(&[]);
    assert!(story.line().is_unconfirmed(), "it goes on waiting");
}

#[test]
fn a_wake_on_a_replica_whose_clock_is_behind_still_counts() {
    let story = Story::of_a_line().given(suspend(Reason::Theft, user()));
    let due = next_due(&story.line).unwrap();
    story.after(Duration::from_secs(59)).when(Command::Wake { due }).then(&["confirmation_overdue"]);
}

#[test]
fn acts_become_overdue_one_by_one() {
    let story = Story::of_a_line().given(suspend(Reason::Unpaid, clerk()));
    let first = next_due(&story.line).unwrap();
    let story = story.after(Duration::from_secs(30)).given(suspend(Reason::Theft, user()));
    assert_eq!(next_due(&story.line), Some(first));
    let story = story
        .after(Duration::from_secs(30))
        .when(Command::Wake { due: first })
        .then(&["confirmation_overdue"]);
    let second = next_due(&story.line).expect("the theft is yet to come");
    assert_eq!(second, first.plus(Duration::from_secs(30)));
    story.after(Duration::from_secs(30)).when(Command::Wake { due: second }).then(&["confirmation_overdue"]);
}

#[test]
fn what_was_confirmed_or_superseded_in_time_raises_none() {
    let story = Story::of_a_line().given(suspend(Reason::Loss, user()));
    let due = next_due(&story.line).unwrap();
    let story = story.confirmed();
    assert_eq!(next_due(&story.line), None);
    story.after(Duration::from_secs(60)).when(Command::Wake { due }).then(&[]);

    let story = Story::of_a_line().given(suspend(Reason::Loss, user())).after(Duration::from_secs(30));
    let story = story.given(reinstate(Reason::Loss, stepped_up(user()))).after(Duration::from_secs(30));
    story.when(Command::Wake { due }).then(&[]);
}

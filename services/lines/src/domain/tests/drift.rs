use super::story::read_back;
use super::*;
use crate::domain::*;

fn found(sequence: u64, found: Observed) -> Command {
    Command::RecordDrift { sequence, found, explained_by_own_write: false }
}

fn repaired(sequence: u64, barred: bool) -> Command {
    Command::RecordDriftRepaired { sequence, read_back: read_back(barred), approved_by: None }
}

#[test]
fn a_phone_unbarred_by_a_late_write_is_recorded_in_its_case() {
    let story = Story::of_a_line().given(suspend(Reason::Theft, user()));
    let theft = story.act();
    let story = story.confirmed();
    let sequence = story.sequence();
    let story = story
        .when(Command::RecordDrift {
            sequence,
            found: Observed::domains(true, true),
            explained_by_own_write: true,
        })
        .then(&["register_drift_found"]);
    let [Fact::RegisterDriftFound(fact)] = &story.facts()[..] else { panic!("{:?}", story.facts()) };
    assert_eq!((fact.act_ids.as_slice(), fact.expected), (&[theft][..], Observed::domains(false, false)));
    assert_eq!(story.line().evidence(), Evidence::NotYetConfirmed, "no longer known to be barred");
    assert_eq!(story.line().unconfirmed(), None, "drift is not a command");

    let story = story.when(repaired(sequence, true)).then(&["register_drift_repaired"]);
    let [Fact::RegisterDriftRepaired(fact)] = &story.facts()[..] else { panic!("{:?}", story.facts()) };
    assert_eq!((fact.act_ids.as_slice(), fact.found), (&[theft][..], Observed::domains(true, true)));
    assert_eq!(story.line().drift(), None);
    assert_eq!(story.line().evidence(), Evidence::DetachRequested);
}

#[test]
fn the_same_drift_is_recorded_once_and_a_worse_one_again() {
    let story = Story::of_a_line().given(suspend(Reason::Theft, user())).confirmed();
    let (sequence, act) = (story.sequence(), story.act());
    let half_open = Observed::domains(true, false);
    let story = story.given(found(sequence, half_open)).then(&["register_drift_found"]);
    let story = story.when(found(sequence, half_open)).then_joins(act);
    story.when(found(sequence, Observed::domains(true, true))).then(&["register_drift_found"]);
}

#[test]
fn what_a_waiting_command_is_about_to_change_is_not_drift() {
    let story = Story::of_a_line().given(suspend(Reason::Theft, user()));
    let (sequence, act) = (story.sequence(), story.act());
    story.when(found(sequence, Observed::domains(true, true))).then_joins(act);
}

#[test]
fn what_was_compared_with_an_older_intent_is_not_drift() {
    let story = Story::of_a_line().given(suspend(Reason::Theft, user())).confirmed();
    let stale = story.sequence() - 1;
    let story = story.when(found(stale, Observed::domains(false, false))).then_refused("SUPERSEDED");
    story.when(repaired(stale, true)).then_refused("SUPERSEDED");
}

#[test]
fn an_imported_line_that_the_register_bars_or_does_not_know_drifts() {
    for shown in [Observed::domains(false, false), Observed::UNKNOWN] {
        Story::of_a_line().when(found(0, shown)).then(&["register_drift_found"]);
    }
    let story = Story::of_a_line().when(found(0, Observed::domains(true, true))).then(&[]);
    assert_eq!(story.line().drift(), None);
}

#[test]
fn a_repair_is_proven_by_a_read_back_and_only_of_what_was_found() {
    let story = Story::of_a_line().given(suspend(Reason::Theft, user())).confirmed();
    let sequence = story.sequence();
    let story = story.when(repaired(sequence, true)).then(&[]);
    let story = story.given(found(sequence, Observed::domains(true, true)));
    story.when(repaired(sequence, false)).then_refused("READ_BACK_DIFFERS");
}

#[test]
fn a_confirmed_command_ends_a_drift() {
    let story = Story::of_a_line().given(found(0, Observed::domains(false, false)));
    assert!(story.line().drift().is_some());
    let story = story.given(suspend(Reason::Theft, user())).confirmed();
    assert_eq!(story.line().drift(), None);
}

#[test]
fn an_ended_line_that_comes_alive_drifts() {
    let story = Story::of_a_line().given(terminate(stepped_up(manager()))).confirmed();
    let sequence = story.sequence();
    story.when(found(sequence, Observed::domains(true, true))).then(&["register_drift_found"]);
}

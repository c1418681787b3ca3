use super::*;
use crate::domain::*;

#[test]
fn a_registered_line_is_open_on_record_and_nobody_waits_for_the_register() {
    let story = Story::of_a_line().then(&["line_registered"]).then_line_is(&[], TargetName::Open);
    let line = story.line();
    assert_eq!((line.state(), line.evidence()), (LineState::Active, Evidence::NotYetConfirmed));
    assert_eq!(line.intent().map(|intent| intent.sequence), Some(0), "the sweep compares it");
    assert_eq!(line.unconfirmed(), None, "registering never provisions");
    assert_eq!(next_due(&story.line), None);
    assert_eq!(line.latest_act(), None);
}

#[test]
fn registering_twice_is_refused() {
    Story::of_a_line().when(Command::Register(Box::new(a_line()))).then_refused("CONFLICT");
}

#[test]
fn a_line_that_is_not_registered_takes_no_command() {
    for command in [
        suspend(Reason::Theft, manager()),
        terminate(manager()),
        Command::Confirm { sequence: 0, read_back: story::read_back(false) },
        Command::Wake { due: at("2026-11-23T03:00:00Z") },
    ] {
        Story::empty().when(command).then_refused("LINE_NOT_FOUND");
    }
}

#[test]
fn personal_data_points_to_the_person_it_is_about() {
    let story = Story::of_a_line();
    let line = story.line();
    let user = subject_of(line.account_id(), "marie.durand");
    assert_eq!([line.msisdn().subject(), line.imsi().subject(), line.iccid().subject()], [user; 3]);
    assert_ne!(line.account_holder().subject(), user, "who signed is not who holds the phone");

    let shared = NewLine { user_id: None, ..a_line() };
    let story = Story::empty().given(Command::Register(Box::new(shared)));
    assert_eq!(story.line().msisdn().subject(), story.line().line_id(), "nobody's but the line's");
}

#[test]
fn a_line_whose_identifiers_are_erased_has_no_intent_to_drive() {
    let mut story = Story::of_a_line();
    let (mut event, recorded_at) = story.events.remove(0);
    event.line.imsi = vigie_clock::Personal::Erased { subject: event.line.imsi.subject() };
    let mut state = None;
    evolve(&mut state, &event, recorded_at);
    assert_eq!(state.as_ref().and_then(Line::intent), None);
    assert_eq!(state.map(|line| line.state()), Some(LineState::Active));
}

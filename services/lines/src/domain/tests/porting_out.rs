use std::time::Duration;

use super::*;
use crate::domain::*;

const PLANNED: &str = "2026-11-25T08:00:00Z";

fn of_a_port() -> Story {
    Story::of_a_line().given(note_port_out(PLANNED, integration()))
}

#[test]
fn advisors_and_systems_note_a_port_and_nobody_else() {
    for by in [advisor(), integration()] {
        let story = Story::of_a_line().when(note_port_out(PLANNED, by)).then(&["port_out_noted"]);
        assert_eq!(story.line().port_out(), Some(PortOut { planned_at: at(PLANNED) }));
        assert_eq!(story.line().state(), LineState::Active);
    }
    for by in [user(), manager(), clerk(), stranger()] {
        Story::of_a_line().when(note_port_out(PLANNED, by.clone())).then_refused("PERMISSION_DENIED");
        of_a_port().when(Command::CancelPortOut { by: by.clone() }).then_refused("PERMISSION_DENIED");
        of_a_port().when(complete_port_out("2026-11-23T02:00:00Z", by)).then_refused("PERMISSION_DENIED");
    }
}

#[test]
fn a_port_is_noted_once_a_date_and_within_reason() {
    let story = of_a_port().when(note_port_out(PLANNED, advisor())).then(&[]);
    let story = story.when(note_port_out("2026-11-26T08:00:00Z", advisor())).then(&["port_out_noted"]);
    assert_eq!(story.line().port_out(), Some(PortOut { planned_at: at("2026-11-26T08:00:00Z") }));
    for refused in ["2027-11-23T03:00:01Z", "2026-10-23T02:59:59Z"] {
        Story::of_a_line().when(note_port_out(refused, integration())).then_refused("BAD_PERIOD");
    }
}

#[test]
fn a_cancelled_port_leaves_the_line_as_it_was() {
    let story = of_a_port().when(Command::CancelPortOut { by: integration() }).then(&["port_out_cancelled"]);
    assert_eq!(story.line().port_out(), None);
    let story = story.when(Command::CancelPortOut { by: integration() }).then_refused("PORT_OUT_NOT_NOTED");
    let complete = complete_port_out("2026-11-23T02:00:00Z", integration());
    story.when(complete).then_refused("PORT_OUT_NOT_NOTED");
}

#[test]
fn loss_and_theft_are_suspended_and_lifted_as_ever_while_the_number_is_on_its_way() {
    let story = of_a_port().given(suspend(Reason::Theft, user())).then(&["suspension_requested"]);
    let story = story.confirmed().then(&["suspension_confirmed"]);
    assert!(story.line().port_out().is_some(), "the port goes on");
    let story = story.given(suspend(Reason::Loss, user())).confirmed();
    let story = story.given(reinstate(Reason::Loss, stepped_up(user())));
    assert!(story.line().port_out().is_some());
}

#[test]
fn a_completed_port_ends_the_line_and_keeps_no_number_back() {
    let story = of_a_port().when(complete_port_out("2026-11-23T02:00:00Z", integration()));
    let act = story.act();
    let story = story.then(&["termination_requested", "port_out_completed"]);
    let story = story.then_line_is(&[], TargetName::Terminated);
    let after = &story.events.last().unwrap().0.line;
    assert_eq!((after.state, after.evidence), (LineState::Terminated, Evidence::NotYetConfirmed));
    assert_eq!(after.ported_out_at, Some(at("2026-11-23T02:00:00Z")));
    assert_eq!(after.port_out_planned_at, None);
    let story = story.when(complete_port_out("2026-11-23T02:00:00Z", integration())).then_joins(act);
    let story = story.confirmed().then(&["termination_confirmed"]);
    let [Fact::TerminationConfirmed(fact)] = &story.facts()[..] else { panic!("{:?}", story.facts()) };
    assert_eq!(fact.number_quarantined_until, story.now(), "it may be ported in again at once");
}

#[test]
fn what_happened_is_told_soon_after_it_happened() {
    for refused in ["2026-11-23T03:00:01Z", "2026-10-23T02:59:59Z"] {
        of_a_port().when(complete_port_out(refused, integration())).then_refused("BAD_PERIOD");
    }
}

#[test]
fn a_line_whose_number_is_gone_says_so() {
    let story = of_a_port().given(suspend(Reason::Loss, user())).confirmed();
    let mut story = story.given(complete_port_out("2026-11-23T02:00:00Z", integration())).confirmed();
    for command in [
        suspend(Reason::Theft, user()),
        reinstate(Reason::Loss, stepped_up(user())),
        replace_sim(new_sim(), stepped_up(manager())),
        terminate(stepped_up(manager())),
        note_port_out(PLANNED, advisor()),
        Command::CancelPortOut { by: advisor() },
        record_handset(IMEI, manager()),
    ] {
        story = story.when(command).then_refused("LINE_TERMINATED");
        let text = story.last.as_ref().unwrap_err().to_string();
        assert!(text.contains("ported out"), "{text}");
    }
}

#[test]
fn a_line_that_was_terminated_is_not_ported_out() {
    let story = of_a_port().given(terminate(stepped_up(manager()))).confirmed();
    story.when(complete_port_out("2026-11-23T02:00:00Z", integration())).then_refused("LINE_TERMINATED");
}

#[test]
fn a_suspension_that_waits_while_the_port_completes_is_confirmed_with_it() {
    let story = of_a_port().given(suspend(Reason::Theft, user()));
    let (theft, late) = (story.act(), story.sequence());
    let story = story.given(complete_port_out("2026-11-23T02:00:00Z", integration()));
    let ended = story.act();
    // The register's answer to the suspension comes after the completion.
    let stale = Command::Confirm { sequence: late, read_back: story::read_back(true) };
    let story = story.when(stale).then_refused("SUPERSEDED");
    let story = story.confirmed().then(&["suspension_confirmed", "termination_confirmed"]);
    assert_eq!((story.act_state(theft), story.act_state(ended)), (ActState::Confirmed, ActState::Confirmed));
}

#[test]
fn a_reinstatement_that_waits_while_the_port_completes_is_superseded() {
    let story = of_a_port().given(suspend(Reason::Loss, user())).confirmed();
    let story = story.given(reinstate(Reason::Loss, stepped_up(user())));
    let lifted = story.act();
    let story = story.given(complete_port_out("2026-11-23T02:00:00Z", integration()));
    assert_eq!(story.act_state(lifted), ActState::Superseded);
    story.confirmed().then(&["termination_confirmed"]);
}

#[test]
fn a_port_that_completes_while_the_line_is_barred_is_read_back_anew() {
    let story = of_a_port().given(suspend(Reason::Loss, user())).confirmed();
    let before = story.sequence();
    let story = story.given(complete_port_out("2026-11-23T02:00:00Z", integration()));
    assert_eq!(story.sequence(), before + 1);
    assert!(story.line().is_unconfirmed());
    story.confirmed().then(&["termination_confirmed"]).then_line_is(&[Reason::Loss], TargetName::Terminated);
}

#[test]
fn a_sim_that_is_being_replaced_while_the_port_completes_comes_up_barred() {
    let story = of_a_port().given(replace_sim(new_sim(), stepped_up(manager())));
    let story = story.given(complete_port_out("2026-11-23T02:00:00Z", integration()));
    let target = &story.line().intent().unwrap().target;
    assert!(matches!(target, Target::SimReplaced { barred_after: true, .. }), "either SIM may be alive");
    let story = story.confirmed().then(&["sim_replacement_confirmed", "termination_confirmed"]);
    story.then_line_is(&[], TargetName::Terminated);
}

#[test]
fn an_end_that_the_register_does_not_confirm_raises_an_alert() {
    let story = of_a_port().given(complete_port_out("2026-11-23T02:00:00Z", integration()));
    let due = next_due(&story.line).unwrap();
    story.after(Duration::from_secs(60)).when(Command::Wake { due }).then(&["confirmation_overdue"]);
}

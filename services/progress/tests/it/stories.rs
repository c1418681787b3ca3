//! Given these events, this is what became of the acts, and this is what the timeline shows.

use serde_json::json;
use uuid::Uuid;
use vigie_progress::Sight;
use vigie_progress::domain::{ActKind, ActState, EntryKind, summary};
use vigie_viewkit::{START, Script, seconds, uuid};

use crate::support::house_of;

const LINE: Uuid = Uuid::from_u128(1);
const A: Uuid = Uuid::from_u128(0xA);
const B: Uuid = Uuid::from_u128(0xB);
const C: Uuid = Uuid::from_u128(0xC);

async fn state_of(script: &Script, act: Uuid) -> ActState {
    house_of(script).await.act(act).await.state()
}

#[tokio::test]
async fn a_suspension_waits_is_overdue_and_is_confirmed() {
    let asked = Script::new().register(LINE).suspend(LINE, A, "THEFT", &[]);
    assert_eq!(state_of(&asked, A).await, ActState::Pending);
    let overdue = asked.wait(seconds(60.0)).overdue(LINE, A);
    assert_eq!(state_of(&overdue, A).await, ActState::Overdue);
    let confirmed = overdue.wait(seconds(5.0)).barred(LINE, &[A]);

    let act = house_of(&confirmed).await.act(A).await;
    assert_eq!((act.kind, act.state()), (ActKind::Suspend, ActState::Confirmed));
    assert_eq!((act.reason.as_deref(), act.reference.as_deref()), (Some("THEFT"), Some("REF-A")));
    assert_eq!(act.evidence, "REGISTER_READ_BACK");
    assert_eq!((act.first_version, act.last_version), (2, 4));
    assert_eq!(act.recorded_at.since(act.asked_at), seconds(0.002), "T0 is received_at");
    assert_eq!(act.overdue_at.map(|at| at.since(START)), Some(seconds(60.0)));
    assert_eq!(act.confirmed_at.map(|at| at.since(START)), Some(seconds(65.0)));
}

#[tokio::test]
async fn what_ends_a_suspension_is_told_apart() {
    let asked = || Script::new().suspend(LINE, A, "LOSS", &[]);
    let superseded = asked().reinstate(LINE, B, "LOSS", &[A]);
    assert_eq!(state_of(&superseded, A).await, ActState::Superseded);
    assert_eq!(
        state_of(&superseded.barred(LINE, &[A]), A).await,
        ActState::Superseded,
        "also if it lands late"
    );

    let lifted = asked().barred(LINE, &[A]).reinstate(LINE, B, "LOSS", &[]);
    let act = house_of(&lifted).await.act(A).await;
    assert_eq!((act.state(), act.confirmed_at.is_some()), (ActState::Lifted, true));
    assert_eq!(state_of(&lifted, B).await, ActState::Pending);
    assert_eq!(state_of(&lifted.opened(LINE, &[B]), B).await, ActState::Confirmed);
}

#[tokio::test]
async fn a_reason_lifted_while_others_remain_asks_nothing_of_the_register() {
    let script = Script::new()
        .suspend(LINE, A, "THEFT", &[])
        .suspend(LINE, B, "UNPAID", &[])
        .barred(LINE, &[A, B])
        .lift(LINE, C, "THEFT", &[]);
    let house = house_of(&script).await;
    assert_eq!(house.act(A).await.state(), ActState::Lifted);
    assert_eq!(house.act(B).await.state(), ActState::Confirmed, "another reason is another act");
    let lift = house.act(C).await;
    assert_eq!((lift.kind, lift.state()), (ActKind::Reinstate, ActState::Recorded));
}

#[tokio::test]
async fn a_reason_set_again_belongs_to_the_later_act() {
    let script = Script::new()
        .suspend(LINE, A, "LOSS", &[])
        .barred(LINE, &[A])
        .reinstate(LINE, B, "LOSS", &[])
        .opened(LINE, &[B])
        .suspend(LINE, C, "LOSS", &[])
        .barred(LINE, &[C]);
    let house = house_of(&script).await;
    assert_eq!(house.act(A).await.state(), ActState::Lifted);
    assert_eq!(house.act(C).await.state(), ActState::Confirmed);
}

#[tokio::test]
async fn a_new_sim_and_the_end_of_the_line_are_acts_without_a_reason() {
    let script = Script::new()
        .ask(LINE, "sim_replacement_requested", A)
        .confirm(LINE, "sim_replacement_confirmed", &[A], false, "DETACH_REQUESTED")
        .ask(LINE, "termination_requested", B)
        .confirm(LINE, "termination_confirmed", &[B], false, "SIMULATED");
    let house = house_of(&script).await;
    let (sim, end) = (house.act(A).await, house.act(B).await);
    assert_eq!((sim.kind, sim.state(), sim.reason), (ActKind::ReplaceSim, ActState::Confirmed, None));
    assert_eq!((end.kind, end.state()), (ActKind::Terminate, ActState::Confirmed));
    assert_eq!(end.evidence, "SIMULATED");
}

#[tokio::test]
async fn the_timeline_shows_each_event_with_its_act_and_the_line_after_it() {
    let script = Script::new()
        .register(LINE)
        .suspend(LINE, A, "THEFT", &[])
        .wait(seconds(0.4))
        .barred(LINE, &[A])
        .event(LINE, "second_contact_notice_due", Some(A), json!({"act_id": A, "reason": "THEFT"}))
        .drift(LINE, &[A], "found");
    let entries = house_of(&script).await.entries(LINE).await;
    let kinds: Vec<_> = entries.iter().map(|entry| entry.kind()).collect();
    assert_eq!(
        kinds,
        [
            EntryKind::LineRegistered,
            EntryKind::SuspensionRequested,
            EntryKind::SuspensionConfirmed,
            EntryKind::SecondContactNoticeDue,
            EntryKind::RegisterDriftFound,
        ]
    );
    assert_eq!(entries.iter().map(|entry| entry.version).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    let asked = &entries[1];
    assert_eq!(
        (asked.line_state.as_deref(), asked.line_reasons.as_slice()),
        (Some("SUSPENDED"), &["THEFT".to_owned()][..])
    );
    assert_eq!(asked.occurred_at, asked.recorded_at.minus(seconds(0.001)));
    assert_eq!(asked.event_id, script.event_id(2));
    assert!(entries[0].act_ids.is_empty());
    for entry in &entries[1..] {
        assert_eq!((entry.act_id, entry.act_ids.as_slice()), (Some(A), &[A][..]));
        assert_eq!(entry.reference.as_deref(), Some("REF-A"), "each can be quoted");
        assert_eq!(entry.reason.as_deref(), Some("THEFT"));
    }
    assert_eq!(summary(&entries[2]).fr, "Suspension confirmée par le registre");
}

#[tokio::test]
async fn an_act_has_the_entries_that_change_it() {
    let script = Script::new()
        .suspend(LINE, A, "LOSS", &[])
        .suspend(LINE, B, "UNPAID", &[])
        .barred(LINE, &[A, B])
        .lift(LINE, C, "LOSS", &[])
        .reinstate(LINE, uuid(0xD), "UNPAID", &[]);
    let house = house_of(&script).await;
    let versions = async |act: Uuid| {
        let act = house.act(act).await;
        let page = house.progress.timeline(LINE, &Sight::Everything, Some(&act), None, 100).await.unwrap();
        page.unwrap().1.iter().map(|entry| entry.version).collect::<Vec<_>>()
    };
    assert_eq!(versions(A).await, [4, 3, 1]);
    assert_eq!(versions(B).await, [5, 3, 2]);
    assert_eq!(versions(C).await, [4]);
}

#[tokio::test]
async fn an_unknown_type_is_shown_and_nothing_is_concluded_from_it() {
    let script = Script::new()
        .suspend(LINE, A, "LOSS", &[])
        .raw(
            LINE,
            "seen_from_tomorrow.v7",
            Some(A),
            br#"{"acts": "of another shape", "line": {"state": "ACTIVE"}}"#.to_vec(),
        )
        .raw(LINE, "seen_from_tomorrow.v8", None, b"not even JSON".to_vec())
        .barred(LINE, &[A]);
    let house = house_of(&script).await;
    let entries = house.entries(LINE).await;
    assert_eq!(entries[1].kind(), EntryKind::Unknown);
    assert_eq!(entries[1].event_type, "vigie.line.seen_from_tomorrow.v7");
    assert_eq!((entries[1].line_state.as_deref(), entries[1].act_ids.len()), (Some("ACTIVE"), 0));
    assert_eq!(entries[2].kind(), EntryKind::Unknown);
    assert_eq!(house.act(A).await.state(), ActState::Confirmed);
    assert_eq!(house.progress.standing().unknown_events, 2);
    assert_eq!(house.progress.standing().parked_streams, 0);
}

#[tokio::test]
async fn a_confirmation_without_its_act_changes_nothing_else() {
    let script = Script::new().barred(LINE, &[A]).drift(LINE, &[A], "repaired").suspend(LINE, B, "LOSS", &[]);
    let house = house_of(&script).await;
    assert_eq!(house.progress.act(A, &Sight::Everything).await.unwrap(), None);
    assert_eq!(house.act(B).await.state(), ActState::Pending);
    assert_eq!(house.entries(LINE).await.len(), 3);
}

#[tokio::test]
async fn a_text_with_a_nul_is_left_out_and_jams_nothing() {
    let fields = json!({"act_id": A, "reason": "LOSS", "reference": "a\u{0}b", "line": {"site": "7\u{0}3"}});
    let script = Script::new().event(LINE, "suspension_requested", Some(A), fields);
    for house in [house_of(&script).await] {
        assert_eq!(house.act(A).await.reference, None);
        assert_eq!(house.act(A).await.asked_at, START, "recorded_at, where received_at is missing");
    }
}

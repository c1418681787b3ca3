//! A handset that was stolen: declared, blocked in time, recovered, unblocked.

use std::time::Duration;

use vigie_clock::{Clock, SystemClock, Timestamp};
use vigie_lines::block_list::{Faults, SimulatedOptions};
use vigie_proto::lines::*;

use super::house::*;
use super::on_both_engines;

pub(super) const IMEI: &str = "490154203237518";
const OTHER_IMEI: &str = "356938035643809";

const DAY: Duration = Duration::from_hours(24);

pub(super) fn record_handset(line: &Line, imei: &str) -> RecordHandsetRequest {
    RecordHandsetRequest { request_id: fresh(), line: by_id(line), imei: imei.to_owned(), on_behalf: None }
}

/// What the police took down an hour ago, as the house's clock has it.
pub(super) fn declare_theft(house: &House, line: &Line) -> DeclareTheftRequest {
    DeclareTheftRequest {
        request_id: fresh(),
        line: by_id(line),
        police_report: "2026/000123".to_owned(),
        declared_at: Some(ago(house, Duration::from_hours(1))),
        ..Default::default()
    }
}

pub(super) fn recovered(house: &House, line: &Line) -> DeclareRecoveredRequest {
    DeclareRecoveredRequest {
        request_id: fresh(),
        line: by_id(line),
        recovered_at: Some(ago(house, Duration::from_mins(1))),
        ..Default::default()
    }
}

pub(super) fn ago(house: &House, time: Duration) -> prost_types::Timestamp {
    on_wire(house.now().minus(time))
}

pub(super) fn on_wire(instant: Timestamp) -> prost_types::Timestamp {
    let micros = instant.as_micros();
    prost_types::Timestamp {
        seconds: micros.div_euclid(1_000_000),
        nanos: i32::try_from(micros.rem_euclid(1_000_000) * 1_000).unwrap(),
    }
}

/// A line whose handset is on record.
async fn a_line_with_handset(house: &House, number: u64, imei: &str) -> Line {
    let line = house.a_line(number).await;
    let recorded = house.manager().record_handset(record_handset(&line, imei)).await.unwrap().into_inner();
    recorded.line.unwrap()
}

async fn declarations(house: &House, line: &Line) -> Vec<TheftDeclaration> {
    let request = GetLineRequest { line: by_id(line) };
    house.user().get_line(request).await.unwrap().into_inner().theft_declarations
}

async fn until_state(house: &House, line: &Line, state: HandsetState) -> TheftDeclaration {
    until(async || declarations(house, line).await[0].state() == state).await;
    declarations(house, line).await.remove(0)
}

async fn events_of(house: &House, line: &Line) -> Vec<String> {
    let rows = house.log.read_stream(line.line_id.parse().unwrap(), 0, 1000).await.unwrap();
    rows.iter().map(|row| row.event_type.clone()).collect()
}

fn count(events: &[String], name: &str) -> usize {
    events.iter().filter(|event| **event == format!("vigie.line.{name}.v1")).count()
}

on_both_engines! {
    async fn a_stolen_handset_is_blocked_and_proven(house: House) {
        let line = a_line_with_handset(&house, 1, "49015420323751").await;
        assert_eq!(line.imei, IMEI, "completed by its check digit");
        let answer = house.user().declare_theft(declare_theft(&house, &line)).await.unwrap().into_inner();
        let declared = answer.declaration.unwrap();
        assert_eq!((declared.imei.as_str(), declared.state()), (IMEI, HandsetState::ToBeBlocked));
        assert_eq!((declared.calendar_zone.as_str(), declared.calendar_version), ("metropole", 1));
        assert_eq!((declared.time_zone.as_str(), declared.reference.len()), ("Europe/Paris", 11));
        assert_eq!(answer.remarks, [i32::from(Remark::LineNotSuspended)], "that is a gesture of its own");
        assert_eq!(answer.line.unwrap().state(), LineState::Active);

        let blocked = until_state(&house, &line, HandsetState::Blocked).await;
        assert!(house.is_blocked(IMEI));
        assert_eq!((blocked.evidence(), blocked.overdue), (BlockEvidence::Simulated, false));
        assert!(blocked.blocked_at.is_some() && blocked.due_at == declared.due_at);

        house.listed().await;
        let list = house.manager().list_lines(ListLinesRequest::default()).await.unwrap().into_inner();
        assert_eq!(list.lines[0].imei, IMEI);
    }

    async fn a_suspended_line_s_theft_needs_no_remark_and_the_receipt_names_the_handset(house: House) {
        let line = a_line_with_handset(&house, 1, IMEI).await;
        house.user().suspend_line(suspend(&line, SuspensionReason::Theft)).await.unwrap();
        let answer = house.user().declare_theft(declare_theft(&house, &line)).await.unwrap().into_inner();
        assert!(answer.remarks.is_empty());
        let receipt = GetReceiptRequest { line: by_id(&line), act_id: String::new() };
        let text = house.user().get_receipt(receipt).await.unwrap().into_inner().text;
        assert!(text.contains(&format!("IMEI of the handset: {IMEI}")), "{text}");
    }

    async fn a_repeat_joins_and_a_second_declaration_is_the_first_one(house: House) {
        let line = a_line_with_handset(&house, 1, IMEI).await;
        let request = declare_theft(&house, &line);
        let first = house.user().declare_theft(request.clone()).await.unwrap().into_inner().declaration.unwrap();
        until_state(&house, &line, HandsetState::Blocked).await;
        let again = house.user().declare_theft(request.clone()).await.unwrap().into_inner().declaration.unwrap();
        assert_eq!((&again.declaration_id, again.state()), (&first.declaration_id, HandsetState::Blocked));
        let second = house.manager().declare_theft(declare_theft(&house, &line)).await.unwrap().into_inner();
        assert_eq!(second.declaration.unwrap().declaration_id, first.declaration_id);
        let other = DeclareTheftRequest { police_report: "other".to_owned(), ..request };
        assert_eq!(refused(house.user().declare_theft(other).await), "REQUEST_ID_REUSED");
        let events = events_of(&house, &line).await;
        assert_eq!((count(&events, "theft_declared"), count(&events, "handset_blocked")), (1, 1));
    }

    async fn a_list_that_is_away_is_waited_for_and_late_is_said_once(house: House) {
        let line = a_line_with_handset(&house, 1, IMEI).await;
        house.block_list.set_faults(Faults { is_unreachable: true, ..Faults::default() });
        house.user().declare_theft(declare_theft(&house, &line)).await.unwrap();
        house.pass(DAY * 10);
        until(async || declarations(&house, &line).await[0].overdue).await;
        assert!(!house.is_blocked(IMEI));

        house.block_list.set_faults(Faults::default());
        house.pass(Duration::from_mins(10));
        let blocked = until_state(&house, &line, HandsetState::Blocked).await;
        assert!(house.is_blocked(IMEI) && blocked.overdue, "late stays late");
        house.pass(DAY * 10);
        tokio::time::sleep(Duration::from_millis(500)).await;
        let events = events_of(&house, &line).await;
        assert_eq!((count(&events, "handset_block_overdue"), count(&events, "handset_blocked")), (1, 1));
    }

    async fn what_the_list_took_and_does_not_show_is_not_blocked(house: House) {
        let line = a_line_with_handset(&house, 1, IMEI).await;
        house.block_list.set_faults(Faults { forgets_writes: true, ..Faults::default() });
        house.user().declare_theft(declare_theft(&house, &line)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert_eq!(declarations(&house, &line).await[0].state(), HandsetState::ToBeBlocked);
        house.block_list.set_faults(Faults::default());
        until_state(&house, &line, HandsetState::Blocked).await;
        assert!(house.is_blocked(IMEI));
    }

    async fn a_put_whose_answer_is_lost_is_repeated_and_recorded_once(house: House) {
        let line = a_line_with_handset(&house, 1, IMEI).await;
        house.block_list.set_faults(Faults { loses_answers: true, ..Faults::default() });
        house.user().declare_theft(declare_theft(&house, &line)).await.unwrap();
        until(async || house.is_blocked(IMEI)).await;
        assert_eq!(declarations(&house, &line).await[0].state(), HandsetState::ToBeBlocked, "not read back");
        house.block_list.set_faults(Faults::default());
        until_state(&house, &line, HandsetState::Blocked).await;
        assert_eq!(count(&events_of(&house, &line).await, "handset_blocked"), 1);
        assert_eq!(house.block_list.count(), 1);
    }

    async fn a_declaration_outlives_the_process(house: House) {
        let line = a_line_with_handset(&house, 1, IMEI).await;
        house.block_list.set_faults(Faults { is_unreachable: true, ..Faults::default() });
        house.user().declare_theft(declare_theft(&house, &line)).await.unwrap();
        let house = house.restarted().await;
        assert!(!house.is_blocked(IMEI));
        house.block_list.set_faults(Faults::default());
        house.pass(Duration::from_mins(1));
        until_state(&house, &line, HandsetState::Blocked).await;
        let house = house.restarted().await;
        until_state(&house, &line, HandsetState::Blocked).await;
        assert_eq!(count(&events_of(&house, &line).await, "handset_blocked"), 1);
    }

    async fn a_process_that_dies_between_put_and_record_leaves_a_repeat(house: House) {
        let silent = SimulatedOptions { call_timeout_ms: 3_600_000, ..SimulatedOptions::default() };
        let house = house.with_block_list(silent).await;
        let line = a_line_with_handset(&house, 1, IMEI).await;
        house.block_list.set_faults(Faults { loses_answers: true, ..Faults::default() });
        house.user().declare_theft(declare_theft(&house, &line)).await.unwrap();
        until(async || house.is_blocked(IMEI)).await;

        let house = house.crashed().await;
        assert_eq!(declarations(&house, &line).await[0].state(), HandsetState::ToBeBlocked);
        house.block_list.set_faults(Faults::default());
        house.pass(Duration::from_mins(1));
        until_state(&house, &line, HandsetState::Blocked).await;
        assert_eq!((house.block_list.count(), count(&events_of(&house, &line).await, "handset_blocked")), (1, 1));
    }

    async fn what_the_list_refused_and_takes_by_now_is_settled_without_a_person(house: House) {
        let line = a_line_with_handset(&house, 1, IMEI).await;
        house.block_list.set_faults(Faults { refuses_writes: true, ..Faults::default() });
        house.user().declare_theft(declare_theft(&house, &line)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert_eq!(declarations(&house, &line).await[0].state(), HandsetState::ToBeBlocked);
        house.block_list.set_faults(Faults::default());
        until_state(&house, &line, HandsetState::Blocked).await;

        house.block_list.set_faults(Faults { refuses_writes: true, ..Faults::default() });
        house.pass(Duration::from_mins(5));
        house.stepped_up_manager().declare_recovered(recovered(&house, &line)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert!(house.is_blocked(IMEI));
        house.block_list.set_faults(Faults::default());
        until_state(&house, &line, HandsetState::Unblocked).await;
        assert!(!house.is_blocked(IMEI));
        let events = events_of(&house, &line).await;
        assert_eq!((count(&events, "handset_blocked"), count(&events, "handset_unblocked")), (1, 1));
    }

    async fn a_recovered_handset_goes_off_the_list(house: House) {
        let line = a_line_with_handset(&house, 1, IMEI).await;
        house.user().declare_theft(declare_theft(&house, &line)).await.unwrap();
        until_state(&house, &line, HandsetState::Blocked).await;
        house.pass(Duration::from_mins(5));
        let request = recovered(&house, &line);
        assert_eq!(refused(house.manager().declare_recovered(request.clone()).await), "STEP_UP_REQUIRED");
        assert_eq!(refused(house.as_bearer(&user().with_step_up()).declare_recovered(request.clone()).await), "PERMISSION_DENIED");
        let request = DeclareRecoveredRequest { request_id: fresh(), ..request };
        let answer = house.stepped_up_manager().declare_recovered(request).await.unwrap().into_inner();
        assert_eq!(answer.declaration.unwrap().state(), HandsetState::ToBeUnblocked);
        until_state(&house, &line, HandsetState::Unblocked).await;
        assert!(!house.is_blocked(IMEI));
        assert_eq!(refused(house.stepped_up_manager().declare_recovered(recovered(&house, &line)).await), "THEFT_NOT_DECLARED");
    }

    async fn a_handset_on_two_lines_stays_blocked_until_both_are_settled(house: House) {
        let (one, two) = (a_line_with_handset(&house, 1, IMEI).await, a_line_with_handset(&house, 2, IMEI).await);
        for line in [&one, &two] {
            house.user().declare_theft(declare_theft(&house, line)).await.unwrap();
            until_state(&house, line, HandsetState::Blocked).await;
        }
        assert_eq!(house.block_list.count(), 1);
        house.pass(Duration::from_mins(5));
        let mut manager = house.stepped_up_manager();
        manager.declare_recovered(recovered(&house, &one)).await.unwrap();
        until_state(&house, &one, HandsetState::KeptBlocked).await;
        assert!(house.is_blocked(IMEI));
        manager.declare_recovered(recovered(&house, &two)).await.unwrap();
        until_state(&house, &two, HandsetState::Unblocked).await;
        assert!(!house.is_blocked(IMEI));
    }

    async fn a_reinstated_line_says_that_its_handset_is_still_stolen(house: House) {
        let line = a_line_with_handset(&house, 1, IMEI).await;
        house.user().suspend_line(suspend(&line, SuspensionReason::Loss)).await.unwrap();
        house.user().declare_theft(declare_theft(&house, &line)).await.unwrap();
        let lift = reinstate(&line, SuspensionReason::Loss);
        let answer = house.stepped_up_manager().reinstate_line(lift).await.unwrap().into_inner();
        assert_eq!(answer.remarks, [i32::from(Remark::HandsetStillStolen)]);
    }

    async fn several_stolen_handsets_are_told_apart(house: House) {
        let line = a_line_with_handset(&house, 1, IMEI).await;
        house.user().declare_theft(declare_theft(&house, &line)).await.unwrap();
        let other = DeclareTheftRequest { imei: OTHER_IMEI.to_owned(), ..declare_theft(&house, &line) };
        assert_eq!(refused(house.user().declare_theft(other.clone()).await), "PERMISSION_DENIED");
        let other = DeclareTheftRequest { request_id: fresh(), ..other };
        let other = house.manager().declare_theft(other).await.unwrap().into_inner().declaration.unwrap();
        until(async || house.is_blocked(IMEI) && house.is_blocked(OTHER_IMEI)).await;
        house.pass(Duration::from_mins(5));
        let mut manager = house.stepped_up_manager();
        assert_eq!(refused(manager.declare_recovered(recovered(&house, &line)).await), "INVALID_ARGUMENT");
        let request = DeclareRecoveredRequest { declaration_id: other.declaration_id, ..recovered(&house, &line) };
        manager.declare_recovered(request).await.unwrap();
        until(async || !house.is_blocked(OTHER_IMEI)).await;
        assert!(house.is_blocked(IMEI));
    }

    async fn each_wrong_field_of_a_declaration_has_its_reason(house: House) {
        let line = a_line_with_handset(&house, 1, IMEI).await;
        let bare = house.a_line(2).await;
        let head = house.log.head().await.unwrap().position;
        let good = declare_theft(&house, &line);
        let tomorrow = on_wire(house.now().plus(DAY));
        let cases = [
            ("MALFORMED_NUMBER", DeclareTheftRequest { imei: "490154203237519".to_owned(), ..good.clone() }),
            ("MALFORMED_NUMBER", DeclareTheftRequest { imei: "000000000000000".to_owned(), ..good.clone() }),
            ("MALFORMED_NUMBER", DeclareTheftRequest { imei: "49015420".to_owned(), ..good.clone() }),
            ("ILLEGAL_CHARACTER", DeclareTheftRequest { imei: "49015420323751\0".to_owned(), ..good.clone() }),
            ("INVALID_ARGUMENT", DeclareTheftRequest { police_report: String::new(), ..good.clone() }),
            ("TOO_LARGE", DeclareTheftRequest { police_report: "x".repeat(201), ..good.clone() }),
            ("INVALID_ARGUMENT", DeclareTheftRequest { declared_at: None, ..good.clone() }),
            ("BAD_PERIOD", DeclareTheftRequest { declared_at: Some(tomorrow), ..good.clone() }),
            ("BAD_PERIOD", DeclareTheftRequest { declared_at: Some(ago(&house, DAY * 366)), ..good.clone() }),
            ("BAD_HOURS", DeclareTheftRequest { calendar_zone: "corse".to_owned(), ..good.clone() }),
            ("BAD_HOURS", DeclareTheftRequest { time_zone: "Europe/Lyon".to_owned(), ..good.clone() }),
            ("REQUEST_ID_REQUIRED", DeclareTheftRequest { request_id: String::new(), ..good.clone() }),
            ("HANDSET_UNKNOWN", DeclareTheftRequest { line: by_id(&bare), ..good.clone() }),
            ("LINE_NOT_FOUND", DeclareTheftRequest { line: by_id(&Line { line_id: fresh(), ..Line::default() }), ..good.clone() }),
        ];
        for (number, (reason, request)) in cases.into_iter().enumerate() {
            // A refused request id may be used again: nothing was recorded.
            assert_eq!(refused(house.manager().declare_theft(request).await), reason, "case {number}");
        }
        for wrong in ["", "49015420323751x", "490154203237519"] {
            assert_eq!(refused(house.manager().record_handset(record_handset(&line, wrong)).await), "MALFORMED_NUMBER", "{wrong}");
        }
        assert_eq!(refused(house.user().record_handset(record_handset(&line, IMEI)).await), "PERMISSION_DENIED");
        let nobody = DeclareRecoveredRequest { declaration_id: "one".to_owned(), ..recovered(&house, &line) };
        assert_eq!(refused(house.stepped_up_manager().declare_recovered(nobody).await), "MALFORMED_ID");
        assert_eq!(house.log.head().await.unwrap().position, head, "nothing changed");
        assert_eq!(house.block_list.count(), 0);
    }
}

/// What was confirmed after the backup was taken is not in the restored log, and the reaction has done it already.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_restore_what_stands_is_confirmed_anew() {
    let house = House::open(Engine::Sqlite).await;
    let (early, late) =
        (a_line_with_handset(&house, 1, IMEI).await, a_line_with_handset(&house, 2, OTHER_IMEI).await);
    house.block_list.set_faults(Faults { is_unreachable: true, ..Faults::default() });
    house.user().declare_theft(declare_theft(&house, &early)).await.unwrap();
    let backup = house.backup().await;
    house.block_list.set_faults(Faults::default());
    until_state(&house, &early, HandsetState::Blocked).await;
    house.user().declare_theft(declare_theft(&house, &late)).await.unwrap();
    until_state(&house, &late, HandsetState::Blocked).await;
    house.listed().await;

    let house = house.restored(&backup).await;
    assert!(declarations(&house, &late).await.is_empty(), "the restored log does not know of it");
    assert!(house.is_blocked(OTHER_IMEI), "and nothing is opened on the strength of that");
    until_state(&house, &early, HandsetState::Blocked).await;
    house.user().declare_theft(declare_theft(&house, &late)).await.unwrap();
    until_state(&house, &late, HandsetState::Blocked).await;
}

#[test]
fn instants_go_there_and_back() {
    let now = SystemClock.now();
    let wire = on_wire(now);
    assert_eq!(wire.seconds * 1_000_000 + i64::from(wire.nanos / 1_000), now.as_micros());
}

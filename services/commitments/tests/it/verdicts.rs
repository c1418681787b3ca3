//! Given these events, this is what the ledger says.

use serde_json::json;
use uuid::Uuid;
use vigie_commitments::domain::{EvidenceLevel, ExclusionReason, IncidentKind, UnmeasuredReason, Verdict};
use vigie_viewkit::{Script, seconds, uuid};

use crate::support::ledger_of;

const LINE: Uuid = Uuid::from_u128(1);
const A: Uuid = Uuid::from_u128(0xA);
const B: Uuid = Uuid::from_u128(0xB);

#[tokio::test]
async fn a_theft_confirmed_within_the_limit_is_kept_with_its_evidence() {
    let script = Script::new().suspend(LINE, A, "THEFT", &[]).wait(seconds(0.4)).barred(LINE, &[A]);
    let case = ledger_of(&script).await.case(A).await;
    assert_eq!(case.verdict(), Verdict::Kept);
    assert_eq!(case.summary(), "SUSPEND THEFT");
    assert_eq!(case.definition.version, "9.3/1");
    assert_eq!(case.t1(), Some(script.now), "T1 is the confirmation's recorded_at");
    assert_eq!(case.t1().unwrap().since(case.t0().unwrap()), seconds(0.402), "T0 is received_at");
    assert_eq!(case.evidence, [script.event_id(1), script.event_id(2)]);
    assert_eq!(case.evidence_level, EvidenceLevel::RegisterReadBack);
}

#[tokio::test]
async fn a_reinstatement_after_loss_is_kept_the_same_way() {
    let script = Script::new().reinstate(LINE, A, "LOSS", &[]).wait(seconds(59.0)).opened(LINE, &[A]);
    let case = ledger_of(&script).await.case(A).await;
    assert_eq!((case.verdict(), case.summary().as_str()), (Verdict::Kept, "REINSTATE LOSS"));
}

#[tokio::test]
async fn a_simulated_register_counts_and_is_labelled() {
    let script = Script::new().suspend(LINE, A, "LOSS", &[]).confirm_with(LINE, &[A], false, "SIMULATED");
    let ledger = ledger_of(&script).await;
    let case = ledger.case(A).await;
    assert_eq!((case.verdict(), case.evidence_level), (Verdict::Kept, EvidenceLevel::Simulated));
    assert!(ledger.indicator().await.simulated);
}

#[tokio::test]
async fn only_acts_for_loss_and_theft_are_of_the_population() {
    let mut script =
        Script::new().event(LINE, "line_registered", None, json!({"actor": "x", "channel": "API"}));
    for (act, reason) in [(3, "UNPAID"), (4, "COMMERCIAL_FREEZE"), (5, "OTHER"), (6, "A_REASON_OF_TOMORROW")]
    {
        script = script.suspend(LINE, uuid(act), reason, &[]).barred(LINE, &[uuid(act)]);
        script = script.reinstate(LINE, uuid(act + 16), reason, &[]).opened(LINE, &[uuid(act + 16)]);
    }
    let asked = json!({"act_id": A, "received_at": script.now, "supersedes": []});
    script = script
        .event(LINE, "sim_replacement_requested", Some(A), asked.clone())
        .event(LINE, "termination_requested", Some(B), asked)
        .event(LINE, "second_contact_notice_due", Some(B), json!({"act_id": B, "reason": "LOSS"}));
    let ledger = ledger_of(&script).await;
    assert_eq!(ledger.indicator().await.tally.population(), 0);
    assert_eq!(ledger.indicator().await.tally.ratio(), None, "nothing judged is not measurable");
    assert_eq!(ledger.commitments.standing().unknown_events, 0);
}

#[tokio::test]
async fn overdue_is_late_and_stays_late_when_confirmed_afterwards() {
    let script = Script::new().suspend(LINE, A, "THEFT", &[]).wait(seconds(60.0)).overdue(LINE, A);
    let case = ledger_of(&script).await.case(A).await;
    assert_eq!((case.verdict(), case.t1()), (Verdict::Late, None));

    let script = script.wait(seconds(30.0)).barred(LINE, &[A]);
    let case = ledger_of(&script).await.case(A).await;
    assert_eq!((case.verdict(), case.t1()), (Verdict::Late, Some(script.now)));
    assert_eq!(case.evidence, [1, 2, 3].map(|position| script.event_id(position)));
}

#[tokio::test]
async fn a_confirmation_after_the_limit_is_late_also_without_the_alert() {
    let script = Script::new().suspend(LINE, A, "THEFT", &[]).wait(seconds(59.999)).barred(LINE, &[A]);
    assert_eq!(ledger_of(&script).await.case(A).await.verdict(), Verdict::Late, "T0 was 2 ms earlier");
}

#[tokio::test]
async fn superseded_before_the_limit_is_excluded_and_after_it_late() {
    let asked = Script::new().suspend(LINE, A, "LOSS", &[]);
    let early = asked.clone().wait(seconds(59.0)).reinstate(LINE, B, "LOSS", &[A]).opened(LINE, &[B]);
    let ledger = ledger_of(&early).await;
    assert_eq!(ledger.case(A).await.verdict(), Verdict::Excluded(ExclusionReason::Superseded));
    assert_eq!(ledger.case(A).await.evidence, [early.event_id(1), early.event_id(2)]);
    assert_eq!(ledger.case(B).await.verdict(), Verdict::Kept);

    let late = asked.wait(seconds(60.0)).reinstate(LINE, B, "LOSS", &[A]);
    assert_eq!(ledger_of(&late).await.case(A).await.verdict(), Verdict::Late);
}

#[tokio::test]
async fn an_act_for_another_reason_can_supersede_one_of_the_population() {
    let script = Script::new().reinstate(LINE, A, "THEFT", &[]).suspend(LINE, B, "UNPAID", &[A]);
    let ledger = ledger_of(&script).await;
    assert_eq!(ledger.case(A).await.verdict(), Verdict::Excluded(ExclusionReason::Superseded));
    assert_eq!(ledger.indicator().await.tally.population(), 1);
}

#[tokio::test]
async fn a_late_confirmation_of_a_superseded_act_changes_nothing() {
    let script = Script::new()
        .suspend(LINE, A, "LOSS", &[])
        .reinstate(LINE, B, "LOSS", &[A])
        .wait(seconds(1.0))
        .barred(LINE, &[A]);
    let case = ledger_of(&script).await.case(A).await;
    assert_eq!((case.verdict(), case.t1()), (Verdict::Excluded(ExclusionReason::Superseded), None));
}

#[tokio::test]
async fn a_reason_lifted_while_others_remain_is_excluded() {
    let script = Script::new().lift(LINE, A, "THEFT", &[]);
    let case = ledger_of(&script).await.case(A).await;
    assert_eq!(case.verdict(), Verdict::Excluded(ExclusionReason::OtherReasonsRemain));
}

#[tokio::test]
async fn one_read_back_confirms_several_acts() {
    let script =
        Script::new().suspend(LINE, A, "LOSS", &[]).suspend(LINE, B, "THEFT", &[]).barred(LINE, &[A, B]);
    let ledger = ledger_of(&script).await;
    assert_eq!(ledger.case(A).await.verdict(), Verdict::Kept);
    assert_eq!(ledger.case(B).await.verdict(), Verdict::Kept);
}

#[tokio::test]
async fn a_suspension_is_also_confirmed_by_the_barred_new_sim_and_by_the_end_of_the_line() {
    for name in ["sim_replacement_confirmed", "termination_confirmed"] {
        let read_back = json!({
            "acts": [{"act_id": A}], "evidence": "DETACH_REQUESTED", "cs": false, "ps": false, "attached": true
        });
        let script = Script::new().suspend(LINE, A, "THEFT", &[]).event(LINE, name, Some(B), read_back);
        let case = ledger_of(&script).await.case(A).await;
        assert_eq!((case.verdict(), case.evidence_level), (Verdict::Kept, EvidenceLevel::DetachRequested));
    }
}

#[tokio::test]
async fn a_confirmation_without_a_read_back_is_unmeasured() {
    let missing = Verdict::Unmeasured(UnmeasuredReason::EvidenceMissing);
    for fields in [
        json!({"acts": [{"act_id": A}]}),
        json!({"acts": [{"act_id": A}], "evidence": "REGISTER_READ_BACK", "cs": false}),
        json!({"acts": [{"act_id": A}], "cs": false, "ps": false}),
        json!({"acts": [{"act_id": A}], "cs": false, "ps": false, "evidence": "NOT_YET_CONFIRMED"}),
        json!({"acts": [{"act_id": A}], "cs": false, "ps": false, "evidence": "A_LEVEL_OF_TOMORROW"}),
    ] {
        let script = Script::new().suspend(LINE, A, "THEFT", &[]).event(
            LINE,
            "suspension_confirmed",
            Some(A),
            fields.clone(),
        );
        let case = ledger_of(&script).await.case(A).await;
        assert_eq!((case.verdict(), case.t1()), (missing, None), "{fields}");
    }
}

#[tokio::test]
async fn a_read_back_of_the_opposite_is_no_proof() {
    for (open, half_open) in [(true, false), (false, true)] {
        let fields = json!({
            "acts": [{"act_id": A}], "evidence": "REGISTER_READ_BACK", "cs": open, "ps": open || half_open
        });
        let script =
            Script::new().suspend(LINE, A, "THEFT", &[]).event(LINE, "suspension_confirmed", Some(A), fields);
        let verdict = ledger_of(&script).await.case(A).await.verdict();
        assert_eq!(verdict, Verdict::Unmeasured(UnmeasuredReason::EvidenceContradictory));
    }
}

#[tokio::test]
async fn an_act_without_t0_is_unmeasured_and_counted_by_its_record() {
    let asked = json!({"act_id": A, "reason": "THEFT", "supersedes": []});
    let script = Script::new()
        .event(LINE, "suspension_requested", Some(A), asked)
        .wait(seconds(1.0))
        .barred(LINE, &[A]);
    let case = ledger_of(&script).await.case(A).await;
    assert_eq!(case.verdict(), Verdict::Unmeasured(UnmeasuredReason::EvidenceMissing));
    assert_eq!((case.t0(), case.counted_at()), (None, script.events[0].recorded_at));
}

#[tokio::test]
async fn an_event_that_asks_again_for_the_same_act_opens_no_second_case() {
    let script = Script::new().suspend(LINE, A, "THEFT", &[]).barred(LINE, &[A]).wait(seconds(90.0)).suspend(
        LINE,
        A,
        "THEFT",
        &[],
    );
    let ledger = ledger_of(&script).await;
    assert_eq!(ledger.indicator().await.tally.population(), 1);
    assert_eq!(ledger.case(A).await.verdict(), Verdict::Kept);
}

#[tokio::test]
async fn drift_is_recorded_in_the_case_with_its_events_and_changes_no_verdict() {
    let script = Script::new()
        .suspend(LINE, A, "THEFT", &[])
        .barred(LINE, &[A])
        .wait(seconds(5.0))
        .drift(LINE, &[A], "found")
        .wait(seconds(1.0))
        .drift(LINE, &[A], "repaired");
    let case = ledger_of(&script).await.case(A).await;
    assert_eq!(case.verdict(), Verdict::Kept);
    let incidents: Vec<_> =
        case.incidents.iter().map(|incident| (incident.kind, incident.event_id)).collect();
    let expected =
        [(IncidentKind::DriftFound, script.event_id(3)), (IncidentKind::DriftRepaired, script.event_id(4))];
    assert_eq!(incidents, expected);
}

#[tokio::test]
async fn a_register_that_flaps_makes_no_case_without_end() {
    let mut script = Script::new().suspend(LINE, A, "THEFT", &[]).barred(LINE, &[A]);
    for _ in 0..100 {
        script = script.drift(LINE, &[A], "found");
    }
    let case = ledger_of(&script).await.case(A).await;
    assert_eq!((case.incidents.len(), case.incidents_beyond), (64, 36));
}

#[tokio::test]
async fn an_unknown_event_type_is_skipped_and_counted() {
    let script = Script::new()
        .suspend(LINE, A, "THEFT", &[])
        .raw(LINE, "number_ported_out.v1", None, b"\xff not even json".to_vec())
        .raw(LINE, "suspension_requested.v2", None, b"{}".to_vec())
        .barred(LINE, &[A]);
    let ledger = ledger_of(&script).await;
    assert_eq!(ledger.case(A).await.verdict(), Verdict::Kept);
    let standing = ledger.commitments.standing();
    assert_eq!((standing.unknown_events, standing.parked_streams), (2, 0));
}

#[tokio::test]
async fn a_malformed_event_stops_the_open_cases_of_its_line_only_and_says_so() {
    let other = uuid(2);
    let (decided, open, later) = (uuid(0x10), uuid(0x11), uuid(0x12));
    let script = Script::new()
        .suspend(LINE, decided, "LOSS", &[])
        .barred(LINE, &[decided])
        .suspend(LINE, open, "THEFT", &[])
        .suspend(other, A, "THEFT", &[])
        .raw(LINE, "suspension_confirmed.v1", Some(open), br#"{"acts": "all of them"}"#.to_vec())
        .barred(LINE, &[open])
        .reinstate(LINE, later, "LOSS", &[])
        .opened(LINE, &[later])
        .barred(other, &[A]);
    let ledger = ledger_of(&script).await;
    let unreadable = Verdict::Unmeasured(UnmeasuredReason::EvidenceUnreadable);

    assert_eq!(ledger.case(decided).await.verdict(), Verdict::Kept, "decided before");
    let stopped = ledger.case(open).await;
    assert_eq!(stopped.verdict(), unreadable);
    let incident = stopped.incidents[0];
    assert_eq!((incident.kind, incident.event_id), (IncidentKind::EvidenceUnreadable, script.event_id(5)));
    assert_eq!(ledger.case(later).await.verdict(), unreadable, "asked behind it: counted, not judged");
    assert_eq!(ledger.case(A).await.verdict(), Verdict::Kept, "another line goes on");
    assert_eq!(ledger.commitments.standing().parked_streams, 1);
}

#[tokio::test]
async fn a_late_case_stays_late_behind_an_unreadable_event() {
    let script = Script::new().suspend(LINE, A, "THEFT", &[]).wait(seconds(60.0)).overdue(LINE, A).raw(
        LINE,
        "suspension_confirmed.v1",
        Some(A),
        b"".to_vec(),
    );
    let case = ledger_of(&script).await.case(A).await;
    assert_eq!((case.verdict(), case.incidents.len()), (Verdict::Late, 1));
}

#[tokio::test]
async fn an_unreadable_request_is_counted_since_it_may_be_of_the_population() {
    let script = Script::new().raw(LINE, "suspension_requested.v1", Some(A), b"{".to_vec());
    let case = ledger_of(&script).await.case(A).await;
    assert_eq!(case.verdict(), Verdict::Unmeasured(UnmeasuredReason::EvidenceUnreadable));
    assert_eq!((case.summary().as_str(), case.evidence), ("UNREADABLE", vec![script.event_id(1)]));
}

#[tokio::test]
async fn an_open_case_is_neither_kept_nor_late() {
    let script = Script::new().suspend(LINE, A, "THEFT", &[]);
    let ledger = ledger_of(&script).await;
    assert_eq!(ledger.case(A).await.verdict(), Verdict::Open);
    let indicator = ledger.indicator().await;
    assert_eq!((indicator.tally.open, indicator.tally.ratio()), (1, None));
}

//! 9.3/block-list: a stolen handset is on the list in time.

use serde_json::json;
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_commitments::domain::promise::PromiseCase;
use vigie_commitments::domain::{EvidenceLevel, ExclusionReason, UnmeasuredReason, Verdict};
use vigie_viewkit::{START, Script, cases, golden_events, seconds, uuid};

use crate::support::{LedgerView, everything, ledger_of, promise};

const DAY: f64 = 86_400.0;
const LINE: Uuid = Uuid::from_u128(1);
const DECLARATION: Uuid = Uuid::from_u128(70);

fn due() -> Timestamp {
    START.plus(seconds(4.0 * DAY))
}

fn declared(script: Script) -> Script {
    let fields = json!({
        "declaration_id": DECLARATION, "counted_from": START, "due_at": due(),
        "line": {"site": "73282932000074", "cost_centre": "Ventes"},
    });
    script.event(LINE, "theft_declared", None, fields)
}

fn then(script: Script, name: &str, fields: serde_json::Value) -> Script {
    let mut all = json!({"declaration_id": DECLARATION});
    all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    script.event(LINE, name, None, all)
}

fn blocked(script: Script) -> Script {
    then(script, "handset_blocked", json!({"evidence": "READ_BACK"}))
}

async fn only(script: &Script) -> PromiseCase {
    let ledger = ledger_of(script).await;
    let (cases, _) = ledger.commitments.cases(&everything("9.3/block-list"), None, 10).await.unwrap();
    let [case] = cases.try_into().unwrap_or_else(|cases| panic!("{cases:?}"));
    promise(case)
}

#[tokio::test]
async fn blocked_before_the_end_of_the_fourth_day_is_kept_and_at_its_end_late() {
    let at = |wait| blocked(declared(Script::new()).wait(seconds(wait)));
    let script = at(4.0 * DAY - 1.0);
    let case = only(&script).await;
    assert_eq!((case.verdict(), case.facts.t1), (Verdict::Kept, Some(script.now)));
    assert_eq!((case.facts.t0, case.facts.due_at), (Some(START), Some(due())));
    assert_eq!(case.evidence, [script.event_id(1), script.event_id(2)]);
    assert_eq!(case.evidence_level, EvidenceLevel::RegisterReadBack);
    assert_eq!(case.matter.place.cost_centre.as_deref(), Some("Ventes"));
    assert_eq!(only(&at(4.0 * DAY)).await.verdict(), Verdict::Late);
}

#[tokio::test]
async fn past_due_is_open_until_an_event_says_late_and_then_late_for_good() {
    let open = declared(Script::new()).wait(seconds(9.0 * DAY)).register(uuid(2));
    assert_eq!(only(&open).await.verdict(), Verdict::Open, "no clock of the reader judges");
    let overdue = then(open, "handset_block_overdue", json!({}));
    assert_eq!(only(&overdue).await.verdict(), Verdict::Late);
    assert_eq!(only(&blocked(overdue)).await.verdict(), Verdict::Late);
}

#[tokio::test]
async fn recovered_before_it_was_due_is_excluded_and_after_it_late() {
    let recovered = |wait| then(declared(Script::new()).wait(seconds(wait)), "handset_recovered", json!({}));
    let excluded = Verdict::Excluded(ExclusionReason::Recovered);
    assert_eq!(only(&recovered(DAY)).await.verdict(), excluded);
    assert_eq!(only(&recovered(5.0 * DAY)).await.verdict(), Verdict::Late);
    let kept = then(blocked(declared(Script::new())), "handset_recovered", json!({}));
    assert_eq!(only(&kept).await.verdict(), Verdict::Kept, "it was on the list in time");
}

#[tokio::test]
async fn a_list_that_was_not_read_back_proves_nothing() {
    let claimed = then(declared(Script::new()), "handset_blocked", json!({"evidence": "CLAIMED"}));
    assert_eq!(only(&claimed).await.verdict(), Verdict::Open);
    let simulated = then(declared(Script::new()), "handset_blocked", json!({"evidence": "SIMULATED"}));
    let ledger = ledger_of(&simulated).await;
    let (indicator, _) = ledger.commitments.indicator(&everything("9.3/block-list")).await.unwrap();
    assert!(indicator.simulated && indicator.tally.kept == 1);
}

#[tokio::test]
async fn a_declaration_that_cannot_be_read_is_counted_and_stops_what_its_line_has_under_way() {
    let script = declared(Script::new()).raw(LINE, "theft_declared.v1", None, b"[]".to_vec());
    let ledger = ledger_of(&blocked(script)).await;
    let (indicator, standing) = ledger.commitments.indicator(&everything("9.3/block-list")).await.unwrap();
    assert_eq!(indicator.tally.unmeasured.get(&UnmeasuredReason::EvidenceUnreadable), Some(&2));
    assert_eq!((indicator.tally.population(), standing.parked_streams), (2, 1));
}

#[tokio::test]
async fn the_golden_handset_is_measured() {
    let golden = golden_events();
    let of = |name: &str| golden.iter().find(|(event_type, _)| event_type.contains(name)).unwrap().1.clone();
    let script = Script::new()
        .raw(LINE, "theft_declared.v1", None, of("theft_declared"))
        .wait(seconds(60.0))
        .raw(LINE, "handset_blocked.v1", None, of("handset_blocked"));
    let case = only(&script).await;
    assert_eq!((case.verdict(), case.matter.summary.as_str()), (Verdict::Kept, "BLOCK STOLEN HANDSET"));
    assert!(case.facts.t0.is_some() && case.matter.place.site.is_some());
}

#[tokio::test]
async fn lines_in_any_order_give_the_same_digest_and_the_same_rebuild() {
    let mut script = Script::new();
    for number in 0..40 {
        let (line, declaration) = (uuid(number % 7), uuid(100 + number));
        let fields = json!({"declaration_id": declaration, "counted_from": script.now, "due_at": due()});
        script = script.event(line, "theft_declared", None, fields).wait(seconds(7_000.0));
        let follow = json!({"declaration_id": declaration, "evidence": "READ_BACK"});
        script = match number % 4 {
            0 => script.event(line, "handset_recovered", None, follow),
            1 => script.event(line, "handset_block_overdue", None, follow),
            2 => script,
            _ => script.event(line, "handset_blocked", None, follow),
        };
    }
    cases::shuffled_gives_the_same_digest::<LedgerView>(vigie_viewkit::Engine::Sqlite, &script).await;
    let ledger = ledger_of(&script).await;
    assert!(ledger.commitments.rebuild(|_| ()).await.unwrap().agrees());
}

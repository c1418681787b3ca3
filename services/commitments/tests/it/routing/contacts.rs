//! 5.1.1, 5.1.2, 5.4.1: who called was handled by those who were to.

use serde_json::{Value, json};
use uuid::Uuid;
use vigie_commitments::domain::{ExclusionReason, UnmeasuredReason, Verdict};
use vigie_viewkit::uuid;

use super::script::Story;
use super::view::{ledger_of, only};

const ACCOUNT: Uuid = Uuid::from_u128(0xACC1);
const CONTACT: Uuid = Uuid::from_u128(0xC7);

fn right() -> Uuid {
    uuid(0xDE)
}

fn pinned(segment: &str) -> Value {
    json!({"segment": segment, "is_end_user": false, "parts": [{"desk_ids": [right()], "staff_ids": [uuid(0x57)]}]})
}

/// A contact that is over, with `more` beside the usual.
fn contact(pinned: Value, more: Value) -> Story {
    told(Story::default(), pinned, more)
}

fn told(story: Story, pinned: Value, more: Value) -> Story {
    let now = Story::default().now();
    let mut shown = json!({
        "began_at": now, "pinned": pinned, "answered_at": now, "desk_id": right(), "transfers": 0,
        "ended_at": now, "parts": [], "subject": "TECHNICAL",
    });
    shown.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    story.event(CONTACT, ACCOUNT, "contact.contact_ended", json!({"contact": shown}))
}

#[tokio::test]
async fn each_segment_counts_in_its_own_promise_and_nowhere_else() {
    let end_user =
        json!({"segment": "LARGE_ACCOUNT", "is_end_user": true, "parts": [{"desk_ids": [right()]}]});
    for (pinned, promise) in [
        (pinned("LARGE_ACCOUNT"), "5.1.1"),
        (pinned("SME_FLEET"), "5.1.2"),
        (pinned("BUSINESS_FIXED"), "5.1.2"),
        (end_user, "5.4.1"),
    ] {
        let ledger = ledger_of(&contact(pinned, json!({}))).await;
        for characteristic in ["5.1.1", "5.1.2", "5.4.1"] {
            let kept = u64::from(characteristic == promise);
            let tally = ledger.indicator(characteristic).await.tally;
            assert_eq!((tally.kept, tally.population()), (kept, kept), "{promise}: {characteristic}");
        }
    }
}

#[tokio::test]
async fn who_had_it_last_decides() {
    let wrong = uuid(0xBAD);
    for (more, verdict) in [
        (json!({}), Verdict::Kept),
        (json!({"desk_id": wrong}), Verdict::Late),
        (json!({"desk_id": wrong, "answered_by_staff_id": uuid(0x57)}), Verdict::Kept),
        (json!({"desk_id": wrong, "answered_by_staff_id": uuid(0x57), "transfers": 1}), Verdict::Late),
        (json!({"desk_id": wrong, "taken_in_charge_by_staff_id": uuid(0x57), "transfers": 1}), Verdict::Kept),
        (json!({"transfers": 2}), Verdict::Late),
        (json!({"transfers": 1}), Verdict::Kept),
        (json!({"ended_at": null}), Verdict::Open),
        (json!({"desk_id": null}), Verdict::Unmeasured(UnmeasuredReason::EvidenceMissing)),
        (json!({"answered_at": null}), Verdict::Unmeasured(UnmeasuredReason::EvidenceMissing)),
        (
            json!({"answered_at": null, "abandoned_at": Story::default().now()}),
            Verdict::Excluded(ExclusionReason::Abandoned),
        ),
        (json!({"parts": [{}]}), Verdict::Excluded(ExclusionReason::Split)),
    ] {
        let story = contact(pinned("SME_FLEET"), more.clone());
        assert_eq!(only(&story, "5.1.2").await.verdict(), verdict, "{more}");
    }
    let handed_on = contact(pinned("LARGE_ACCOUNT"), json!({"transfers": 2}));
    assert_eq!(only(&handed_on, "5.1.1").await.verdict(), Verdict::Kept, "transfers count in 5.1.2");
}

#[tokio::test]
async fn who_is_recognised_otherwise_later_changes_the_population_and_is_counted_once() {
    let story = contact(pinned("SME_FLEET"), json!({}));
    let ledger = ledger_of(&told(story, pinned("LARGE_ACCOUNT"), json!({}))).await;
    assert_eq!(ledger.indicator("5.1.2").await.tally.population(), 0);
    assert_eq!(ledger.indicator("5.1.1").await.tally.kept, 1);
    let lost = told(contact(pinned("SME_FLEET"), json!({"ended_at": null})), json!(null), json!({}));
    let not_recognised = Verdict::Excluded(ExclusionReason::NotRecognised);
    assert_eq!(only(&lost, "5.1.2").await.verdict(), not_recognised);
}

#[tokio::test]
async fn who_is_not_recognised_belongs_to_no_population() {
    let ledger = ledger_of(&contact(json!(null), json!({}))).await;
    for characteristic in ["5.1.1", "5.1.2", "5.4.1"] {
        assert_eq!(ledger.indicator(characteristic).await.tally.population(), 0);
    }
}

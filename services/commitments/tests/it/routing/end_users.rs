//! 5.4.1: how a contact of a mobile end user was answered, by the indicators of a customer service.

use serde_json::{Value, json};
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_commitments::domain::{ExclusionReason, UnmeasuredReason, Verdict};
use vigie_viewkit::uuid;

use super::script::{DAY, HOUR, MINUTE, Story};
use super::view::{ledger_of, only};

const ACCOUNT: Uuid = Uuid::from_u128(0xACC1);
const CONTACT: Uuid = Uuid::from_u128(0xC7);

const MISSING: Verdict = Verdict::Unmeasured(UnmeasuredReason::EvidenceMissing);
const ABANDONED: Verdict = Verdict::Excluded(ExclusionReason::Abandoned);

fn after(seconds: u64) -> Value {
    json!(Story::default().wait(seconds).now())
}

/// A call of an end user as it is known last, with `more` beside the usual.
fn call(more: &Value) -> Story {
    of(Story::default(), true, more)
}

fn of(story: Story, is_end_user: bool, more: &Value) -> Story {
    let mut shown = json!({
        "began_at": after(0), "offered_at": after(0), "channel": "PHONE", "subject": "TECHNICAL",
        "pinned": {"segment": "SME_FLEET", "is_end_user": is_end_user, "parts": [{"desk_ids": [uuid(1)]}]},
        "transfers": 0, "parts": [], "callbacks": [],
    });
    shown.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    story.event(CONTACT, ACCOUNT, "contact.contact_answered", json!({"contact": shown}))
}

async fn judged(characteristic: &str, expected: impl IntoIterator<Item = (Value, Verdict)>) {
    for (more, verdict) in expected {
        assert_eq!(only(&call(&more), characteristic).await.verdict(), verdict, "{characteristic} {more}");
    }
}

#[tokio::test]
async fn who_waits_thirty_seconds_is_reached_and_who_waits_longer_is_not() {
    let answered = |wait_ms: u64| json!({"answered_at": after(wait_ms / 1_000), "wait_ms": wait_ms});
    let given_up = |wait_ms: u64| json!({"abandoned_at": after(wait_ms / 1_000), "wait_ms": wait_ms});
    let cases = [
        (json!({}), Verdict::Open),
        (answered(30_000), Verdict::Kept),
        (answered(30_001), Verdict::Late),
        (given_up(30_000), ABANDONED),
        (given_up(30_001), Verdict::Late),
        (json!({"answered_at": after(9)}), MISSING),
        (json!({"answered_at": after(9), "wait_ms": 9_000, "channel": null}), MISSING),
        (json!({"ended_at": after(9)}), MISSING),
    ];
    judged("5.4.1/reachable", cases).await;
}

#[tokio::test]
async fn nobody_waits_for_the_answer_to_a_mail_and_a_part_was_answered_with_the_whole() {
    for more in [json!({"channel": "EMAIL"}), json!({"parent": {"contact_id": uuid(9), "family": "MOBILE"}})]
    {
        let ledger = ledger_of(&call(&more)).await;
        assert_eq!(ledger.indicator("5.4.1/reachable").await.tally.population(), 0, "{more}");
        assert_eq!(ledger.indicator("5.4.1/in-charge").await.tally.population(), 1, "{more}");
    }
}

#[tokio::test]
async fn a_named_agent_who_saw_the_context_answers_personally() {
    let by = |staff: Option<Uuid>, shown: Option<bool>| json!({"answered_at": after(9), "answered_by_staff_id": staff, "context_shown": shown});
    let anne = Some(uuid(0x57));
    let cases = [
        (by(anne, Some(true)), Verdict::Kept),
        (by(anne, Some(false)), Verdict::Late),
        (by(None, Some(true)), Verdict::Late),
        (by(anne, None), MISSING),
        (json!({"abandoned_at": after(9)}), ABANDONED),
        (json!({"ended_at": after(9)}), MISSING),
        (json!({}), Verdict::Open),
    ];
    judged("5.4.1/personal", cases).await;
}

#[tokio::test]
async fn somebody_by_name_takes_it_in_charge_before_the_next_working_day_ends() {
    let start = Story::default().now();
    let due = only(&call(&json!({})), "5.4.1/in-charge").await.facts.due_at.unwrap();
    assert!(
        start.plus(std::time::Duration::from_secs(DAY)) < due,
        "the day on which it begins does not count"
    );
    let just_before = json!(due.minus(std::time::Duration::from_micros(1)));
    let taken = |at: &Value| json!({"taken_in_charge_at": at, "taken_in_charge_by_staff_id": uuid(0x57)});
    let cases = [
        (taken(&just_before), Verdict::Kept),
        (taken(&json!(due)), Verdict::Late),
        (json!({"answered_at": after(9), "answered_by_staff_id": uuid(0x57)}), Verdict::Kept),
        (json!({"answered_at": after(9)}), Verdict::Open),
        (json!({"answered_at": after(9), "ended_at": after(MINUTE)}), Verdict::Late),
        (json!({"abandoned_at": after(9)}), ABANDONED),
        (json!({"parts": [{}]}), Verdict::Excluded(ExclusionReason::Split)),
    ];
    judged("5.4.1/in-charge", cases).await;
}

#[tokio::test]
async fn a_weekend_and_a_holiday_are_no_working_days() {
    // Thursday, the day before Christmas Day, which is followed by a weekend: Monday is the first working day after it.
    let began = Timestamp::parse("2026-12-24T15:00:00Z").unwrap();
    let case = only(&call(&json!({"began_at": began})), "5.4.1/in-charge").await;
    assert_eq!(case.facts.due_at, Timestamp::parse("2026-12-29T00:00:00+01:00"));
}

#[tokio::test]
async fn a_callback_counts_by_the_date_that_was_promised_first() {
    let callback = |more: Value| {
        let mut callback = json!({"callback": "c-1", "first_due_by": after(HOUR), "due_by": after(9 * HOUR)});
        callback.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"callbacks": [callback]})
    };
    let cases = [
        (callback(json!({})), Verdict::Open),
        (callback(json!({"kept_at": after(HOUR - 1)})), Verdict::Kept),
        (callback(json!({"kept_at": after(HOUR)})), Verdict::Late),
        (callback(json!({"missed_at": after(MINUTE)})), Verdict::Late),
        (callback(json!({"overdue": true})), Verdict::Late),
        (callback(json!({"overdue": true, "kept_at": after(MINUTE)})), Verdict::Kept),
        (callback(json!({"kept_at": after(MINUTE), "first_due_by": null})), MISSING),
    ];
    judged("5.4.1/on-date", cases).await;
}

#[tokio::test]
async fn each_callback_is_a_case_of_its_own() {
    let callbacks = json!([
        {"callback": "c-1", "first_due_by": after(HOUR), "kept_at": after(MINUTE)},
        {"callback": "c-2", "first_due_by": after(HOUR), "missed_at": after(MINUTE)},
    ]);
    let tally =
        ledger_of(&call(&json!({"callbacks": callbacks}))).await.indicator("5.4.1/on-date").await.tally;
    assert_eq!((tally.kept, tally.late), (1, 1));
}

#[tokio::test]
async fn who_turns_out_to_be_no_end_user_is_excluded_and_counted() {
    let answered = json!({"callbacks": [{"callback": "c-1", "first_due_by": after(HOUR)}]});
    let ledger = ledger_of(&of(call(&answered), false, &answered)).await;
    for characteristic in ["5.4.1/reachable", "5.4.1/personal", "5.4.1/in-charge", "5.4.1/on-date"] {
        let tally = ledger.indicator(characteristic).await.tally;
        assert_eq!(
            (tally.population(), tally.excluded.get(&ExclusionReason::NotRecognised)),
            (1, Some(&1)),
            "{characteristic}"
        );
    }
}

#[tokio::test]
async fn nobody_else_counts_here() {
    let ledger = ledger_of(&of(Story::default(), false, &json!({"answered_at": after(9)}))).await;
    for characteristic in ["5.4.1/reachable", "5.4.1/personal", "5.4.1/in-charge", "5.4.1/on-date"] {
        assert_eq!(ledger.indicator(characteristic).await.tally.population(), 0, "{characteristic}");
    }
}

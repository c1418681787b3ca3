//! 3.1: what is published says what a call costs, and customers are told before it changes.

use serde_json::json;
use vigie_commitments::domain::{UnmeasuredReason, Verdict};
use vigie_viewkit::uuid;

use super::script::{HOUR, Story, golden};
use super::view::{ledger_of, only};

#[tokio::test]
async fn a_number_is_published_with_its_class_and_label() {
    let point = uuid(0xC0);
    let published = |mut version: serde_json::Value| {
        let story = Story::default();
        version["point_version"] = json!(1);
        version["valid_from"] = json!(story.now());
        story.event(point, uuid(0), "contact_point.version_published", json!({"version": version}))
    };
    let label = "Service & appel gratuits";
    for (version, verdict) in [
        (json!({"channel": "PHONE", "tariff_class": "FREE", "tariff_label": label}), Verdict::Kept),
        (json!({"channel": "EMAIL", "address": "x"}), Verdict::Kept),
        (json!({"channel": "PHONE", "tariff_class": "FREE", "tariff_label": " "}), Verdict::Late),
        (json!({"channel": "PHONE", "tariff_label": label}), Verdict::Late),
        (json!({}), Verdict::Unmeasured(UnmeasuredReason::EvidenceMissing)),
    ] {
        assert_eq!(only(&published(version.clone()), "3.1/published").await.verdict(), verdict, "{version}");
    }
}

#[tokio::test]
async fn the_golden_version_is_as_promised() {
    let golden = golden();
    let (name, payload) = golden.iter().find(|(name, _)| name == "contact_point.version_published").unwrap();
    let story = Story::default().raw(uuid(0xC0), uuid(0), name, payload.clone());
    let case = only(&story, "3.1/published").await;
    assert_eq!((case.verdict(), case.matter.summary.as_str()), (Verdict::Kept, "VERSION 1"));
}

#[tokio::test]
async fn a_customer_is_told_before_the_change_takes_effect_or_too_late() {
    let begin = Story::default();
    let told_at = begin.now();
    let told = |valid_from: serde_json::Value| {
        let fields = json!({
            "contact_point_id": uuid(0xC0), "point_version": 2, "told_at": told_at, "valid_from": valid_from,
        });
        begin.clone().account(uuid(0xACC1), "contact_point_told", fields)
    };
    for (valid_from, verdict) in [
        (json!(begin.clone().wait(HOUR).now()), Verdict::Kept),
        (json!(told_at), Verdict::Late),
        (json!(null), Verdict::Unmeasured(UnmeasuredReason::EvidenceMissing)),
    ] {
        let case = only(&told(valid_from.clone()), "3.1/told").await;
        assert_eq!((case.verdict(), case.facts.t1), (verdict, Some(told_at)), "{valid_from}");
        assert_eq!((case.matter.subject_id, case.matter.summary.as_str()), (uuid(0xC0), "VERSION 2"));
    }
}

#[tokio::test]
async fn the_first_version_changes_nothing_that_a_customer_knew() {
    let now = Story::default().now();
    let fields = json!({
        "contact_point_id": uuid(0xC0), "point_version": 1, "told_at": now, "valid_from": now,
    });
    let story = Story::default().account(uuid(0xACC1), "contact_point_told", fields);
    assert_eq!(ledger_of(&story).await.indicator("3.1/told").await.tally.population(), 0);
}

/// Golden files in the order of their age: the older one does not say from when the version is valid.
#[tokio::test]
async fn the_golden_events_of_before_and_after_valid_from_are_read() {
    let mut verdicts = Vec::new();
    for (name, payload) in golden().iter().filter(|(name, _)| name == "account.contact_point_told") {
        let story = Story::default().raw(uuid(0xACC1), uuid(0xACC1), name, payload.clone());
        verdicts.push(only(&story, "3.1/told").await.verdict());
    }
    verdicts.sort();
    assert_eq!(verdicts, [Verdict::Kept, Verdict::Unmeasured(UnmeasuredReason::EvidenceMissing)]);
}

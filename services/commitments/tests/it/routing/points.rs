//! 3.1: what is published says what a call costs.

use serde_json::json;
use vigie_commitments::domain::{UnmeasuredReason, Verdict};
use vigie_viewkit::uuid;

use super::script::{Story, golden};
use super::view::only;

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

//! Every event ever published by `lines` is read.

use serde_json::Value;
use uuid::Uuid;
use vigie_commitments::domain::Verdict;
use vigie_viewkit::{Script, golden_events, uuid};

use crate::support::ledger_of;

fn act_of(payload: &[u8]) -> Option<Uuid> {
    serde_json::from_slice::<Value>(payload).unwrap()["act_id"].as_str()?.parse().ok()
}

#[tokio::test]
async fn each_golden_event_of_lines_is_known_and_readable() {
    let golden = golden_events();
    assert!(golden.len() >= 14, "{} golden files", golden.len());
    for (event_type, payload) in golden {
        let name = event_type.strip_prefix("vigie.line.").unwrap();
        let ledger = ledger_of(&Script::new().raw(uuid(1), name, None, payload)).await;
        let standing = ledger.commitments.standing();
        assert_eq!((standing.unknown_events, standing.parked_streams), (0, 0), "{event_type}");
    }
}

#[tokio::test]
async fn the_golden_theft_is_kept_with_t0_from_the_payload() {
    let golden = golden_events();
    let payload = |name: &str| {
        let found = golden.iter().find(|(event_type, _)| event_type == &format!("vigie.line.{name}.v1"));
        found.unwrap().1.clone()
    };
    let (requested, confirmed) = (payload("suspension_requested"), payload("suspension_confirmed"));
    let act = act_of(&requested).unwrap();
    let confirmed_acts = serde_json::from_slice::<Value>(&confirmed).unwrap()["acts"].clone();
    let named = confirmed_acts.as_array().unwrap().iter().any(|entry| entry["act_id"] == act.to_string());
    assert!(named, "the golden confirmation is of the golden request: {confirmed_acts}");

    let script = Script::new().raw(uuid(1), "suspension_requested.v1", Some(act), requested.clone()).raw(
        uuid(1),
        "suspension_confirmed.v1",
        Some(act),
        confirmed,
    );
    let case = ledger_of(&script).await.case(act).await;
    assert_eq!((case.verdict(), case.summary().as_str()), (Verdict::Kept, "SUSPEND THEFT"));
    let requested: Value = serde_json::from_slice(&requested).unwrap();
    assert_eq!(case.t0().unwrap().to_string(), requested["received_at"].as_str().unwrap());
    assert_eq!(case.place.site.as_deref(), requested["line"]["site"].as_str());
    assert_eq!(case.place.cost_centre.as_deref(), requested["line"]["cost_centre"].as_str());
}

//! Every event ever published by `lines` is read, and nothing that names a person comes along.

use vigie_progress::domain::{ActState, EntryKind};
use vigie_viewkit::{Script, golden_events, uuid};

use crate::support::house_of;

#[tokio::test]
async fn each_golden_event_of_lines_is_known_and_readable() {
    let golden = golden_events();
    assert!(golden.len() >= EntryKind::KNOWN.len(), "{} golden files", golden.len());
    for (event_type, payload) in golden {
        let name = event_type.strip_prefix("vigie.line.").unwrap();
        let house = house_of(&Script::new().raw(uuid(1), name, None, payload)).await;
        let standing = house.progress.standing();
        assert_eq!((standing.unknown_events, standing.parked_streams), (0, 0), "{event_type}");
        let entries = house.entries(uuid(1)).await;
        assert!(entries[0].line_state.is_some() && entries[0].evidence.is_some(), "{event_type}");
    }
}

#[tokio::test]
async fn nothing_personal_of_a_golden_event_is_stored() {
    let mut script = Script::new();
    for (event_type, payload) in golden_events() {
        script = script.raw(uuid(1), event_type.strip_prefix("vigie.line.").unwrap(), None, payload);
    }
    let house = house_of(&script).await;
    let database = house.database().await;
    let mut texts = Vec::new();
    for sql in [
        "SELECT concat_ws(' ', event_type, actor, on_behalf_of, channel, act_ids, reference, reason, evidence, line_state, \
         line_reasons) FROM timeline",
        "SELECT concat_ws(' ', kind, reason, reference, actor, on_behalf_of, channel, evidence, state) FROM acts",
    ] {
        let rows = database.query(sql, &[]).await.unwrap();
        texts.extend(rows.iter().map(|row| row.text(0).unwrap()));
    }
    assert!(texts.len() > 14, "{texts:?}");
    for personal in ["+336", "20801", "89330", "Exemple", "customer code", "marie"] {
        assert!(!texts.iter().any(|text| text.contains(personal)), "{personal} in {texts:?}");
    }
}

#[tokio::test]
async fn the_golden_theft_is_confirmed_under_its_reference() {
    let golden = golden_events();
    let payload = |name: &str| {
        let wanted = format!("vigie.line.{name}.v1");
        golden.iter().find(|(event_type, _)| *event_type == wanted).unwrap().1.clone()
    };
    let script = Script::new()
        .raw(uuid(1), "suspension_requested.v1", None, payload("suspension_requested"))
        .raw(uuid(1), "suspension_confirmed.v1", None, payload("suspension_confirmed"));
    let house = house_of(&script).await;
    let entries = house.entries(uuid(1)).await;
    let act = house.act(entries[0].act_id.unwrap()).await;
    assert_eq!((act.state(), act.reason.as_deref()), (ActState::Confirmed, Some("THEFT")));
    let published: serde_json::Value = serde_json::from_slice(&payload("suspension_requested")).unwrap();
    assert_eq!(act.reference.as_deref(), published["reference"].as_str());
    assert_eq!(act.asked_at.to_string(), published["received_at"].as_str().unwrap());
}

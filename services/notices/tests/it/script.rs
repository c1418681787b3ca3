//! What other services publish, in the bytes that they are tested to publish.

use std::path::Path;

use serde_json::{Value, json};
use uuid::Uuid;
use vigie_clock::{Ids, SystemIds};
use vigie_eventlog::{Append, EventLog, NewEvent, RecordedEvent};

use crate::house::{ACCOUNT, House};

/// The payload of a golden file, to be changed.
pub(crate) fn golden(service: &str, event_type: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../{service}/tests/golden"));
    let bytes = std::fs::read(folder.join(format!("{event_type}.golden.json"))).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

/// Appends an event of another service to its log.
pub(crate) async fn publish(
    log: &EventLog,
    kind: &'static str,
    stream_id: Uuid,
    version: i64,
    event_type: &str,
    payload: &Value,
) -> RecordedEvent {
    let account_id = payload["account_id"].as_str().unwrap().parse().unwrap();
    let event = NewEvent {
        event_id: SystemIds.next(),
        event_type: event_type.to_owned(),
        account_id,
        occurred_at: None,
        actor: "test".to_owned(),
        on_behalf_of: None,
        channel: "API".to_owned(),
        request_id: None,
        act_id: None,
        traceparent: None,
        payload: payload.to_string().into_bytes(),
    };
    let appended = log.append(Append::new(stream_id, kind, version, vec![event])).await.unwrap();
    RecordedEvent::clone(&appended.events[0])
}

impl House {
    /// An account comes in, below another one.
    pub(crate) async fn account(&self, account_id: Uuid, parent: Option<Uuid>) {
        let mut payload = golden("routing", "vigie.account.account_registered.v1");
        payload["account_id"] = json!(account_id);
        if let Some(parent) = parent {
            payload["account"]["parent_account_id"] = json!(parent);
        }
        publish(&self.routing, "account", account_id, 0, "vigie.account.account_registered.v1", &payload)
            .await;
    }

    /// A person comes in: `someone` is user id and mailbox.
    pub(crate) async fn person(&self, account_id: Uuid, someone: &str, roles: &[&str]) -> Uuid {
        let person_id = SystemIds.next();
        let payload = person(account_id, person_id, someone, roles);
        publish(&self.routing, "person", person_id, 0, "vigie.person.person_registered.v1", &payload).await;
        person_id
    }

    /// A person is as `change` makes them.
    pub(crate) async fn changed(&self, person_id: Uuid, version: i64, payload: &Value) {
        publish(&self.routing, "person", person_id, version, "vigie.person.person_changed.v1", payload).await;
    }

    /// The customer that most tests are about: Paul administers, Nadia and Omar manage the fleet, Marie holds the phone.
    pub(crate) async fn usual_people(&self) {
        self.account(ACCOUNT, None).await;
        self.person(ACCOUNT, "paul.martin", &["ACCOUNT_ADMINISTRATOR"]).await;
        self.person(ACCOUNT, "nadia", &["FLEET_MANAGER"]).await;
        self.person(ACCOUNT, "marie.durand", &["END_USER"]).await;
    }

    /// The golden event of `lines` of that name happens to a line of its own.
    pub(crate) async fn line_event(&self, name: &str) -> RecordedEvent {
        let event_type = format!("vigie.line.{name}.v1");
        let mut payload = golden("lines", &event_type);
        let line_id = SystemIds.next();
        payload["account_id"] = json!(ACCOUNT);
        payload["line_id"] = json!(line_id);
        publish(&self.lines, "line", line_id, 0, &event_type, &payload).await
    }

    /// The golden event of an account of that name happens to the customer.
    pub(crate) async fn account_event(&self, version: i64, name: &str) -> RecordedEvent {
        let event_type = format!("vigie.account.{name}.v1");
        let mut payload = golden("routing", &event_type);
        payload["account_id"] = json!(ACCOUNT);
        payload["account"]["parent_account_id"] = Value::Null;
        publish(&self.routing, "account", ACCOUNT, version, &event_type, &payload).await
    }

    /// A contact point is about to change.
    pub(crate) async fn contact_point_changes(&self, segments: &[&str]) -> RecordedEvent {
        let event_type = "vigie.contact_point.change_notice_due.v1";
        let mut payload = golden("routing", event_type);
        payload["before"]["segments"] = json!(segments);
        payload["after"]["segments"] = json!(segments);
        publish(&self.routing, "contact_point", SystemIds.next(), 0, event_type, &payload).await
    }
}

/// A person as `routing` publishes one.
pub(crate) fn person(account_id: Uuid, person_id: Uuid, someone: &str, roles: &[&str]) -> Value {
    let mut payload = golden("routing", "vigie.person.person_registered.v1");
    payload["account_id"] = json!(account_id);
    payload["person_id"] = json!(person_id);
    let personal = |value: &str| json!({ "subject": person_id, "value": value });
    payload["person"]["user_id"] = json!(someone);
    payload["person"]["given_name"] = Value::Null;
    payload["person"]["family_name"] = personal(someone);
    payload["person"]["roles"] = json!(roles);
    payload["person"]["email"] = personal(&format!("{someone}@exemple.fr"));
    payload
}

//! Writes events of `routing` by hand, so that a test depends on the published form and not on the producer's code.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::{Hash, RecordedEvent};
use vigie_viewkit::{Script, uuid};

pub(super) const MINUTE: u64 = 60;
pub(super) const HOUR: u64 = 3_600;
pub(super) const DAY: u64 = 86_400;

/// Events in the order in which they are recorded.
#[derive(Clone, Debug, Default)]
pub(super) struct Story {
    pub(super) script: Script,
    versions: HashMap<Uuid, i64>,
}

impl Story {
    pub(super) fn now(&self) -> Timestamp {
        self.script.now
    }

    pub(super) fn wait(mut self, seconds: u64) -> Self {
        self.script.now = self.script.now.plus(Duration::from_secs(seconds));
        self
    }

    /// Records an event as it stands; `name` is `account.manager_assigned`.
    pub(super) fn raw(mut self, stream: Uuid, account: Uuid, name: &str, payload: Vec<u8>) -> Self {
        let position = self.script.head() + 1;
        let version = self.versions.entry(stream).or_default();
        *version += 1;
        let mut event = RecordedEvent {
            position,
            event_id: uuid(0xE << 64 | position as u128),
            shard: 0,
            incarnation: 1,
            stream_id: stream,
            stream_version: *version,
            event_type: format!("vigie.{name}.v1"),
            account_id: account,
            recorded_at: self.script.now,
            occurred_at: self.script.now,
            actor: "someone".to_owned(),
            on_behalf_of: None,
            channel: "API".to_owned(),
            request_id: None,
            act_id: None,
            traceparent: None,
            payload,
            hash: Hash::default(),
        };
        let previous = self.script.events.last().map(|event| event.hash).unwrap_or_default();
        event.hash = event.chained(&previous);
        self.script.events.push(event);
        self
    }

    /// Records an event with a field of tomorrow beside the others.
    pub(super) fn event(self, stream: Uuid, account: Uuid, name: &str, mut fields: Value) -> Self {
        fields["a_field_of_tomorrow"] = json!([1]);
        self.raw(stream, account, name, fields.to_string().into_bytes())
    }

    /// Of an account, whose stream has its id.
    pub(super) fn account(self, account: Uuid, name: &str, fields: Value) -> Self {
        self.event(account, account, &format!("account.{name}"), fields)
    }
}

/// Type and payload of every golden file of `routing`, by type without version.
pub(super) fn golden() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../routing/tests/golden");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut events: Vec<_> = files
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?.strip_suffix(".golden.json")?.to_owned();
            let name = name.strip_prefix("vigie.")?.split(".v1").next()?.to_owned();
            Some((name, std::fs::read(path).unwrap()))
        })
        .collect();
    events.sort();
    events
}

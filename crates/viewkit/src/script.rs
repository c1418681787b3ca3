//! Writes `vigie.line.*` events by hand, so that a test depends on the published form and not on the producer's code.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::{Hash, RecordedEvent};

/// 2026-11-23T03:00:00Z: at night, since promises hold 24 hours a day.
pub const START: Timestamp = Timestamp::from_micros(1_795_402_800_000_000);

/// The account of every line, unless a test says otherwise.
pub const ACCOUNT: Uuid = Uuid::from_u128(0xACC0);

/// A short name for an id.
pub fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// A duration in seconds.
pub fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

/// Events in the order in which they are recorded.
#[derive(Clone, Debug)]
pub struct Script {
    /// What is recorded so far; positions begin at 1.
    pub events: Vec<RecordedEvent>,
    /// When the next event is recorded.
    pub now: Timestamp,
    account: Uuid,
    place: Value,
    versions: HashMap<Uuid, i64>,
    incarnation: i64,
}

impl Default for Script {
    fn default() -> Self {
        Self::new()
    }
}

impl Script {
    /// Nothing recorded, and it is [`START`].
    pub fn new() -> Self {
        Self {
            events: Vec::new(),
            now: START,
            account: ACCOUNT,
            place: json!({}),
            versions: HashMap::new(),
            incarnation: 1,
        }
    }

    /// Later events belong to this account, with the line at this place (`site`, `cost_centre`, `user_id`).
    pub fn at_place(mut self, account: Uuid, place: Value) -> Self {
        (self.account, self.place) = (account, place);
        self
    }

    /// As after a restore: later events are of this incarnation, with other ids and hashes.
    pub fn incarnation(mut self, incarnation: i64) -> Self {
        self.incarnation = incarnation;
        self
    }

    /// Time passes.
    pub fn wait(mut self, duration: Duration) -> Self {
        self.now = self.now.plus(duration);
        self
    }

    /// The first `count` events.
    pub fn first(&self, count: usize) -> Self {
        Self { events: self.events[..count].to_vec(), ..self.clone() }
    }

    /// Position of the last event.
    pub fn head(&self) -> i64 {
        self.events.len() as i64
    }

    /// The id of the event at `position`, from 1.
    pub fn event_id(&self, position: usize) -> Uuid {
        self.events[position - 1].event_id
    }

    /// Records an event as it stands; `name` is what follows `vigie.line.`, with the version.
    pub fn raw(mut self, line: Uuid, name: &str, act: Option<Uuid>, payload: Vec<u8>) -> Self {
        let position = self.head() + 1;
        let version = self.versions.entry(line).or_default();
        *version += 1;
        let number = (self.incarnation as u128) << 32 | position as u128;
        let mut event = RecordedEvent {
            position,
            event_id: uuid(0xE << 64 | number),
            shard: 0,
            incarnation: self.incarnation,
            stream_id: line,
            stream_version: *version,
            event_type: format!("vigie.line.{name}"),
            account_id: self.account,
            recorded_at: self.now,
            occurred_at: self.now.minus(Duration::from_millis(1)),
            actor: "someone".to_owned(),
            on_behalf_of: None,
            channel: "API".to_owned(),
            request_id: None,
            act_id: act,
            traceparent: None,
            payload,
            hash: Hash::default(),
        };
        let previous = self.events.last().map(|event| event.hash).unwrap_or_default();
        event.hash = event.chained(&previous);
        self.events.push(event);
        self
    }

    /// Records an event with the fields that every payload has, and `fields` beside them; fields of the line after it may
    /// stand under `line`.
    pub fn event(self, line: Uuid, name: &str, act: Option<Uuid>, fields: Value) -> Self {
        let mut after = self.place.clone();
        after.as_object_mut().unwrap().insert("a_field_of_tomorrow".to_owned(), json!([1]));
        let mut payload = json!({
            "account_id": self.account,
            "line_id": line,
            "external_identifiers": [],
            "a_field_of_tomorrow": {"ignored": true},
        });
        let mut fields = fields.as_object().unwrap().clone();
        if let Some(more) = fields.remove("line") {
            after.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        }
        let all = payload.as_object_mut().unwrap();
        all.insert("line".to_owned(), after);
        all.extend(fields);
        self.raw(line, &format!("{name}.v1"), act, serde_json::to_vec(&payload).unwrap())
    }

    /// `line_registered`.
    pub fn register(self, line: Uuid) -> Self {
        let after = json!({"state": "ACTIVE", "reasons": [], "evidence": "NOT_YET_CONFIRMED"});
        self.event(line, "line_registered", None, json!({"actor": "x", "channel": "API", "line": after}))
    }

    fn asked(self, line: Uuid, name: &str, act: Uuid, fields: Value) -> Self {
        // The request arrived 2 ms before its intent was recorded.
        let received_at = self.now.minus(Duration::from_millis(2));
        let mut all = json!({
            "act_id": act, "received_at": received_at, "supersedes": [], "reference": reference(act),
            "actor": "someone", "channel": "API", "sequence": 1,
        });
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        self.event(line, name, Some(act), all)
    }

    /// `suspension_requested`; T0 is 2 ms before now.
    pub fn suspend(self, line: Uuid, act: Uuid, reason: &str, supersedes: &[Uuid]) -> Self {
        let after = json!({"state": "SUSPENDED", "reasons": [reason], "evidence": "NOT_YET_CONFIRMED"});
        let fields = json!({"reason": reason, "supersedes": supersedes, "line": after});
        self.asked(line, "suspension_requested", act, fields)
    }

    /// `reinstatement_requested`; T0 is 2 ms before now.
    pub fn reinstate(self, line: Uuid, act: Uuid, reason: &str, supersedes: &[Uuid]) -> Self {
        let fields = json!({"reason": reason, "supersedes": supersedes});
        self.asked(line, "reinstatement_requested", act, fields)
    }

    /// `suspension_reason_lifted`.
    pub fn lift(self, line: Uuid, act: Uuid, reason: &str, supersedes: &[Uuid]) -> Self {
        let fields = json!({"reason": reason, "supersedes": supersedes});
        self.asked(line, "suspension_reason_lifted", act, fields)
    }

    /// `sim_replacement_requested`, `termination_requested`.
    pub fn ask(self, line: Uuid, name: &str, act: Uuid) -> Self {
        self.asked(line, name, act, json!({}))
    }

    /// A confirmation of any kind: the register says whether the line is `open`.
    pub fn confirm(self, line: Uuid, name: &str, acts: &[Uuid], open: bool, evidence: &str) -> Self {
        let acts_json: Vec<_> = acts.iter().map(|act| json!({"act_id": act, "received_at": START})).collect();
        let fields = json!({
            "acts": acts_json, "sequence": 1, "evidence": evidence, "cs": open, "ps": open, "attached": false,
        });
        self.event(line, name, acts.last().copied(), fields)
    }

    /// `suspension_confirmed`: read back as barred.
    pub fn barred(self, line: Uuid, acts: &[Uuid]) -> Self {
        self.confirm(line, "suspension_confirmed", acts, false, "REGISTER_READ_BACK")
    }

    /// `reinstatement_confirmed`: read back as open.
    pub fn opened(self, line: Uuid, acts: &[Uuid]) -> Self {
        self.confirm(line, "reinstatement_confirmed", acts, true, "REGISTER_READ_BACK")
    }

    /// `suspension_confirmed` with whatever evidence and register state.
    pub fn confirm_with(self, line: Uuid, acts: &[Uuid], open: bool, evidence: &str) -> Self {
        self.confirm(line, "suspension_confirmed", acts, open, evidence)
    }

    /// `confirmation_overdue`.
    pub fn overdue(self, line: Uuid, act: Uuid) -> Self {
        self.event(line, "confirmation_overdue", Some(act), json!({"act_id": act, "kind": "SUSPEND"}))
    }

    /// `register_drift_found` or `register_drift_repaired`.
    pub fn drift(self, line: Uuid, acts: &[Uuid], what: &str) -> Self {
        let name = format!("register_drift_{what}");
        self.event(line, &name, acts.last().copied(), json!({"act_ids": acts, "sequence": 1}))
    }
}

/// The reference that the script gives an act.
fn reference(act: Uuid) -> String {
    format!("REF-{:X}", act.as_u128())
}

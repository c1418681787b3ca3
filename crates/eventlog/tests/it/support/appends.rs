use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;
use vigie_clock::{Ids, SystemIds};
use vigie_eventlog::{Append, Appended, NewEvent, RecordedEvent, RequestKey, RequestRecord};

/// A new id.
pub(crate) fn id() -> Uuid {
    SystemIds.next()
}

/// A local instant from now, for deadlines.
pub(crate) fn later(ms: u64) -> Instant {
    Instant::now() + Duration::from_millis(ms)
}

pub(crate) fn event() -> NewEvent {
    NewEvent {
        event_id: id(),
        event_type: "test.thing.happened.v1".to_owned(),
        account_id: Uuid::from_u128(7),
        occurred_at: None,
        actor: "tester".to_owned(),
        on_behalf_of: None,
        channel: "API".to_owned(),
        request_id: None,
        act_id: None,
        traceparent: None,
        payload: b"{}".to_vec(),
    }
}

/// `events` events for a stream that is believed to be at `expected_version`.
pub(crate) fn append(stream_id: Uuid, expected_version: i64, events: usize) -> Append {
    Append::new(stream_id, "thing", expected_version, (0..events).map(|_| event()).collect())
}

fn record(caller: &str, request_id: Uuid, stream_id: Uuid) -> RequestRecord {
    RequestRecord {
        key: RequestKey { caller: caller.to_owned(), method: "vigie.test/Do".to_owned(), request_id },
        body_hash: [1; 32],
        stream_id,
        act_id: id(),
    }
}

/// `append` under a request id.
pub(crate) fn asking(mut append: Append, caller: &str, request_id: Uuid) -> Append {
    append.request = Some(record(caller, request_id, append.stream_id));
    append
}

/// What an append says was stored, to be compared with what is read.
pub(crate) fn rows(appended: &Appended) -> Vec<RecordedEvent> {
    appended.events.iter().map(|event| RecordedEvent::clone(event)).collect()
}

//! The rows that every contender writes: an event of a usual size and its stream's row.

use uuid::Uuid;
use vigie_clock::{Clock, Ids, SystemClock, SystemIds};
use vigie_eventlog::NewEvent;

pub const KIND: &str = "bench";

/// After so many events a client goes on with a new stream.
pub const EVENTS_PER_STREAM: i64 = 50;

/// About what a suspension's event holds.
pub const PAYLOAD_BYTES: usize = 600;

const TYPE: &str = "vigie.line.suspension_requested.v1";
const ACTOR: &str = "manager-4711";
const CHANNEL: &str = "EXTRANET";

pub fn event(payload_bytes: usize) -> NewEvent {
    NewEvent {
        event_id: SystemIds.next(),
        event_type: TYPE.to_owned(),
        account_id: Uuid::from_u128(42),
        occurred_at: None,
        actor: ACTOR.to_owned(),
        on_behalf_of: None,
        channel: CHANNEL.to_owned(),
        request_id: None,
        act_id: None,
        traceparent: None,
        payload: vec![b'x'; payload_bytes],
    }
}

/// The same as a plain row.
#[derive(Debug)]
pub struct Row {
    pub event_id: Uuid,
    pub stream_id: Uuid,
    pub version: i64,
    pub event_type: String,
    pub account_id: Uuid,
    pub recorded_at: i64,
    pub actor: String,
    pub channel: String,
    pub payload: Vec<u8>,
    pub hash: Vec<u8>,
}

impl Row {
    pub fn new(stream_id: Uuid, version: i64) -> Self {
        Self::sized(stream_id, version, PAYLOAD_BYTES)
    }

    /// With a payload of another size.
    pub fn sized(stream_id: Uuid, version: i64, payload_bytes: usize) -> Self {
        let event = event(payload_bytes);
        Self {
            event_id: event.event_id,
            stream_id,
            version,
            event_type: event.event_type,
            account_id: event.account_id,
            recorded_at: SystemClock.now().as_micros(),
            actor: event.actor,
            channel: event.channel,
            payload: event.payload,
            hash: vec![7; 32],
        }
    }
}

/// The stream that a client writes to next.
#[derive(Debug, Default)]
pub struct Cursor {
    stream_id: Uuid,
    version: i64,
}

impl Cursor {
    pub fn next(&mut self) -> Row {
        if self.version % EVENTS_PER_STREAM == 0 {
            *self = Self { stream_id: SystemIds.next(), version: 0 };
        }
        self.version += 1;
        Row::new(self.stream_id, self.version)
    }
}

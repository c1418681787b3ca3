//! What an event row holds, and the chain over it.

use sha2::{Digest, Sha256};
use uuid::Uuid;
use vigie_clock::Timestamp;

/// A SHA-256 over the previous hash and every stored column of an event.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Hash(pub [u8; 32]);

impl std::fmt::Display for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Hash {
    type Err = hex::FromHexError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes)?;
        Ok(Self(bytes))
    }
}

/// An event that is to be appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// UUIDv7.
    pub event_id: Uuid,
    /// Stable public name with version: `vigie.line.suspension_requested.v1`.
    pub event_type: String,
    /// The business customer's account that the event belongs to.
    pub account_id: Uuid,
    /// When it happened where it happened; equal to `recorded_at` unless recorded elsewhere first.
    pub occurred_at: Option<Timestamp>,
    /// Who caused it.
    pub actor: String,
    /// For whom, when staff acted.
    pub on_behalf_of: Option<String>,
    /// Through which door (`vigie_clock::Channel::as_str`).
    pub channel: String,
    /// The caller's request id.
    pub request_id: Option<Uuid>,
    /// The act that the event belongs to.
    pub act_id: Option<Uuid>,
    /// W3C trace context.
    pub traceparent: Option<String>,
    /// Exact JSON bytes (rule 4).
    pub payload: Vec<u8>,
}

impl NewEvent {
    /// Bytes of everything in it that has no fixed size.
    pub(crate) fn bytes(&self) -> usize {
        let optional = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        self.payload.len()
            + self.event_type.len()
            + self.actor.len()
            + self.channel.len()
            + optional(&self.on_behalf_of)
            + optional(&self.traceparent)
    }
}

/// An event as the log holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Dense, commit-ordered, from 1 (rule 2).
    pub position: i64,
    /// UUIDv7.
    pub event_id: Uuid,
    /// The shard that positions count in; 0 until a log is split.
    pub shard: i32,
    /// Grows at every restore (rule 13).
    pub incarnation: i64,
    /// The aggregate's id; opaque.
    pub stream_id: Uuid,
    /// From 1, contiguous in the stream.
    pub stream_version: i64,
    /// Stable public name with version.
    pub event_type: String,
    /// The business customer's account.
    pub account_id: Uuid,
    /// The log's clock: never runs backwards along positions (rule 9).
    pub recorded_at: Timestamp,
    /// When it happened where it happened.
    pub occurred_at: Timestamp,
    /// Who caused it.
    pub actor: String,
    /// For whom, when staff acted.
    pub on_behalf_of: Option<String>,
    /// Through which door.
    pub channel: String,
    /// The caller's request id.
    pub request_id: Option<Uuid>,
    /// The act that the event belongs to.
    pub act_id: Option<Uuid>,
    /// W3C trace context.
    pub traceparent: Option<String>,
    /// Exact JSON bytes.
    pub payload: Vec<u8>,
    /// The chain up to and including this event.
    pub hash: Hash,
}

impl RecordedEvent {
    /// The chain's value for this row after `previous`: every stored column but `hash` itself,
    /// length-prefixed, so that no two different rows hash alike (rule 12).
    pub fn chained(&self, previous: &Hash) -> Hash {
        let mut digest = Chain(Sha256::new());
        digest.bytes(&previous.0);
        digest.number(self.position);
        digest.bytes(self.event_id.as_bytes());
        digest.number(i64::from(self.shard));
        digest.number(self.incarnation);
        digest.bytes(self.stream_id.as_bytes());
        digest.number(self.stream_version);
        digest.bytes(self.event_type.as_bytes());
        digest.bytes(self.account_id.as_bytes());
        digest.number(self.recorded_at.as_micros());
        digest.number(self.occurred_at.as_micros());
        digest.bytes(self.actor.as_bytes());
        digest.optional(self.on_behalf_of.as_deref().map(str::as_bytes));
        digest.bytes(self.channel.as_bytes());
        digest.optional(self.request_id.as_ref().map(|id| id.as_bytes().as_slice()));
        digest.optional(self.act_id.as_ref().map(|id| id.as_bytes().as_slice()));
        digest.optional(self.traceparent.as_deref().map(str::as_bytes));
        digest.bytes(&self.payload);
        Hash(digest.0.finalize().into())
    }

    /// Where a reader stands after this event.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint { incarnation: self.incarnation, position: self.position, hash: self.hash }
    }
}

struct Chain(Sha256);

impl Chain {
    fn number(&mut self, number: i64) {
        self.0.update(number.to_be_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    fn optional(&mut self, bytes: Option<&[u8]>) {
        match bytes {
            Some(bytes) => {
                self.0.update([1]);
                self.bytes(bytes);
            }
            None => self.0.update([0]),
        }
    }
}

/// Where a reader stands: it refuses to go on in a log whose past is another (rule 13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Incarnation of the event at `position`.
    pub incarnation: i64,
    /// The last position seen; 0 before the first.
    pub position: i64,
    /// Chain hash at `position`; all zero before the first.
    pub hash: Hash,
}

impl Checkpoint {
    /// Before the first event.
    pub const START: Self = Self { incarnation: 0, position: 0, hash: Hash([0; 32]) };
}

impl Default for Checkpoint {
    fn default() -> Self {
        Self::START
    }
}

//! What is asked of the writer, and what it answers.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;
use vigie_clock::Timestamp;

use crate::aggregate::DirectoryOp;
use crate::event::{NewEvent, RecordedEvent};

/// Identity of a request (rule 10): a repeat joins the act of the first.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestKey {
    /// Subject of the caller's token.
    pub caller: String,
    /// Fully qualified RPC method.
    pub method: String,
    /// The caller's request id (AIP-155).
    pub request_id: Uuid,
}

/// A request as the log remembers it for 30 days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRecord {
    /// Who asked what under which id.
    pub key: RequestKey,
    /// SHA-256 of the request without its id: another body under the same id is refused.
    pub body_hash: [u8; 32],
    /// The stream that was commanded.
    pub stream_id: Uuid,
    /// The act that the first request opened or joined.
    pub act_id: Uuid,
}

/// What happens to the stream's timer with this append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Stays as it is.
    Keep,
    /// Is set to an instant or cleared.
    Set(Option<Timestamp>),
}

/// What happens to the stream's lease with this append (rule 27).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaseOp {
    /// Neither taken nor needed.
    None,
    /// Taken if it is free or expired; the append goes through either way and says who holds it. A stream's first
    /// append cannot take it.
    Take {
        /// The process that wants it.
        holder: Uuid,
        /// For how long.
        ttl: Duration,
    },
    /// The append is refused unless this holder still has this fencing number; then the lease is given back.
    Settle {
        /// The process that has it.
        holder: Uuid,
        /// The number it was given.
        fence: i64,
    },
}

/// A lease as the log knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Whether this append was given it.
    pub granted: bool,
    /// Who holds it; `None` when free.
    pub holder: Option<Uuid>,
    /// Grows each time that the lease changes hands.
    pub fence: i64,
    /// Until when, by the database's clock.
    pub until: Timestamp,
    /// True if the holder before had not given it back.
    pub taken_over: bool,
}

/// Events, or only a request id or a timer, for one stream: all or nothing.
#[derive(Clone, Debug)]
pub struct Append {
    /// The stream.
    pub stream_id: Uuid,
    /// Its kind.
    pub kind: &'static str,
    /// The version that was decided against; 0 for a new stream.
    pub expected_version: i64,
    /// May be empty.
    pub events: Vec<NewEvent>,
    /// Remembered in the same transaction.
    pub request: Option<RequestRecord>,
    /// Timer.
    pub due: Due,
    /// Directory changes.
    pub directory: Vec<DirectoryOp>,
    /// Lease.
    pub lease: LeaseOp,
    /// Overtakes what is not urgent (rule 18).
    pub urgent: bool,
    /// After this instant it is not taken any more (rule 11).
    pub deadline: Option<Instant>,
    /// `recorded_at` will not be earlier.
    pub not_before: Timestamp,
}

impl Append {
    /// Events for one stream and nothing beside them; what else it is to do, its fields say.
    pub fn new(stream_id: Uuid, kind: &'static str, expected_version: i64, events: Vec<NewEvent>) -> Self {
        Self {
            stream_id,
            kind,
            expected_version,
            events,
            request: None,
            due: Due::Keep,
            directory: Vec::new(),
            lease: LeaseOp::None,
            urgent: false,
            deadline: None,
            not_before: Timestamp::default(),
        }
    }

    /// Bytes of all its events.
    pub(crate) fn bytes(&self) -> usize {
        self.events.iter().map(NewEvent::bytes).sum()
    }
}

/// A committed append.
#[derive(Clone, Debug)]
pub struct Appended {
    /// The rows as stored.
    pub events: Vec<Arc<RecordedEvent>>,
    /// The stream's version now.
    pub version: i64,
    /// The stream's lease after this append, where one was asked for.
    pub lease: Option<Lease>,
}

/// Why an append was not committed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AppendError {
    /// The stream is at another version: load, decide again.
    #[error("stream {stream_id} is not at version {expected}")]
    VersionConflict {
        /// The stream.
        stream_id: Uuid,
        /// The version that was decided against.
        expected: i64,
    },
    /// The request id is known: join its act, or refuse another body.
    #[error("request id {} was used before", .0.key.request_id)]
    Repeated(Box<RequestRecord>),
    /// Another stream holds the key, or it is in quarantine.
    #[error("the {kind} is taken")]
    KeyTaken {
        /// Kind of key.
        kind: String,
    },
    /// The lease is not the caller's any more.
    #[error("the lease on stream {0} is lost")]
    LeaseLost(Uuid),
    /// An event or the whole append is over its byte limit (rule 3).
    #[error("{what} of {bytes} bytes exceeds {limit}")]
    TooLarge {
        /// `event` or `command`.
        what: &'static str,
        /// Its size.
        bytes: usize,
        /// The bound.
        limit: usize,
    },
    /// The database refuses the data itself.
    #[error("the database refused the data: {0}")]
    Data(String),
    /// The queue is full: come back later.
    #[error("the append queue is full")]
    QueueFull,
    /// The deadline passed before the append was taken: nothing happened.
    #[error("the deadline passed before the append was taken")]
    Expired,
    /// The commit's outcome is not known (yet): the same request id will tell (rule 6).
    #[error("the outcome of the commit is not known")]
    OutcomeUnknown,
    /// The log is closed or cannot reach its database, and nothing was taken.
    #[error("the log is unavailable: {0}")]
    Unavailable(String),
}

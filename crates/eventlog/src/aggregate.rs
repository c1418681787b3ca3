//! The contract between a domain and the log.

use serde::Serialize;
use uuid::Uuid;
use vigie_clock::{Context, Timestamp};

/// What a command leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<E> {
    /// The events to append; none when the state already is as asked.
    pub events: Vec<E>,
    /// The act that this command opens or joins.
    pub act_id: Uuid,
}

/// An event in its stored form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedEvent {
    /// Stable public name with version.
    pub event_type: &'static str,
    /// Exact JSON bytes.
    pub payload: Vec<u8>,
    /// The account it belongs to.
    pub account_id: Uuid,
    /// The act it belongs to.
    pub act_id: Option<Uuid>,
}

impl EncodedEvent {
    /// The event whose payload is `payload` in JSON.
    ///
    /// # Errors
    /// When `payload` has no form in JSON.
    pub fn of(
        event_type: &'static str,
        account_id: Uuid,
        act_id: Option<Uuid>,
        payload: &impl Serialize,
    ) -> Result<Self, serde_json::Error> {
        Ok(Self { event_type, payload: serde_json::to_vec(payload)?, account_id, act_id })
    }
}

/// Why stored bytes are not an event of this aggregate.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// A name or version that this build does not know; the replica refuses, never ignores (rule 17).
    #[error("event type {0} is not known to this build")]
    UnknownType(String),
    /// The bytes are not what the type says.
    #[error("event type {event_type} does not decode")]
    Malformed {
        /// The type.
        event_type: String,
        /// The decoder's error.
        #[source]
        source: serde_json::Error,
    },
}

impl DecodeError {
    /// Of bytes that are not what `event_type` says.
    pub fn malformed(event_type: &str) -> impl FnOnce(serde_json::Error) -> Self {
        move |source| Self::Malformed { event_type: event_type.to_owned(), source }
    }
}

/// One consistency boundary: decided, evolved and stored as one stream.
///
/// All functions are pure: no I/O, no clock, no randomness. The same inputs give the same events.
pub trait Aggregate: Send + Sync + 'static {
    /// Stable name of the kind of stream: `line`.
    const KIND: &'static str;
    /// The fold of a stream; `Default` is "does not exist yet".
    type State: Clone + Default + Send + Sync + 'static;
    /// What can be asked.
    type Command: Clone + Send + Sync + 'static;
    /// What can have happened.
    type Event: Clone + Send + Sync + 'static;
    /// Why a command is refused.
    type Rejection: std::fmt::Debug + Send + Sync + 'static;

    /// Decides a command against the state.
    fn decide(
        state: &Self::State,
        command: &Self::Command,
        context: &Context,
    ) -> Result<Decision<Self::Event>, Self::Rejection>;

    /// The state after an event, recorded at `recorded_at`.
    fn evolve(state: &mut Self::State, event: &Self::Event, recorded_at: Timestamp);

    /// When the aggregate next wants to be woken.
    fn next_due(state: &Self::State) -> Option<Timestamp>;

    /// The command that a timer sends; its request id is derived from (stream, due).
    fn wake(due: Timestamp) -> Self::Command;

    /// Stored form.
    fn encode(event: &Self::Event) -> Result<EncodedEvent, serde_json::Error>;

    /// Back from the stored form; older versions are brought up to date here.
    fn decode(event_type: &str, payload: &[u8]) -> Result<Self::Event, DecodeError>;

    /// Whether the state leaves work to do outside of the log. A command that asks for the stream's lease is given it only
    /// then (rule 27).
    fn is_work_left(_state: &Self::State) -> bool {
        true
    }

    /// What the event claims and frees in the directory (rule 15).
    fn directory(_event: &Self::Event) -> Vec<DirectoryOp> {
        Vec::new()
    }
}

/// A change of the directory, in the transaction of the events (rule 15).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DirectoryOp {
    /// Claims a key that only one stream may hold; refused while another holds it or it is in quarantine.
    Reserve {
        /// Kind of key: `msisdn`.
        kind: &'static str,
        /// The key.
        key: String,
    },
    /// Gives a claimed key back; nobody else may claim it before `until`.
    Release {
        /// Kind of key.
        kind: &'static str,
        /// The key.
        key: String,
        /// End of the quarantine.
        until: Timestamp,
    },
    /// Files the stream under a key that many may share: a person's lines.
    Link {
        /// Kind of key: `person`.
        kind: &'static str,
        /// The key.
        key: String,
    },
    /// Takes the stream out from under a shared key.
    Unlink {
        /// Kind of key.
        kind: &'static str,
        /// The key.
        key: String,
    },
}

//! What a reaction is, and what comes of it.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use vigie_clock::{Timestamp, derived_id};

use crate::event::RecordedEvent;

/// Event in → command out.
#[async_trait]
pub trait Reaction: Send + Sync + 'static {
    /// Its name in request ids, metrics and logs, for ever: `notices.mail`.
    const NAME: &'static str;

    /// With so many effects decided and not finished the cursor waits.
    const QUEUE_MAX: i64 = 10_000;

    /// What is to be done. Stored as JSON until it is done.
    type Command: Serialize + DeserializeOwned + Send + Sync;

    /// What an event leads to, in order; most events lead to nothing. Pure: the same event gives the same commands.
    fn decide(event: &RecordedEvent) -> Result<Vec<Self::Command>, Unreadable>;

    /// The command that gives an effect up together with what it is about, where that is more than the effect: `vigie notice
    /// drop`. Nobody gives up the effect alone then.
    fn gives_up_with(_effect: &Effect) -> Option<&'static str> {
        None
    }

    /// Does it, under [`Effect::request_id`]: at every attempt the same, so that the receiver does it once. Runs in the span
    /// of the effect, which continues the event's trace. Dropped when it takes longer than [`Options::timeout`].
    ///
    /// [`Options::timeout`]: super::Options::timeout
    async fn carry_out(&self, command: &Self::Command, effect: &Effect) -> Outcome;
}

/// Why an event cannot be read. Its stream is parked (rule 23). Names no person: it is logged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(
    /// For whoever looks at the dead letter.
    pub String,
);

/// How an attempt ended. A reason is for people and names none of them: it is kept and logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// It is not done, and may be when tried again.
    Failed(String),
    /// Nobody knows whether it is done: no answer came. It is tried again.
    Unknown(String),
    /// It is not done, and trying again would not help: it waits for a person.
    Refused(String),
}

/// Something that is to be done because of an event, as it stood when it was read.
#[derive(Clone, PartialEq, Eq)]
pub struct Effect {
    /// The same at every attempt: made of the reaction's name, the event's id and `ordinal`.
    pub request_id: Uuid,
    /// The stream of the event. Effects of one stream are carried out in its order.
    pub stream_id: Uuid,
    /// The event's version in its stream.
    pub stream_version: i64,
    /// Its place among what that event leads to, from 0.
    pub ordinal: i64,
    /// The event.
    pub event_id: Uuid,
    /// The event's type.
    pub event_type: String,
    /// The event's position in the log.
    pub position: i64,
    /// When the event was recorded.
    pub recorded_at: Timestamp,
    /// How old the event was when this was read.
    pub age: Duration,
    /// The event's trace context.
    pub traceparent: Option<String>,
    /// The command as JSON. May name persons.
    pub command: Vec<u8>,
    /// Attempts begun, this one included; 1 at the first.
    pub attempts: i64,
    /// An earlier attempt may have had its effect: its end was never recorded, or the answer never came.
    pub maybe_done: bool,
    /// Why the latest attempt failed, or why it waits.
    pub why: Option<String>,
}

impl fmt::Debug for Effect {
    /// Without the command: logs name no person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Effect")
            .field("request_id", &self.request_id)
            .field("stream_id", &self.stream_id)
            .field("stream_version", &self.stream_version)
            .field("ordinal", &self.ordinal)
            .field("event_type", &self.event_type)
            .field("attempts", &self.attempts)
            .field("maybe_done", &self.maybe_done)
            .field("why", &self.why)
            .finish_non_exhaustive()
    }
}

/// The request id of what an event leads to, the `ordinal`-th from 0.
pub(super) fn request_id(reaction: &str, event_id: Uuid, ordinal: usize) -> Uuid {
    derived_id(event_id, &format!("{reaction} {ordinal}"))
}

#[cfg(test)]
impl Effect {
    /// Of the first event of a stream; not tried yet.
    pub(super) fn of_first_event() -> Self {
        Self {
            request_id: Uuid::from_u128(1),
            stream_id: Uuid::from_u128(2),
            stream_version: 1,
            ordinal: 0,
            event_id: Uuid::from_u128(3),
            event_type: "test.thing.happened.v1".to_owned(),
            position: 1,
            recorded_at: Timestamp::default(),
            age: Duration::ZERO,
            traceparent: None,
            command: Vec::new(),
            attempts: 0,
            maybe_done: false,
            why: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_id_is_of_one_reaction_one_event_and_one_place_for_ever() {
        let event_id = Uuid::from_u128(7);
        let first = request_id("notices.mail", event_id, 0);
        assert_eq!(
            first.to_string(),
            "2525fb73-7ac9-53e8-8ae8-06eaa12d48c3",
            "released: receivers have seen it"
        );
        assert_ne!(first, request_id("notices.mail", event_id, 1));
        assert_ne!(first, request_id("notices.webhook", event_id, 0));
        assert_ne!(first, request_id("notices.mail", Uuid::from_u128(8), 0));
    }
}

//! The smallest aggregate that wants to be woken.

use std::convert::Infallible;

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Context, Ids as _, SystemIds, Timestamp};
use vigie_eventlog::{Aggregate, Append, Decision, DecodeError, Due, EncodedEvent, NewEvent};

use crate::harness::text;

pub struct Alarm;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Event {
    Set(Timestamp),
    Rang,
}

impl Event {
    pub const RANG: &'static str = "bench.alarm.rang.v1";

    const SET: &'static str = "bench.alarm.set.v1";
}

impl Aggregate for Alarm {
    const KIND: &'static str = "alarm";
    type State = Option<Timestamp>;
    type Command = Timestamp;
    type Event = Event;
    type Rejection = Infallible;

    fn decide(
        state: &Option<Timestamp>,
        due: &Timestamp,
        context: &Context,
    ) -> Result<Decision<Event>, Infallible> {
        let rings = state.is_some_and(|at| at <= *due);
        Ok(Decision { events: rings.then_some(Event::Rang).into_iter().collect(), act_id: context.act_id })
    }

    fn evolve(state: &mut Option<Timestamp>, event: &Event, _: Timestamp) {
        *state = match event {
            Event::Set(at) => Some(*at),
            Event::Rang => None,
        };
    }

    fn next_due(state: &Option<Timestamp>) -> Option<Timestamp> {
        *state
    }

    fn wake(due: Timestamp) -> Timestamp {
        due
    }

    fn encode(event: &Event) -> Result<EncodedEvent, serde_json::Error> {
        let event_type = match event {
            Event::Set(_) => Event::SET,
            Event::Rang => Event::RANG,
        };
        let account_id = Uuid::from_u128(0xacc);
        Ok(EncodedEvent { event_type, payload: serde_json::to_vec(event)?, account_id, act_id: None })
    }

    fn decode(event_type: &str, payload: &[u8]) -> Result<Event, DecodeError> {
        serde_json::from_slice(payload)
            .map_err(|source| DecodeError::Malformed { event_type: event_type.to_owned(), source })
    }
}

/// The first event of a new stream: an alarm for `at`.
pub fn set(stream: Uuid, at: Timestamp) -> Result<Append, String> {
    let encoded = Alarm::encode(&Event::Set(at)).map_err(text)?;
    let event = NewEvent {
        event_id: SystemIds.next(),
        event_type: encoded.event_type.to_owned(),
        account_id: encoded.account_id,
        occurred_at: None,
        actor: "bench".to_owned(),
        on_behalf_of: None,
        channel: "API".to_owned(),
        request_id: None,
        act_id: None,
        traceparent: None,
        payload: encoded.payload,
    };
    Ok(Append { due: Due::Set(Some(at)), ..Append::new(stream, Alarm::KIND, 0, vec![event]) })
}

//! Events and checkpoints between the log and the wire.
//!
//! What is absent in the log is empty on the wire, and empty means absent on the way back. An event that held an empty text
//! where it should hold none would come out otherwise chained, and be refused.

use prost_types::Timestamp as WireTime;
use uuid::Uuid;
use vigie_chassis::error::{Error, Reason};
use vigie_clock::Timestamp;
use vigie_eventlog::{Checkpoint, Hash, RecordedEvent};
use vigie_proto::log as wire;

pub(crate) fn time(at: Timestamp) -> WireTime {
    let micros = at.as_micros();
    let nanos = i32::try_from(micros.rem_euclid(1_000_000) * 1000).unwrap_or(0);
    WireTime { seconds: micros.div_euclid(1_000_000), nanos }
}

fn time_from(wire: Option<WireTime>) -> Option<Timestamp> {
    let WireTime { seconds, nanos } = wire?;
    let micros = seconds.checked_mul(1_000_000)?.checked_add(i64::from(nanos / 1_000))?;
    Some(Timestamp::from_micros(micros))
}

pub(crate) fn checkpoint(checkpoint: Checkpoint) -> wire::Checkpoint {
    let Checkpoint { incarnation, position, hash } = checkpoint;
    wire::Checkpoint { incarnation, position, hash: hash.0.to_vec() }
}

pub(crate) fn checkpoint_from(wire: Option<wire::Checkpoint>) -> Result<Option<Checkpoint>, Error> {
    let Some(wire::Checkpoint { incarnation, position, hash }) = wire else {
        return Ok(Some(Checkpoint::START));
    };
    if position < 0 {
        return Err(Error::new(Reason::InvalidArgument, "a position is 0 or more")
            .field("after.position", "negative"));
    }
    if position == 0 {
        return Ok(Some(Checkpoint::START));
    }
    if hash.is_empty() {
        return Ok(None);
    }
    let hash = hash.try_into().map(Hash).map_err(|_| {
        Error::new(Reason::InvalidArgument, "a hash has 32 bytes").field("after.hash", "wrong length")
    })?;
    Ok(Some(Checkpoint { incarnation, position, hash }))
}

pub(crate) fn event(event: RecordedEvent) -> wire::Event {
    let text = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    wire::Event {
        position: event.position,
        event_id: event.event_id.to_string(),
        shard: event.shard,
        incarnation: event.incarnation,
        stream_id: event.stream_id.to_string(),
        stream_version: event.stream_version,
        r#type: event.event_type,
        account_id: event.account_id.to_string(),
        recorded_at: Some(time(event.recorded_at)),
        occurred_at: Some(time(event.occurred_at)),
        actor: event.actor,
        on_behalf_of: event.on_behalf_of.unwrap_or_default(),
        channel: event.channel,
        request_id: text(event.request_id),
        act_id: text(event.act_id),
        traceparent: event.traceparent.unwrap_or_default(),
        payload: event.payload,
        hash: event.hash.0.to_vec(),
    }
}

/// The event as it is in the log; `None` if it cannot be one.
pub(crate) fn event_from(wire: wire::Event) -> Option<RecordedEvent> {
    let text = |text: String| Some(text).filter(|text| !text.is_empty());
    let id = |text: String| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) };
    Some(RecordedEvent {
        position: wire.position,
        event_id: wire.event_id.parse().ok()?,
        shard: wire.shard,
        incarnation: wire.incarnation,
        stream_id: wire.stream_id.parse().ok()?,
        stream_version: wire.stream_version,
        event_type: wire.r#type,
        account_id: wire.account_id.parse().ok()?,
        recorded_at: time_from(wire.recorded_at)?,
        occurred_at: time_from(wire.occurred_at)?,
        actor: wire.actor,
        on_behalf_of: text(wire.on_behalf_of),
        channel: wire.channel,
        request_id: id(wire.request_id)?,
        act_id: id(wire.act_id)?,
        traceparent: text(wire.traceparent),
        payload: wire.payload,
        hash: Hash(wire.hash.try_into().ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded() -> RecordedEvent {
        RecordedEvent {
            position: 7,
            event_id: Uuid::from_u128(1),
            shard: 0,
            incarnation: 2,
            stream_id: Uuid::from_u128(2),
            stream_version: 3,
            event_type: "vigie.line.line_registered.v1".to_owned(),
            account_id: Uuid::from_u128(4),
            recorded_at: Timestamp::from_micros(1_795_325_246_123_456),
            occurred_at: Timestamp::from_micros(-1),
            actor: "somebody".to_owned(),
            on_behalf_of: None,
            channel: "API".to_owned(),
            request_id: Some(Uuid::from_u128(5)),
            act_id: None,
            traceparent: Some("00-1-2-01".to_owned()),
            payload: br#"{"a":  1.0}"#.to_vec(),
            hash: Hash([9; 32]),
        }
    }

    #[test]
    fn an_event_comes_back_from_the_wire_as_it_was() {
        assert_eq!(event_from(event(recorded())), Some(recorded()));
    }

    #[test]
    fn what_is_no_event_is_none() {
        let broken: [fn(&mut wire::Event); 4] = [
            |event| event.event_id.clear(),
            |event| event.act_id = "7".to_owned(),
            |event| event.recorded_at = None,
            |event| event.hash.truncate(31),
        ];
        for (index, garble) in broken.into_iter().enumerate() {
            let mut garbled = event(recorded());
            garble(&mut garbled);
            assert_eq!(event_from(garbled), None, "{index}");
        }
    }
}

//! Events and checkpoints between the log and the wire.

use prost_types::Timestamp as WireTime;
use vigie_chassis::error::{Error, Reason};
use vigie_clock::Timestamp;
use vigie_eventlog::{Checkpoint, Hash, RecordedEvent};
use vigie_proto::log as wire;

pub(crate) fn time(at: Timestamp) -> WireTime {
    let micros = at.as_micros();
    let nanos = i32::try_from(micros.rem_euclid(1_000_000) * 1000).unwrap_or(0);
    WireTime { seconds: micros.div_euclid(1_000_000), nanos }
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
    let text = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
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

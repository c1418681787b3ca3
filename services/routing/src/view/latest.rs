//! Of several events of a stream the latest makes the row.

use std::collections::BTreeMap;

use uuid::Uuid;
use vigie_eventlog::{Aggregate, RecordedEvent};

/// The events of `A` among `events`, whose types begin with `prefix`, in their order. One that this build cannot read is
/// left out: the stream's next event, which shows all of it, heals its row; until then it is as it was.
pub(super) fn events_of<'a, A: Aggregate>(
    prefix: &'static str,
    events: &'a [RecordedEvent],
) -> impl Iterator<Item = (A::Event, &'a RecordedEvent)> {
    let own = events.iter().filter(move |recorded| recorded.event_type.starts_with(prefix));
    own.filter_map(|recorded| match A::decode(&recorded.event_type, &recorded.payload) {
        Ok(event) => Some((event, recorded)),
        Err(error) => {
            // The decoder's own words may quote the payload.
            tracing::error!(
                position = recorded.position,
                event_id = %recorded.event_id,
                stream_id = %recorded.stream_id,
                event_type = recorded.event_type,
                "event cannot be read; its row is shown as it was: {error}"
            );
            None
        }
    })
}

/// One event per stream: the one of the highest version.
pub(super) fn latest_of<'a, A: Aggregate>(
    prefix: &'static str,
    events: &'a [RecordedEvent],
) -> impl Iterator<Item = (A::Event, &'a RecordedEvent)> {
    let mut latest: BTreeMap<Uuid, (A::Event, &'a RecordedEvent)> = BTreeMap::new();
    for (event, recorded) in events_of::<A>(prefix, events) {
        let is_newer = latest
            .get(&recorded.stream_id)
            .is_none_or(|(_, known)| known.stream_version < recorded.stream_version);
        if is_newer {
            latest.insert(recorded.stream_id, (event, recorded));
        }
    }
    latest.into_values()
}

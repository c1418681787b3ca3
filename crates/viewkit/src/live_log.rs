//! The real event log, written by a script.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;
use vigie_clock::{Ids, ManualClock, SeededIds};
use vigie_eventlog::{Append, EventLog, NewEvent, Options};

use crate::{Engine, Place, START, Script};

/// An event log in a place of its own, with a clock that is set by what is appended.
pub struct LiveLog {
    /// The log.
    pub log: EventLog,
    clock: Arc<ManualClock>,
    ids: Arc<SeededIds>,
    _place: Place,
}

impl LiveLog {
    /// An empty log.
    pub async fn open(engine: Engine) -> Self {
        let place = Place::on(engine, "lines").await;
        let clock = Arc::new(ManualClock::at(START));
        let ids = Arc::new(SeededIds::new(5));
        let log = EventLog::open(Options::new(place.location.clone()), clock.clone(), ids.clone()).await;
        Self { log: log.unwrap(), clock, ids, _place: place }
    }

    /// Appends what the script says, each event at its own instant. Gives their ids in this log.
    pub async fn append(&self, script: &Script) -> Vec<Uuid> {
        let mut event_ids = Vec::new();
        for event in &script.events {
            self.clock.set(event.recorded_at);
            let event_id = self.ids.next();
            event_ids.push(event_id);
            let copy = NewEvent {
                event_id,
                event_type: event.event_type.clone(),
                account_id: event.account_id,
                occurred_at: None,
                actor: event.actor.clone(),
                on_behalf_of: None,
                channel: event.channel.clone(),
                request_id: None,
                act_id: event.act_id,
                traceparent: None,
                payload: event.payload.clone(),
            };
            let append = Append::new(event.stream_id, "line", event.stream_version - 1, vec![copy]);
            let appended = self.log.append(Append { not_before: event.recorded_at, ..append });
            appended.await.unwrap();
        }
        event_ids
    }

    /// Closes the log.
    pub async fn close(&self) {
        self.log.close(Instant::now() + Duration::from_secs(5)).await;
    }
}

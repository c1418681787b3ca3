use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;
use uuid::Uuid;
use vigie_clock::{Ids, SystemIds};
use vigie_eventlog::{Append, EventLog, NewEvent};

pub(crate) fn id() -> Uuid {
    SystemIds.next()
}

pub(crate) fn event(event_type: &str) -> NewEvent {
    NewEvent {
        event_id: id(),
        event_type: event_type.to_owned(),
        account_id: Uuid::from_u128(7),
        occurred_at: None,
        actor: "tester".to_owned(),
        on_behalf_of: None,
        channel: "API".to_owned(),
        request_id: None,
        act_id: None,
        traceparent: None,
        payload: br#"{"state":  {"n": 1.0}}"#.to_vec(),
    }
}

pub(crate) fn append(stream_id: Uuid, expected_version: i64, events: Vec<NewEvent>) -> Append {
    Append::new(stream_id, "thing", expected_version, events)
}

/// Appends `count` events of the entity to each of `streams` new streams, in turn.
pub(crate) async fn appended(log: &EventLog, entity: &str, streams: usize, count: i64) -> Vec<Uuid> {
    let streams: Vec<_> = (0..streams).map(|_| id()).collect();
    for version in 0..count {
        for stream in &streams {
            let event = event(&format!("vigie.{entity}.happened.v1"));
            log.append(append(*stream, version, vec![event])).await.unwrap();
        }
    }
    streams
}

/// Somebody who appends to eight streams, about 400 events a second, and counts how long each append took.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    clients: Vec<JoinHandle<Duration>>,
}

pub(crate) fn load(log: &EventLog, entity: &str) -> Load {
    let stop = Arc::new(AtomicBool::new(false));
    let event_type = format!("vigie.{entity}.happened.v1");
    let client = |_| {
        let (log, stop, event_type) = (log.clone(), stop.clone(), event_type.clone());
        tokio::spawn(async move {
            let (stream, mut slowest) = (id(), Duration::ZERO);
            for version in 0.. {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let asked = Instant::now();
                log.append(append(stream, version, vec![event(&event_type)])).await.unwrap();
                slowest = slowest.max(asked.elapsed());
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            slowest
        })
    };
    let clients = (0..8).map(client).collect();
    Load { stop, clients }
}

impl Load {
    /// Stops, and answers how long the slowest append took. None failed.
    pub(crate) async fn stop(self) -> Duration {
        self.stop.store(true, Ordering::Relaxed);
        let mut slowest = Duration::ZERO;
        for client in self.clients {
            slowest = slowest.max(client.await.unwrap());
        }
        slowest
    }
}

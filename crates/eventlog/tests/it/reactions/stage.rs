//! A log, a place for a reaction to it, and helpers that wait.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use uuid::Uuid;
use vigie_clock::{Clock, SystemClock, Timestamp};
use vigie_eventlog::reaction::{Effect, Error, Options, Reaction, Reactor, Ruling};
use vigie_eventlog::view::{Feed, Retry};
use vigie_eventlog::{Append, Checkpoint, Database, EventLog, Location, RecordedEvent};

use super::receiver::{Receiver, SAID, Speaker};
use crate::support::{Place, append, later};

/// What a reaction's table says of an effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) request_id: Uuid,
    pub(super) state: String,
    pub(super) attempts: i64,
    pub(super) maybe_done: bool,
    pub(super) has_command: bool,
}

pub(super) struct Stage {
    pub(super) log: EventLog,
    /// Where the log is.
    pub(super) place: Place,
    /// Where the reaction is.
    pub(super) own_place: Place,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) receiver: Arc<Receiver>,
}

/// A stage whose log nobody has open.
pub(super) struct Closed {
    pub(super) place: Place,
    pub(super) own_place: Place,
    clock: Arc<dyn Clock>,
    receiver: Arc<Receiver>,
}

impl Closed {
    pub(super) async fn open(self) -> Stage {
        let Self { place, own_place, clock, receiver } = self;
        Stage { log: place.open_at(clock.clone()).await, place, own_place, clock, receiver }
    }
}

impl Stage {
    pub(super) async fn open(place: Place) -> Self {
        Self::open_at(place, Arc::new(SystemClock)).await
    }

    pub(super) async fn open_at(place: Place, clock: Arc<dyn Clock>) -> Self {
        let log = place.open_at(clock.clone()).await;
        let own_place = match &place.location {
            Location::Sqlite(_) => Place::new(place.engine()),
            Location::Postgres { url, .. } => Place::at(url),
        };
        Self { log, place, own_place, clock, receiver: Arc::default() }
    }

    /// Closes the log, of which nobody else has a clone any more.
    pub(super) async fn close(self) -> Closed {
        let Self { log, place, own_place, clock, receiver } = self;
        log.close(later(5000)).await;
        Closed { place, own_place, clock, receiver }
    }

    /// From the log's beginning, with pauses that a test can wait for.
    pub(super) fn options(&self) -> Options {
        Options {
            retry: Retry { min: Duration::from_millis(5), max: Duration::from_millis(20) },
            ..Options::new(self.own_place.location.clone(), Checkpoint::START)
        }
    }

    pub(super) async fn speaker(&self, options: Options) -> Reactor<Speaker> {
        self.reactor(Speaker(self.receiver.clone()), options, Arc::new(self.log.clone())).await
    }

    pub(super) async fn reactor<R: Reaction>(
        &self,
        reaction: R,
        options: Options,
        feed: Arc<dyn Feed>,
    ) -> Reactor<R> {
        Reactor::open(reaction, options, feed, self.clock.clone()).await.unwrap()
    }

    pub(super) async fn say(&self, stream_id: Uuid, version: i64, texts: &[&str]) -> RecordedEvent {
        let appended = self.log.append(said(stream_id, version, texts)).await.unwrap();
        RecordedEvent::clone(&appended.events[0])
    }

    /// All effects, in order.
    pub(super) async fn records(&self) -> Vec<Record> {
        let sql = "SELECT request_id, state, attempts, maybe_done, command IS NOT NULL FROM effects \
                   ORDER BY position, ordinal";
        let rows = self.own_database().await.query(sql, &[]).await.unwrap();
        let records = rows.iter().map(|row| Record {
            request_id: row.uuid(0).unwrap(),
            state: row.text(1).unwrap(),
            attempts: row.i64(2).unwrap(),
            maybe_done: row.bool(3).unwrap(),
            has_command: row.bool(4).unwrap(),
        });
        records.collect()
    }

    pub(super) async fn own_database(&self) -> Database {
        self.own_place.database().await
    }

    /// Waits until there are effects, and all of them are in one of `states`.
    pub(super) async fn until_all(&self, count: usize, states: &[&str]) -> Vec<Record> {
        let end = Instant::now() + Duration::from_secs(30);
        let database = self.own_database().await;
        loop {
            let rows = database.query("SELECT state FROM effects", &[]).await.unwrap();
            let is_there = |state: String| states.contains(&state.as_str());
            if rows.len() >= count && rows.iter().all(|row| is_there(row.text(0).unwrap())) {
                database.close().await;
                return self.records().await;
            }
            assert!(Instant::now() < end, "not all of {count} are {states:?}: {:?}", self.records().await);
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until the receiver has heard of `count` attempts.
    pub(super) async fn until_heard(&self, count: usize) {
        let end = Instant::now() + Duration::from_secs(30);
        while self.receiver.heard().len() < count {
            assert!(Instant::now() < end, "not {count}: {:?}", self.receiver.heard());
            sleep(Duration::from_millis(5)).await;
        }
    }
}

pub(super) fn said(stream_id: Uuid, version: i64, texts: &[&str]) -> Append {
    let mut append = append(stream_id, version, 1);
    append.events[0].event_type = SAID.to_owned();
    append.events[0].payload = serde_json::to_vec(texts).unwrap();
    append
}

pub(super) fn ruling() -> Ruling {
    Ruling {
        by: "sre-1".to_owned(),
        reason: "the customer asked".to_owned(),
        at: Timestamp::from_micros(1_800_000_000_000_000),
    }
}

/// The one effect that waits.
pub(super) async fn the_one_that_waits<R: Reaction>(reactor: &Reactor<R>) -> Effect {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        let waiting = reactor.waiting((0, 0), 10).await.unwrap();
        if let [effect] = waiting.as_slice() {
            return effect.clone();
        }
        assert!(Instant::now() < end, "there wait {waiting:?}");
        sleep(Duration::from_millis(10)).await;
    }
}

/// A reaction that runs.
pub(super) struct Running {
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), Error>>,
}

impl Running {
    pub(super) fn start<R: Reaction>(reactor: &Reactor<R>) -> Self {
        let (stop, stopped) = oneshot::channel();
        let reactor = reactor.clone();
        let task = tokio::spawn(async move {
            reactor
                .run(async {
                    let _ = stopped.await;
                })
                .await
        });
        Self { stop, task }
    }

    /// Tells it to stop, and waits until it has.
    pub(super) async fn stop(self) {
        let _ = self.stop.send(());
        self.task.await.unwrap().unwrap();
    }

    /// As a crash does: everything under way is lost.
    pub(super) async fn abort(self) {
        self.task.abort();
        let _ = self.task.await;
    }

    /// Waits until it ends by itself.
    pub(super) async fn ended(self) -> Error {
        tokio::time::timeout(Duration::from_secs(20), self.task).await.unwrap().unwrap().unwrap_err()
    }
}

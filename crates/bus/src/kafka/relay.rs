//! Carries a log to Kafka, in order, one process at a time (rules 19–21).
//!
//! Two lanes: every event goes to the events topic as soon as it is recorded; what is there goes to the state topics of what
//! it is about, in one transaction ten times a second; and then the cursor moves.
//!
//! Whoever holds the lease initialises the transactions, which fences the relay before it, *then* renews the lease, and
//! only then publishes. So a relay that was frozen at any point either cannot renew, or its transactions are refused.

use std::time::Duration;

use futures::future::{Fuse, FusedFuture as _, FutureExt as _};
use futures::stream::{FuturesOrdered, StreamExt as _};
use opentelemetry::KeyValue;
use opentelemetry::trace::SpanKind;
use rdkafka::ClientConfig;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use vigie_eventlog::trace::Spans;
use vigie_eventlog::{Checkpoint, Database, DatabaseOptions, EventLog, Location, MigrationText, kill_point};

use super::batches::{Batch, Batches};
use super::error::Outlook;
use super::events_lane::{EventsLane, UNDER_WAY_MAX};
use super::lag::Lag;
use super::lease::{Lease, Place};
use super::pending::Pending;
use super::state_lane::{Patience, StateLane};
use super::{Error, Options, admin};
use crate::Topics;

/// The relay's table, in the schema of the log itself.
pub const MIGRATIONS: &[MigrationText] = &[MigrationText {
    version: 1001,
    description: "relay",
    postgres: include_str!("../../migrations/postgres/1001_relay.sql"),
    sqlite: include_str!("../../migrations/sqlite/1001_relay.sql"),
}];

/// The shard of every log until one is split.
const SHARD: i32 = 0;

/// How long Kafka may take for anything but records: to make a topic, to begin or end a transaction.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// Opens the database of the log at `location` for its relay. `owner_url` as for the log itself.
///
/// # Errors
/// When the database refuses or cannot be reached.
pub async fn open_database(location: Location, owner_url: Option<&str>) -> Result<Database, Error> {
    // On SQLite a commit that waits for the disk would hold up the log's own; a lost one is repeated.
    let options = DatabaseOptions { connections_max: 2, durable: false, ..DatabaseOptions::new(location) };
    Ok(Database::open_migrated(&options, owner_url, MIGRATIONS).await?)
}

pub(super) fn place_name(topics: &Topics) -> String {
    format!("{}-{SHARD}", topics.context())
}

/// Whoever comes later under the same id fences whoever came before.
pub(super) fn transactional_id(topics: &Topics) -> String {
    format!("vigie-relay-{}", place_name(topics))
}

/// What a relay does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It has not found out yet.
    Starting,
    /// Another process carries the log; this one takes over when that one shows no sign of life.
    Standby,
    /// It carries the log.
    Leading {
        /// Grows each time that the relay changes hands.
        epoch: i64,
    },
    /// It tries again and again: what stops it may pass by itself.
    Waiting {
        /// What stops it.
        why: String,
    },
    /// It waits for a person.
    Stopped {
        /// Why, and what to do about it.
        why: String,
    },
}

/// Carries a log to Kafka.
#[derive(Debug)]
pub struct Relay;

impl Relay {
    /// Starts carrying `log`, whose database is `database` (see [`open_database`]), to `topics`. Kafka need not be there:
    /// the relay waits for it, and nothing else does.
    ///
    /// # Errors
    /// When the configuration contradicts itself.
    pub fn start(
        options: Options,
        topics: Topics,
        log: EventLog,
        database: Database,
    ) -> Result<Handle, Error> {
        let name = place_name(&topics);
        let fenced = options.fenced_producer(&transactional_id(&topics))?;
        let (client, gapless) = (options.client()?, options.gapless_producer()?);
        let stop = CancellationToken::new();
        let state = watch::Sender::new(State::Starting);
        let states = state.subscribe();
        let task = Task {
            lag: Lag::new(topics.context(), log.clock().clone()),
            holder: log.ids().next(),
            place: Place { database, name },
            topics_ensured: false,
            stop: stop.clone(),
            failures: 0,
            options,
            client,
            fenced,
            gapless,
            topics,
            log,
            state,
        };
        Ok(Handle { task: tokio::spawn(task.run()), stop, states })
    }
}

/// A relay on its way. Dropped, it stops as soon as it can.
#[derive(Debug)]
pub struct Handle {
    task: JoinHandle<()>,
    stop: CancellationToken,
    states: watch::Receiver<State>,
}

impl Handle {
    /// What it does.
    pub fn state(&self) -> State {
        self.states.borrow().clone()
    }

    /// Follows [`state`](Self::state).
    pub fn states(&self) -> watch::Receiver<State> {
        self.states.clone()
    }

    /// Ends what is under way, gives the lease back, and closes; bounded by `deadline`. What is not on Kafka by then, the
    /// next relay carries there.
    pub async fn shutdown(mut self, deadline: Instant) {
        self.stop.cancel();
        if tokio::time::timeout_at(deadline, &mut self.task).await.is_err() {
            tracing::warn!("the relay did not finish in time");
            self.task.abort();
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

struct Task {
    options: Options,
    client: ClientConfig,
    fenced: ClientConfig,
    gapless: ClientConfig,
    topics: Topics,
    log: EventLog,
    place: Place,
    holder: Uuid,
    state: watch::Sender<State>,
    stop: CancellationToken,
    lag: Lag,
    topics_ensured: bool,
    /// In a row.
    failures: u32,
}

impl Task {
    async fn run(mut self) {
        let (log, place) = (self.log.clone(), self.place.clone());
        let lag = Lag::clone(&self.lag);
        tokio::select! {
            () = self.carry() => {}
            never = lag.watch(&log, &place) => match never {},
        }
        self.place.database.close().await;
    }

    /// Carries whenever it is this process' turn, until it is asked to stop or a person is needed.
    async fn carry(&mut self) {
        loop {
            let Err(error) = self.take_turn().await else { return };
            match error.outlook() {
                Outlook::Final => return self.stop_for_good(&error),
                Outlook::Contended => tracing::info!(relay = self.place.name, "{error}"),
                Outlook::Passing => {
                    let pause = self.wait_after(&error);
                    tokio::select! {
                        () = tokio::time::sleep(pause) => {}
                        () = self.stop.cancelled() => return,
                    }
                }
            }
        }
    }

    /// Waits for the lease and carries under it. `Ok` when it was asked to stop.
    async fn take_turn(&mut self) -> Result<(), Error> {
        let stop = self.stop.clone();
        let lease = tokio::select! {
            lease = self.lease() => lease?,
            () = stop.cancelled() => return Ok(()),
        };
        let ended = lease.keeping(self.carry_under(&lease)).await;
        self.lag.leads_no_more();
        if !matches!(ended, Err(Error::LeaseLost)) {
            // Where this process cannot reach Kafka, another one may.
            lease.release().await;
        }
        ended
    }

    async fn lease(&self) -> Result<Lease, Error> {
        loop {
            if let Some(lease) = self.place.take(self.holder, self.options.lease_ttl()).await? {
                return Ok(lease);
            }
            self.state.send_replace(State::Standby);
            tokio::time::sleep(self.options.lease_ttl() / 3).await;
        }
    }

    async fn carry_under(&mut self, lease: &Lease) -> Result<(), Error> {
        let stop = self.stop.clone();
        let (events, state) = tokio::select! {
            lanes = self.connect() => lanes?,
            () = stop.cancelled() => return Ok(()),
        };
        self.topics_ensured = true;
        // Whoever took the lease while we connected was fenced by us: it must not be that it was to carry, and not we.
        lease.renew().await?;
        let cursor = lease.cursor;
        self.check(cursor).await?;
        self.lag.leads(lease.epoch);
        self.state.send_replace(State::Leading { epoch: lease.epoch });
        tracing::info!(
            relay = self.place.name,
            epoch = lease.epoch,
            after = cursor.position,
            "carrying to Kafka"
        );

        let Options { batch_events_max, batch_bytes_max, .. } = self.options;
        let mut batches = Batches::new(self.log.subscribe(cursor), batch_events_max, batch_bytes_max);
        let many = |bound: usize| bound.saturating_mul(UNDER_WAY_MAX);
        let mut pending = Pending::new(many(batch_events_max), many(batch_bytes_max));
        let mut under_way = FuturesOrdered::new();
        let mut next_show_at = Instant::now();
        let showing = Fuse::terminated();
        tokio::pin!(showing);
        loop {
            let stopping = stop.is_cancelled();
            let idle = under_way.is_empty() && showing.is_terminated();
            if stopping && idle && pending.is_empty() {
                return Ok(());
            }
            let has_room = under_way.len() < UNDER_WAY_MAX && !pending.is_full() && !stopping;
            let show_at = if pending.is_full() || stopping { Instant::now() } else { next_show_at };
            tokio::select! {
                batch = batches.next(), if has_room => under_way.push_back(self.publish(&events, batch?)),
                Some(published) = under_way.next(), if !under_way.is_empty() => {
                    let batch: Batch = published?;
                    self.lag.published(batch.events.len());
                    pending.take_in(batch, &self.topics);
                }
                () = tokio::time::sleep_until(show_at), if showing.is_terminated() && !pending.is_empty() => {
                    showing.set(show(&state, lease, pending.take()).fuse());
                    next_show_at = Instant::now() + self.options.state_every();
                }
                shown = &mut showing, if !showing.is_terminated() => {
                    shown?;
                    self.recovered();
                }
                () = stop.cancelled(), if !stopping => {}
            }
        }
    }

    async fn connect(&self) -> Result<(EventsLane, StateLane), Error> {
        if !self.topics_ensured {
            let topics = self.topics.all();
            admin::ensure(self.client.clone(), topics, self.options.replication_factor, ANSWER_MAX).await?;
        }
        let delivery_max = self.options.delivery_timeout();
        let incarnation = self.log.head().await?.incarnation;
        let patience = Patience { answer_max: ANSWER_MAX, delivery_max };
        let state =
            StateLane::connect(self.fenced.clone(), self.topics.clone(), incarnation, patience).await?;
        Ok((EventsLane::open(&self.gapless, &self.topics, delivery_max)?, state))
    }

    /// Refuses a cursor that is not in the log's past (rule 13). A restored log has lost it.
    async fn check(&self, cursor: Checkpoint) -> Result<(), Error> {
        if cursor.position > 0 {
            return Ok(self.log.check(&cursor).await?);
        }
        match self.log.head().await?.incarnation {
            // Somebody who compared the topics with the log says so by its incarnation.
            incarnation @ 2.. if cursor.incarnation < incarnation => Err(Error::Restored { incarnation }),
            _ => Ok(()),
        }
    }

    fn publish(
        &self,
        events: &EventsLane,
        batch: Batch,
    ) -> impl Future<Output = Result<Batch, Error>> + use<> {
        let about = [
            KeyValue::new("messaging.system", "kafka"),
            KeyValue::new("messaging.destination.name", self.topics.events().name),
        ];
        let mut spans = Spans::begin("relay.publish", SpanKind::Producer, &about, &batch.events);
        let published = events.publish(batch);
        async move { published.await.inspect_err(|_| spans.failed()) }
    }

    fn recovered(&mut self) {
        if self.failures > 0 {
            tracing::info!(relay = self.place.name, failures = self.failures, "carrying to Kafka again");
            self.failures = 0;
        }
    }

    /// Says what is wrong, the first time and at each doubling of the tries, and answers how long to wait.
    fn wait_after(&mut self, error: &Error) -> Duration {
        let (min, max) = (self.options.retry_min(), self.options.retry_max());
        let pause = min.saturating_mul(1 << self.failures.min(20)).min(max);
        self.failures = self.failures.saturating_add(1);
        let why = with_causes(error);
        if self.failures.is_power_of_two() {
            tracing::warn!(
                relay = self.place.name,
                tries = self.failures,
                ?pause,
                "nothing is carried to Kafka: {why}"
            );
        }
        self.state.send_replace(State::Waiting { why });
        pause
    }

    fn stop_for_good(&self, error: &Error) {
        let why = match error.advice() {
            Some(advice) => format!("{}. {advice}", with_causes(error)),
            None => with_causes(error),
        };
        tracing::error!(relay = self.place.name, "the relay stops: {why}");
        self.state.send_replace(State::Stopped { why });
    }
}

/// Brings the state topics to where the events topic is, and then the cursor.
async fn show(lane: &StateLane, lease: &Lease, batch: Option<Batch>) -> Result<(), Error> {
    let Some(Batch { events, end }) = batch else { return Ok(()) };
    if !events.is_empty() {
        lane.publish(events).await?;
    }
    kill_point("relay.after_produce");
    lease.advance(end).await
}

fn with_causes(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let message = error.to_string();
        // librdkafka's errors say what their cause says.
        if !text.contains(&message) {
            text.push_str(": ");
            text.push_str(&message);
        }
        cause = error.source();
    }
    text
}

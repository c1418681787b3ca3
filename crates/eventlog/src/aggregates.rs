//! Runs commands against aggregates: load, decide, append, answer.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use lru::LruCache;
use parking_lot::Mutex;
use tokio::time::Instant;
use uuid::Uuid;
use vigie_clock::{Context, Timestamp};

use crate::aggregate::{Aggregate, DecodeError, EncodedEvent};
use crate::append::{Append, AppendError, Due, Lease, LeaseOp, RequestKey, RequestRecord};
use crate::event::{NewEvent, RecordedEvent};
use crate::log::{EventLog, ReadError};

/// Tries against other writers of the same stream before the caller is told.
const ATTEMPTS_MAX: usize = 16;

/// Events per read when a stream is loaded.
const LOAD_PAGE: usize = 512;

/// How long taking or giving back a lease may take.
const LEASE_DEADLINE: Duration = Duration::from_secs(2);

const CACHE_SHARDS: usize = 64;

/// Streams kept folded, over all shards of the cache.
const CACHE_STREAMS_MAX: usize = 131_072;

/// Identity of a request and the hash of what it asks (rule 10).
#[derive(Clone, Debug)]
pub struct Request {
    /// Who asks what under which id.
    pub key: RequestKey,
    /// SHA-256 of the request without its id.
    pub body_hash: [u8; 32],
}

/// A command on its way to an aggregate.
#[derive(Clone, Debug)]
pub struct Order<C> {
    /// The stream.
    pub stream_id: Uuid,
    /// What is asked.
    pub command: C,
    /// When, by whom, through which door.
    pub context: Context,
    /// For commands from outside.
    pub request: Option<Request>,
    /// Overtakes what is not urgent.
    pub urgent: bool,
    /// After this the caller does not wait any more.
    pub deadline: Option<Instant>,
    /// Taken or settled with the append.
    pub lease: LeaseOp,
    /// The stream is believed not to exist: saves the read before the first append.
    pub is_new: bool,
    /// The timer that this order answers: it will not fire again for the same instant.
    pub wakes: Option<Timestamp>,
}

impl<C> Order<C> {
    /// An order with nothing special.
    pub fn new(stream_id: Uuid, command: C, context: Context) -> Self {
        Self {
            stream_id,
            command,
            context,
            request: None,
            urgent: false,
            deadline: None,
            lease: LeaseOp::None,
            is_new: false,
            wakes: None,
        }
    }
}

/// What a command led to. The state and version were true after the request arrived (rule 5).
#[derive(Clone, Debug)]
pub struct Outcome<S> {
    /// The state after it.
    pub state: Arc<S>,
    /// The stream's version that the state is of.
    pub version: i64,
    /// The act that was opened or joined.
    pub act_id: Uuid,
    /// What this command appended; empty for a repeat or where nothing had to change.
    pub events: Vec<Arc<RecordedEvent>>,
    /// True when the request id was known.
    pub repeated: bool,
    /// The lease, where one was asked for.
    pub lease: Option<Lease>,
}

/// Why a command did not go through.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError<R: std::fmt::Debug> {
    /// The domain refuses, in the state of `version`.
    #[error("refused at version {version}: {rejection:?}")]
    Rejected {
        /// Why.
        rejection: R,
        /// The confirmed version that it was decided on.
        version: i64,
    },
    /// The request id was used for another request.
    #[error("the request id was used before with another body")]
    RequestIdReused,
    /// The append failed.
    #[error(transparent)]
    Append(AppendError),
    /// The log cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The stream holds an event that this build cannot read (rule 17).
    #[error("stream {stream_id} cannot be read by this build")]
    Decode {
        /// The stream.
        stream_id: Uuid,
        /// Why.
        #[source]
        source: DecodeError,
    },
    /// The event cannot be written as JSON.
    #[error("the event cannot be encoded")]
    Encode(#[source] serde_json::Error),
    /// Other writers were faster too many times.
    #[error("stream {0} changed too often meanwhile")]
    Contended(Uuid),
}

/// A stream's state at the moment its lease was asked for.
#[derive(Clone, Debug)]
pub struct Leased<S> {
    /// The state.
    pub state: Arc<S>,
    /// The version that the state is of.
    pub version: i64,
    /// The lease; `None` if its outcome is not known: treat as not granted.
    pub lease: Option<Lease>,
}

struct Loaded<S> {
    state: Arc<S>,
    version: i64,
}

impl<S> Clone for Loaded<S> {
    fn clone(&self) -> Self {
        Self { state: self.state.clone(), version: self.version }
    }
}

type Slot<S> = Arc<tokio::sync::Mutex<Option<Loaded<S>>>>;

/// The streams used last, each with its slot.
type Shard<S> = Mutex<LruCache<Uuid, Slot<S>>>;

/// The aggregates of one kind in one log.
pub struct Aggregates<A: Aggregate> {
    log: EventLog,
    shards: Arc<Vec<Shard<A::State>>>,
}

impl<A: Aggregate> Clone for Aggregates<A> {
    fn clone(&self) -> Self {
        Self { log: self.log.clone(), shards: self.shards.clone() }
    }
}

impl<A: Aggregate> Aggregates<A> {
    /// Aggregates over `log`.
    pub fn new(log: EventLog) -> Self {
        let capacity = NonZeroUsize::new(CACHE_STREAMS_MAX / CACHE_SHARDS).unwrap_or(NonZeroUsize::MIN);
        let shards = (0..CACHE_SHARDS).map(|_| Mutex::new(LruCache::new(capacity))).collect();
        Self { log, shards: Arc::new(shards) }
    }

    /// The log beneath.
    pub fn log(&self) -> &EventLog {
        &self.log
    }

    /// The state now, confirmed by a read that began after the call.
    pub async fn load(&self, stream_id: Uuid) -> Result<(Arc<A::State>, i64), ExecuteError<A::Rejection>> {
        let slot = self.slot(stream_id);
        let mut slot = slot.lock().await;
        let loaded = self.confirmed(stream_id, &mut slot, None).await?.0;
        Ok((loaded.state, loaded.version))
    }

    /// The state after this process' latest append or read of the stream; no I/O, `None` where nothing is cached or
    /// the stream is in work. True at some moment since then, perhaps not now: for whoever has just appended, or
    /// holds the lease since (rule 5 speaks of everybody else).
    pub fn last_known(&self, stream_id: Uuid) -> Option<(Arc<A::State>, i64)> {
        let slot = self.slot(stream_id);
        let slot = slot.try_lock().ok()?;
        slot.as_ref().map(|loaded| (loaded.state.clone(), loaded.version))
    }

    /// Takes the stream's lease if it is free, without an event. The state is the current one at that moment.
    pub async fn take_lease(
        &self,
        stream_id: Uuid,
        holder: Uuid,
        ttl: Duration,
    ) -> Result<Leased<A::State>, ExecuteError<A::Rejection>> {
        self.lease_only(stream_id, LeaseOp::Take { holder, ttl }).await
    }

    /// Gives the lease back; `AppendError::LeaseLost` if it is somebody else's by now.
    pub async fn give_back(
        &self,
        stream_id: Uuid,
        holder: Uuid,
        fence: i64,
    ) -> Result<(), ExecuteError<A::Rejection>> {
        self.lease_only(stream_id, LeaseOp::Settle { holder, fence }).await.map(|_| ())
    }

    async fn lease_only(
        &self,
        stream_id: Uuid,
        lease: LeaseOp,
    ) -> Result<Leased<A::State>, ExecuteError<A::Rejection>> {
        let slot = self.slot(stream_id);
        let mut slot = slot.lock().await;
        for _ in 0..ATTEMPTS_MAX {
            let loaded = match &*slot {
                Some(loaded) => loaded.clone(),
                None => self.catch_up(stream_id, &mut slot).await?,
            };
            let append = Append {
                stream_id,
                kind: A::KIND,
                expected_version: loaded.version,
                events: Vec::new(),
                request: None,
                due: Due::Keep,
                directory: Vec::new(),
                lease,
                urgent: true,
                deadline: Some(Instant::now() + LEASE_DEADLINE),
                not_before: Timestamp::default(),
            };
            match self.log.append(append).await {
                Ok(appended) => {
                    return Ok(Leased {
                        state: loaded.state,
                        version: loaded.version,
                        lease: appended.lease,
                    });
                }
                Err(AppendError::VersionConflict { .. }) => {
                    self.catch_up(stream_id, &mut slot).await?;
                }
                Err(error) => return Err(ExecuteError::Append(error)),
            }
        }
        Err(ExecuteError::Contended(stream_id))
    }

    /// Runs a command. Commands on one stream wait for one another in this process; against other processes the
    /// stream's version decides.
    pub async fn execute(
        &self,
        order: Order<A::Command>,
    ) -> Result<Outcome<A::State>, ExecuteError<A::Rejection>> {
        let stream_id = order.stream_id;
        let slot = self.slot(stream_id);
        let mut slot = match order.deadline {
            Some(deadline) => tokio::time::timeout_at(deadline, slot.lock_owned())
                .await
                .map_err(|_| ExecuteError::Append(AppendError::Expired))?,
            None => slot.lock_owned().await,
        };
        if slot.is_none() && order.is_new {
            *slot = Some(Loaded { state: Arc::default(), version: 0 });
        }
        for _ in 0..ATTEMPTS_MAX {
            let loaded = match &*slot {
                Some(loaded) => loaded.clone(),
                None => within(order.deadline, self.catch_up(stream_id, &mut slot)).await?,
            };
            let decision = match A::decide(&loaded.state, &order.command, &order.context) {
                Ok(decision) => decision,
                Err(rejection) => {
                    // On cached state alone nobody is refused (rule 5).
                    let key = order.request.as_ref().map(|request| &request.key);
                    let (confirmed, record) =
                        within(order.deadline, self.confirmed(stream_id, &mut slot, key)).await?;
                    if let Some(record) = record {
                        self.clear_timer(&order, &confirmed).await;
                        return self.joined(&order, &record, confirmed);
                    }
                    if confirmed.version != loaded.version {
                        continue;
                    }
                    self.clear_timer(&order, &confirmed).await;
                    return Err(ExecuteError::Rejected { rejection, version: confirmed.version });
                }
            };
            if decision.events.is_empty() && !self.must_append(&order) {
                let (confirmed, _) =
                    within(order.deadline, self.confirmed(stream_id, &mut slot, None)).await?;
                if confirmed.version != loaded.version {
                    continue;
                }
                return Ok(Outcome {
                    state: confirmed.state,
                    version: confirmed.version,
                    act_id: decision.act_id,
                    events: Vec::new(),
                    repeated: false,
                    lease: None,
                });
            }
            let append = self.append_for(&order, &loaded, &decision.events, decision.act_id)?;
            match self.log.append(append).await {
                Ok(appended) => {
                    let state = if appended.events.is_empty() {
                        loaded.state
                    } else {
                        let mut state = (*loaded.state).clone();
                        for (event, row) in decision.events.iter().zip(&appended.events) {
                            A::evolve(&mut state, event, row.recorded_at);
                        }
                        Arc::new(state)
                    };
                    *slot = Some(Loaded { state: state.clone(), version: appended.version });
                    return Ok(Outcome {
                        state,
                        version: appended.version,
                        act_id: decision.act_id,
                        events: appended.events,
                        repeated: false,
                        lease: appended.lease,
                    });
                }
                Err(AppendError::VersionConflict { .. }) => {
                    within(order.deadline, self.catch_up(stream_id, &mut slot)).await?;
                }
                Err(AppendError::Repeated(record)) => {
                    let (confirmed, _) = within(order.deadline, self.confirmed(stream_id, &mut slot, None))
                        .await
                        .map_err(|error| match error {
                            // Something did happen, at the first time: only what, is not known in time.
                            ExecuteError::Append(AppendError::Expired) => {
                                ExecuteError::Append(AppendError::OutcomeUnknown)
                            }
                            other => other,
                        })?;
                    self.clear_timer(&order, &confirmed).await;
                    return self.joined(&order, &record, confirmed);
                }
                Err(error) => {
                    // Committed or not: what is cached may be stale (rule 5).
                    *slot = None;
                    return Err(ExecuteError::Append(error));
                }
            }
        }
        Err(ExecuteError::Contended(stream_id))
    }

    /// Without events there is still a request id, a timer or a lease to write.
    fn must_append(&self, order: &Order<A::Command>) -> bool {
        order.request.is_some() || order.wakes.is_some() || order.lease != LeaseOp::None
    }

    fn joined(
        &self,
        order: &Order<A::Command>,
        record: &RequestRecord,
        confirmed: Loaded<A::State>,
    ) -> Result<Outcome<A::State>, ExecuteError<A::Rejection>> {
        let same_body = order.request.as_ref().is_some_and(|request| request.body_hash == record.body_hash);
        if !same_body || record.stream_id != order.stream_id {
            return Err(ExecuteError::RequestIdReused);
        }
        Ok(Outcome {
            state: confirmed.state,
            version: confirmed.version,
            act_id: record.act_id,
            events: Vec::new(),
            repeated: true,
            lease: None,
        })
    }

    fn append_for(
        &self,
        order: &Order<A::Command>,
        loaded: &Loaded<A::State>,
        events: &[A::Event],
        act_id: Uuid,
    ) -> Result<Append, ExecuteError<A::Rejection>> {
        let mut after = (*loaded.state).clone();
        let mut directory = Vec::new();
        let mut rows = Vec::with_capacity(events.len());
        for event in events {
            A::evolve(&mut after, event, order.context.now);
            directory.extend(A::directory(event));
            let encoded = A::encode(event).map_err(ExecuteError::Encode)?;
            rows.push(self.row(&order.context, encoded));
        }
        let due = A::next_due(&after).filter(|due| Some(*due) != order.wakes);
        let lease = match order.lease {
            LeaseOp::Take { .. } if !A::is_work_left(&after) => LeaseOp::None,
            lease => lease,
        };
        Ok(Append {
            stream_id: order.stream_id,
            kind: A::KIND,
            expected_version: loaded.version,
            events: rows,
            request: order.request.as_ref().map(|request| RequestRecord {
                key: request.key.clone(),
                body_hash: request.body_hash,
                stream_id: order.stream_id,
                act_id,
            }),
            due: if events.is_empty() && order.wakes.is_none() { Due::Keep } else { Due::Set(due) },
            directory,
            lease,
            urgent: order.urgent,
            deadline: order.deadline,
            not_before: order.context.now,
        })
    }

    fn row(&self, context: &Context, encoded: EncodedEvent) -> NewEvent {
        NewEvent {
            event_id: self.log.ids().next(),
            event_type: encoded.event_type.to_owned(),
            account_id: encoded.account_id,
            occurred_at: None,
            actor: context.actor.clone(),
            on_behalf_of: context.on_behalf_of.clone(),
            channel: context.channel.as_str().to_owned(),
            request_id: context.request_id,
            act_id: encoded.act_id,
            traceparent: context.traceparent.clone(),
            payload: encoded.payload,
        }
    }

    /// A wake without events, and one for an instant that was answered before, still clears the timer's row, or it
    /// would fire for ever.
    async fn clear_timer(&self, order: &Order<A::Command>, loaded: &Loaded<A::State>) {
        if order.wakes.is_none() {
            return;
        }
        let due = A::next_due(&loaded.state).filter(|due| Some(*due) != order.wakes);
        let append = Append {
            due: Due::Set(due),
            deadline: order.deadline,
            not_before: order.context.now,
            ..Append::new(order.stream_id, A::KIND, loaded.version, Vec::new())
        };
        if let Err(error) = self.log.append(append).await {
            tracing::warn!(%error, stream_id = %order.stream_id, "a timer could not be cleared; it fires again");
        }
    }

    /// Brings the slot to the version that the database has now, and looks for the request.
    async fn confirmed(
        &self,
        stream_id: Uuid,
        slot: &mut Option<Loaded<A::State>>,
        key: Option<&RequestKey>,
    ) -> Result<(Loaded<A::State>, Option<RequestRecord>), ExecuteError<A::Rejection>> {
        let (version, record) = self.log.confirm(stream_id, key).await?;
        match slot {
            Some(loaded) if loaded.version == version => Ok((loaded.clone(), record)),
            _ => Ok((self.catch_up(stream_id, slot).await?, record)),
        }
    }

    /// Folds what the stream holds beyond the slot.
    async fn catch_up(
        &self,
        stream_id: Uuid,
        slot: &mut Option<Loaded<A::State>>,
    ) -> Result<Loaded<A::State>, ExecuteError<A::Rejection>> {
        let loaded = slot.take().unwrap_or(Loaded { state: Arc::default(), version: 0 });
        let mut version = loaded.version;
        let mut state = (*loaded.state).clone();
        loop {
            let rows = self.log.read_stream(stream_id, version, LOAD_PAGE).await?;
            for row in &rows {
                if row.stream_version != version + 1 {
                    return Err(ReadError::Gap { expected: version + 1, found: row.stream_version }.into());
                }
                let event = A::decode(&row.event_type, &row.payload)
                    .map_err(|source| ExecuteError::Decode { stream_id, source })?;
                A::evolve(&mut state, &event, row.recorded_at);
                version = row.stream_version;
            }
            if rows.len() < LOAD_PAGE {
                break;
            }
        }
        let loaded = Loaded { state: Arc::new(state), version };
        *slot = Some(loaded.clone());
        Ok(loaded)
    }

    fn slot(&self, stream_id: Uuid) -> Slot<A::State> {
        let index = (stream_id.as_u128() % CACHE_SHARDS as u128) as usize;
        match self.shards.get(index) {
            Some(shard) => shard.lock().get_or_insert(stream_id, Slot::default).clone(),
            None => Slot::default(),
        }
    }
}

/// Reads no longer than the caller waits: a database that hangs must not hold the stream's slot.
async fn within<T, R: std::fmt::Debug>(
    deadline: Option<Instant>,
    read: impl Future<Output = Result<T, ExecuteError<R>>>,
) -> Result<T, ExecuteError<R>> {
    match deadline {
        Some(deadline) => tokio::time::timeout_at(deadline, read)
            .await
            .unwrap_or(Err(ExecuteError::Append(AppendError::Expired))),
        None => read.await,
    }
}

//! The one writer of a process: drains what is queued and commits it as one transaction (rule 1).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use vigie_clock::Clock;

use crate::aggregate::DirectoryOp;
use crate::append::{AppendError, LeaseOp};
use crate::batch::{Item, Prepared, answer, prepare};
use crate::connector::Connector;
use crate::engine::{Batch, CommitError, Committed, Head, PARTITION_POSITIONS, Session};
use crate::event::Checkpoint;
use crate::kill_point::kill_point;
use crate::metrics::Metrics;
use crate::tail::Tail;

/// Appends per transaction, at most.
const BATCH_MAX: usize = 512;

/// Payload bytes per transaction, at most.
const BATCH_BYTES_MAX: usize = 4 << 20;

/// Batches under the exclusive lock after another replica was seen writing.
const EXCLUSIVE_BATCHES: u32 = 50;

/// How long a statement may take before its outcome counts as unknown.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(2);

/// How long opening a session may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Before a partition that could not be made is tried again: a long reader may be in the way.
const ROOM_RETRY: Duration = Duration::from_secs(10);

const RECONNECT_PAUSE_MIN: Duration = Duration::from_millis(20);
const RECONNECT_PAUSE_MAX: Duration = Duration::from_millis(250);

pub(crate) struct Writer {
    pub connector: Connector,
    pub session: Option<Box<dyn Session>>,
    pub head: Head,
    pub clock: Arc<dyn Clock>,
    pub urgent: mpsc::Receiver<Item>,
    pub normal: mpsc::Receiver<Item>,
    pub published: watch::Sender<Checkpoint>,
    pub tail: Arc<Tail>,
    /// Own clock less the database's, in microseconds.
    pub skew_micros: Arc<AtomicI64>,
    pub metrics: Metrics,
    pub exclusive_batches_left: u32,
    /// Positions below this have a partition.
    pub room_until: i64,
    /// Before this no partition is made: the last try failed.
    pub room_retry_at: Option<Instant>,
}

/// What is left to do after an attempt: items in groups, each to be committed on its own.
type Groups = Vec<Vec<Item>>;

impl Writer {
    /// Runs until both queues are closed and empty.
    pub(crate) async fn run(mut self) {
        loop {
            let Some(first) = self.next().await else { return };
            // Before anything is taken: while the database is away, what waits can still be cancelled.
            self.connected().await;
            let items = self.drain(first);
            if !items.is_empty() {
                self.metrics.batch(items.len());
                self.commit_all(vec![items]).await;
            }
        }
    }

    async fn next(&mut self) -> Option<Item> {
        tokio::select! {
            biased;
            Some(item) = self.urgent.recv() => Some(item),
            Some(item) = self.normal.recv() => Some(item),
            else => None,
        }
    }

    /// Urgent items first (rule 18), within the bounds of a batch.
    fn drain(&mut self, first: Item) -> Vec<Item> {
        let now = Instant::now();
        let mut items = Vec::with_capacity(BATCH_MAX.min(1 + self.urgent.len() + self.normal.len()));
        let mut bytes = 0;
        let mut next = Some(first);
        while let Some(item) = next {
            bytes += item.append.bytes();
            items.extend(item.take(now));
            if items.len() >= BATCH_MAX || bytes >= BATCH_BYTES_MAX {
                break;
            }
            next = self.urgent.try_recv().or_else(|_| self.normal.try_recv()).ok();
        }
        items
    }

    async fn commit_all(&mut self, mut groups: Groups) {
        while let Some(items) = groups.pop() {
            if !items.is_empty() {
                groups.extend(self.commit(items).await);
            }
        }
    }

    /// Commits what stands together; answers it, and gives back what has to be tried again.
    async fn commit(&mut self, items: Vec<Item>) -> Groups {
        self.connected().await;
        self.make_room().await;
        if self.exclusive_batches_left > 0 {
            self.exclusive_batches_left -= 1;
            return self.commit_exclusively(items).await;
        }
        let mut prepared = prepare(items, &self.head, self.clock.now());
        let deferred = std::mem::take(&mut prepared.deferred);
        let mut groups = vec![deferred];
        if prepared.exclusive {
            groups.extend(self.commit_exclusively(prepared.items).await);
            return groups;
        }
        kill_point("append.before_commit");
        let started = Instant::now();
        let outcome = self.statement(&prepared.batch).await;
        self.metrics.commit(started.elapsed());
        match outcome {
            Ok(committed) => self.committed(prepared, &committed),
            Err(CommitError::Refused | CommitError::PositionTaken) => {
                self.exclusive_batches_left = EXCLUSIVE_BATCHES;
                groups.extend(self.commit_exclusively(prepared.items).await);
            }
            Err(CommitError::Conflict) => groups.extend(self.commit_exclusively(prepared.items).await),
            Err(CommitError::Data(why)) => groups.extend(split(prepared.items, &why)),
            Err(CommitError::Failed(why)) => self.failed(prepared.items, &why),
            Err(CommitError::Unknown(why)) => groups.extend(self.find_out(prepared, &why).await),
        }
        groups
    }

    /// Under the exclusive lock: read what others wrote, check every item anew, insert, commit (rule 1).
    async fn commit_exclusively(&mut self, items: Vec<Item>) -> Groups {
        loop {
            match self.begin_exclusively(&items).await {
                Ok(standing) => {
                    let items = standing.filter(items);
                    return self.insert_exclusively(items).await;
                }
                Err(why) => {
                    // Nothing was inserted: start again on a new session.
                    tracing::warn!(error = %why, "the log's lock could not be taken");
                    self.lost();
                    tokio::time::sleep(RECONNECT_PAUSE_MIN).await;
                }
            }
        }
    }

    async fn begin_exclusively(&mut self, items: &[Item]) -> Result<crate::checks::Checks, String> {
        self.connected().await;
        let now = self.clock.now().max(self.head.recorded_at);
        let session = self.session.as_deref_mut().ok_or("no session")?;
        let begun = async {
            session.begin_exclusive().await?;
            let head = session.head().await?;
            let asked = crate::checks::Asked::of(items);
            let standing = session.standing(&asked.streams, &asked.requests, &asked.keys, now).await?;
            Ok::<_, sqlx::Error>((head, standing))
        };
        // Waiting for the lock is bounded by the session's lock_timeout; reading is quick.
        let (head, standing) = tokio::time::timeout(STATEMENT_TIMEOUT * 2, begun)
            .await
            .map_err(|_| "timed out".to_owned())?
            .map_err(|error| error.to_string())?;
        if head != self.head {
            self.head = head;
            self.published.send_replace(head.checkpoint());
        }
        Ok(crate::checks::Checks(standing))
    }

    async fn insert_exclusively(&mut self, items: Vec<Item>) -> Groups {
        let mut prepared = prepare(items, &self.head, self.clock.now());
        let deferred = std::mem::take(&mut prepared.deferred);
        let mut groups = vec![deferred];
        if prepared.items.is_empty() {
            self.roll_back().await;
            return groups;
        }
        let outcome = self.statement(&prepared.batch).await;
        let committed = match outcome {
            Ok(committed) => committed,
            // The transaction was open, so it is gone with its session: start again.
            Err(CommitError::Unknown(why)) => {
                tracing::warn!(error = %why, "the session was lost before the commit");
                self.lost();
                groups.push(prepared.items);
                return groups;
            }
            Err(error) => {
                self.roll_back().await;
                match error {
                    CommitError::Data(why) => groups.extend(split(prepared.items, &why)),
                    CommitError::Failed(why) | CommitError::Unknown(why) => self.failed(prepared.items, &why),
                    // Nobody else can have written: a check that only the statement makes, on one of several.
                    CommitError::Conflict | CommitError::Refused | CommitError::PositionTaken => {
                        groups.extend(split_conflict(prepared.items));
                    }
                }
                return groups;
            }
        };
        kill_point("append.before_commit");
        let ended = match self.session.as_deref_mut() {
            Some(session) => match tokio::time::timeout(STATEMENT_TIMEOUT, session.end_exclusive()).await {
                Ok(ended) => ended,
                Err(_) => Err(CommitError::Unknown("COMMIT timed out".to_owned())),
            },
            None => Err(CommitError::Unknown("no session".to_owned())),
        };
        match ended {
            Ok(()) => self.committed(prepared, &committed),
            Err(CommitError::Unknown(why)) => groups.extend(self.find_out(prepared, &why).await),
            Err(_) => {
                self.lost();
                groups.push(prepared.items);
            }
        }
        groups
    }

    /// An unknown commit is found out, not guessed: claim the same positions with the same events (rule 6).
    async fn find_out(&mut self, prepared: Prepared, why: &str) -> Groups {
        tracing::warn!(error = %why, items = prepared.items.len(), "commit of unknown outcome");
        self.metrics.unknown_outcome();
        loop {
            self.lost();
            self.connected().await;
            let retried = self.statement(&prepared.batch).await;
            match retried {
                Ok(committed) => {
                    self.committed(prepared, &committed);
                    return Vec::new();
                }
                Err(CommitError::Unknown(_)) => {}
                Err(_) => match self.is_committed(&prepared.batch).await {
                    Ok(true) => {
                        if let Err(error) = self.refresh_head().await {
                            tracing::warn!(%error, "head not read");
                            self.lost();
                        }
                        // Who got which lease is not known any more: nobody acts on one; they expire.
                        answer(prepared.batch, prepared.items, &Committed::default());
                        return Vec::new();
                    }
                    Ok(false) => {
                        self.exclusive_batches_left = EXCLUSIVE_BATCHES;
                        return vec![prepared.items];
                    }
                    Err(error) => tracing::warn!(%error, "outcome still not known"),
                },
            }
            tokio::time::sleep(RECONNECT_PAUSE_MIN).await;
        }
    }

    /// Waits out whoever holds the lock, the lost session's backend included, and looks whose events are there.
    async fn is_committed(&mut self, batch: &Batch) -> Result<bool, String> {
        let Some(first) = batch.events.first() else {
            // Only request ids and timers: their checks tell, item by item.
            return Ok(false);
        };
        let session = self.session.as_deref_mut().ok_or("no session")?;
        let looked = async {
            session.begin_exclusive().await?;
            let there = session.event_ids(first.position, batch.events.len()).await?;
            session.rollback().await?;
            Ok::<_, sqlx::Error>(there)
        };
        let there = tokio::time::timeout(STATEMENT_TIMEOUT * 2, looked)
            .await
            .map_err(|_| "timed out".to_owned())?
            .map_err(|error| error.to_string())?;
        Ok(there.iter().copied().eq(batch.events.iter().map(|event| event.event_id)))
    }

    async fn statement(&mut self, batch: &Batch) -> Result<Committed, CommitError> {
        let Some(session) = self.session.as_deref_mut() else {
            return Err(CommitError::Unknown("no session".to_owned()));
        };
        match tokio::time::timeout(STATEMENT_TIMEOUT, session.commit(batch)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(CommitError::Unknown("the statement timed out".to_owned())),
        }
    }

    fn committed(&mut self, prepared: Prepared, committed: &Committed) {
        kill_point("append.after_commit");
        self.head = prepared.head_after;
        if let Some(database_now) = committed.database_now {
            let skew = self.clock.now().as_micros() - database_now.as_micros();
            self.skew_micros.store(skew, Ordering::Relaxed);
        }
        if !prepared.batch.events.is_empty() {
            self.metrics.events(prepared.batch.events.len());
            self.tail.push(&prepared.batch.events);
            self.published.send_replace(self.head.checkpoint());
        }
        answer(prepared.batch, prepared.items, committed);
    }

    fn failed(&mut self, items: Vec<Item>, why: &str) {
        tracing::error!(error = %why, "the database cannot append");
        self.lost();
        for item in items {
            item.refuse(AppendError::Unavailable(why.to_owned()));
        }
    }

    async fn roll_back(&mut self) {
        if let Some(session) = self.session.as_deref_mut() {
            let done = tokio::time::timeout(STATEMENT_TIMEOUT, session.rollback()).await;
            if !matches!(done, Ok(Ok(()))) {
                self.lost();
            }
        }
    }

    fn lost(&mut self) {
        self.session = None;
    }

    /// Returns once there is a session; tries for as long as it takes.
    async fn connected(&mut self) {
        let mut pause = RECONNECT_PAUSE_MIN;
        while self.session.is_none() {
            match tokio::time::timeout(CONNECT_TIMEOUT, self.connector.connect()).await {
                Ok(Ok(session)) => {
                    self.session = Some(session);
                    match self.refresh_head().await {
                        Ok(()) => return,
                        Err(error) => tracing::warn!(%error, "the log's head cannot be read"),
                    }
                    self.lost();
                }
                Ok(Err(error)) => tracing::warn!(%error, "the log's database cannot be reached"),
                Err(_) => tracing::warn!("the log's database does not answer"),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(RECONNECT_PAUSE_MAX);
        }
    }

    async fn refresh_head(&mut self) -> Result<(), String> {
        let session = self.session.as_deref_mut().ok_or("no session")?;
        let head = tokio::time::timeout(STATEMENT_TIMEOUT, session.head())
            .await
            .map_err(|_| "timed out".to_owned())?
            .map_err(|error| error.to_string())?;
        if head != self.head {
            self.head = head;
            self.published.send_replace(head.checkpoint());
        }
        Ok(())
    }

    /// Half a partition ahead the next one is made, long before it is needed.
    async fn make_room(&mut self) {
        let wanted = self.head.position + PARTITION_POSITIONS / 2;
        let is_early = self.room_retry_at.is_some_and(|at| Instant::now() < at);
        if wanted < self.room_until || is_early {
            return;
        }
        let Some(session) = self.session.as_deref_mut() else { return };
        let why = match tokio::time::timeout(STATEMENT_TIMEOUT * 2, session.make_room(wanted)).await {
            Ok(Ok(())) => {
                self.room_until = (wanted / PARTITION_POSITIONS + 1) * PARTITION_POSITIONS;
                self.room_retry_at = None;
                return;
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "timed out".to_owned(),
        };
        tracing::error!(error = %why, "no partition could be made for the events to come");
        self.room_retry_at = Some(Instant::now() + ROOM_RETRY);
        self.lost();
        self.connected().await;
    }
}

/// A data error hurts only its author (rule 3): halves, until it stands alone.
fn split(mut items: Vec<Item>, why: &str) -> Groups {
    if items.len() > 1 {
        let second = items.split_off(items.len() / 2);
        return vec![second, items];
    }
    for item in items {
        item.refuse(AppendError::Data(why.to_owned()));
    }
    Vec::new()
}

fn split_conflict(mut items: Vec<Item>) -> Groups {
    if items.len() > 1 {
        let second = items.split_off(items.len() / 2);
        return vec![second, items];
    }
    for item in items {
        let append = &item.append;
        let claimed = append.directory.iter().find_map(|op| match op {
            DirectoryOp::Reserve { kind, .. } => Some(*kind),
            _ => None,
        });
        let error = match (append.lease, claimed) {
            (LeaseOp::Settle { .. }, _) => AppendError::LeaseLost(append.stream_id),
            (_, Some(kind)) => AppendError::KeyTaken { kind: kind.to_owned() },
            _ => AppendError::VersionConflict {
                stream_id: append.stream_id,
                expected: append.expected_version,
            },
        };
        item.refuse(error);
    }
    Vec::new()
}

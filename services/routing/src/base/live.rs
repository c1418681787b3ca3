//! A base on its way along the log, while others read it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::{Mutex, RwLock};
use tokio::sync::watch;
use uuid::Uuid;
use vigie_clock::{Almanac, Clock};
use vigie_eventlog::view::{Batch, Feed};
use vigie_eventlog::{Checkpoint, ReadError, RecordedEvent};

use super::change::Change;
use super::error::Error;
use super::intake::change_of;
use super::memory::{Base, Size};
use super::metrics::{self, Metrics};

/// Events that are read at once: the load is a million of them.
const BATCH_MAX: usize = 2_048;

/// Changes that go in while readers wait: some tenths of a millisecond.
const SECTION_MAX: usize = 64;

/// Streams that may be left behind before the base is not worth asking any more.
const ASIDE_MAX: usize = 256;

/// Pauses between tries to read the log: the first, doubling up to the longest.
const PAUSE_MIN: Duration = Duration::from_millis(50);
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// Whether the base can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It reads the log from the beginning and has not come up to where the log ended as that began.
    Loading,
    /// It follows the log, or waits for the log's database.
    Following,
    /// It waits for a person.
    Stopped {
        /// Why, and what to do about it.
        why: String,
    },
}

/// The base does not answer yet, or not any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operator's base is not loaded")]
pub struct NotLoaded;

/// A base that follows a log. Cheap to clone: all clones are one base.
///
/// Readers wait for a writer at most as long as [`SECTION_MAX`] changes take.
#[derive(Clone)]
pub struct Live(Arc<Inner>);

struct Inner {
    base: RwLock<Base>,
    almanac: &'static Almanac,
    feed: Arc<dyn Feed>,
    clock: Arc<dyn Clock>,
    /// Whether it can be asked: as `state` says, for the hot path.
    is_loaded: AtomicBool,
    state: watch::Sender<State>,
    position: watch::Sender<i64>,
    /// Streams that wait behind an event which could not be read.
    aside: Mutex<BTreeSet<Uuid>>,
    metrics: Metrics,
}

/// Why it does not go on.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Base(#[from] Error),
    #[error("{0} streams wait behind events that this build cannot read; run one that can")]
    TooManyAside(usize),
}

impl Live {
    /// An empty base. It loads and follows `feed` while [`run`](Self::run) runs.
    pub fn new(feed: Arc<dyn Feed>, clock: Arc<dyn Clock>, almanac: &'static Almanac) -> Self {
        let live = Self(Arc::new(Inner {
            base: RwLock::new(Base::new(almanac)),
            almanac,
            feed,
            clock,
            is_loaded: AtomicBool::new(false),
            state: watch::Sender::new(State::Loading),
            position: watch::Sender::new(0),
            aside: Mutex::default(),
            metrics: Metrics::new(),
        }));
        let seen = Arc::downgrade(&live.0);
        metrics::observe(move || {
            let inner = seen.upgrade()?;
            let base = inner.base.read();
            Some((base.size(), base.bytes(), inner.aside.lock().len()))
        });
        live
    }

    /// Asks the base. The answer is of one moment; take it along, do not wait for anything inside.
    ///
    /// # Errors
    /// [`NotLoaded`].
    pub fn read<T>(&self, ask: impl FnOnce(&Base) -> T) -> Result<T, NotLoaded> {
        if self.0.is_loaded.load(Ordering::Acquire) { Ok(ask(&self.0.base.read())) } else { Err(NotLoaded) }
    }

    /// Whether it can be asked.
    pub fn state(&self) -> State {
        self.0.state.borrow().clone()
    }

    /// Follows [`Self::state`].
    pub fn states(&self) -> watch::Receiver<State> {
        self.0.state.subscribe()
    }

    /// The position of the log up to which it is.
    pub fn position(&self) -> i64 {
        *self.0.position.borrow()
    }

    /// Waits until it is up to `position` of the log.
    pub async fn reached(&self, position: i64) {
        let mut reached = self.0.position.subscribe();
        // Fails only when the sender is gone, which `self` holds.
        let _ = reached.wait_for(|reached| *reached >= position).await;
    }

    /// How much it holds.
    pub fn size(&self) -> Size {
        self.0.base.read().size()
    }

    /// SHA-256 over all that it says, see [`Base::digest`].
    pub fn digest(&self) -> [u8; 32] {
        self.0.base.read().digest()
    }

    /// Loads the base and follows the log until something happens that takes a person. `head` is where the log ends now: up
    /// to there the base answers nobody. May be dropped at any await.
    pub async fn run(&self, head: i64) {
        let (mut from, mut loaded_at) = (Checkpoint::START, head);
        let mut pause = PAUSE_MIN;
        loop {
            let before = from.position;
            let stop = match self.follow(&mut from, loaded_at).await {
                Ok(never) => match never {},
                Err(stop) => stop,
            };
            if from.position > before {
                pause = PAUSE_MIN;
            }
            match stop {
                Stop::Read(ReadError::CheckpointRefused { head, .. }) => {
                    tracing::warn!("the log was restored: the base is loaded anew");
                    (from, loaded_at) = (Checkpoint::START, head);
                    self.start_over();
                }
                Stop::Read(error @ (ReadError::Database(_) | ReadError::Unreachable(_))) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, ?pause, "the base waits");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(PAUSE_MAX);
                }
                stop @ (Stop::Read(ReadError::Gap { .. }) | Stop::Base(_) | Stop::TooManyAside(_)) => {
                    let why = stop.to_string();
                    tracing::error!("the base stops: {why}");
                    self.turn(State::Stopped { why });
                    return;
                }
            }
        }
    }

    async fn follow(&self, from: &mut Checkpoint, loaded_at: i64) -> Result<std::convert::Infallible, Stop> {
        let mut source = self.0.feed.read_after(*from).await?;
        loop {
            if from.position >= loaded_at && !self.0.is_loaded.load(Ordering::Relaxed) {
                tracing::info!(position = from.position, size = ?self.size(), "the base is loaded");
                self.turn(State::Following);
            }
            let batch = source.next_batch(BATCH_MAX).await?;
            self.take_in(&batch)?;
            *from = batch.resume;
        }
    }

    fn take_in(&self, batch: &Batch) -> Result<(), Stop> {
        // Read before the lock: nobody waits for that.
        let mut changes = Vec::with_capacity(batch.events.len());
        for event in &batch.events {
            changes.extend(self.understood(event)?);
        }
        let mut changes = changes.into_iter();
        loop {
            let section: Vec<Change> = changes.by_ref().take(SECTION_MAX).collect();
            let is_last = section.len() < SECTION_MAX;
            let mut base = self.0.base.write();
            for change in section {
                base.apply(change)?;
            }
            if is_last {
                base.came_to(batch.resume.position);
                break;
            }
        }
        self.0.position.send_replace(batch.resume.position);
        if let Some(last) = batch.events.last()
            && self.0.is_loaded.load(Ordering::Relaxed)
        {
            self.0.metrics.lag(self.0.clock.now().since(last.recorded_at));
        }
        Ok(())
    }

    /// What an event says. A stream with an event that cannot be read stays as it was before it: what comes after may rest on
    /// what is not understood.
    fn understood(&self, event: &RecordedEvent) -> Result<Option<Change>, Stop> {
        if self.0.aside.lock().contains(&event.stream_id) {
            return Ok(None);
        }
        match change_of(event) {
            Ok(change) => Ok(change),
            Err(error) => {
                let (stream_id, position) = (event.stream_id, event.position);
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    %stream_id,
                    position,
                    "the base leaves a stream as it was"
                );
                let mut aside = self.0.aside.lock();
                aside.insert(stream_id);
                if aside.len() > ASIDE_MAX { Err(Stop::TooManyAside(aside.len())) } else { Ok(None) }
            }
        }
    }

    fn start_over(&self) {
        self.turn(State::Loading);
        *self.0.base.write() = Base::new(self.0.almanac);
        self.0.aside.lock().clear();
        self.0.position.send_replace(0);
    }

    fn turn(&self, state: State) {
        self.0.is_loaded.store(state == State::Following, Ordering::Release);
        self.0.state.send_replace(state);
    }
}

//! A view on its way along a log.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::SpanKind;
use tokio::sync::watch;
use uuid::Uuid;

use super::metrics::Metrics;
use super::parked::{self, ParkedStream, Released, Skip};
use super::release::release;
use super::{BATCH_MAX, Batch, Cursor, Error, Feed, Outlook, Projection, Retry};
use crate::database::Database;
use crate::event::Checkpoint;
use crate::trace::Spans;

/// Without events, parked streams are counted anew so often: another process may have released some.
const RECOUNT: Duration = Duration::from_secs(10);

/// Whether a view moves on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It has not found its place in the log yet.
    Starting,
    /// It moves on, or waits for what may pass by itself.
    Following,
    /// It waits for a person. What was taken in until then can be read.
    Stopped {
        /// Why, and what to do about it.
        why: String,
    },
}

/// A view on its way along a log. Cheap to clone: all clones are one view.
pub struct Follower<P>(Arc<Inner<P>>);

struct Inner<P> {
    projection: P,
    database: Database,
    feed: Arc<dyn Feed>,
    retry: Retry,
    metrics: Metrics,
    place: watch::Sender<Place>,
    state: watch::Sender<State>,
}

/// How far this process has seen the view come, since which start: in one piece, so that what is left of an earlier start
/// cannot pass for the progress of this one.
#[derive(Clone, Copy, Debug)]
struct Place {
    starts: u64,
    position: i64,
}

impl<P> Clone for Follower<P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<P: Projection> Follower<P> {
    /// A view whose tables are in `database`. It moves on while [`run`](Self::run) runs.
    pub async fn open(
        projection: P,
        database: Database,
        feed: Arc<dyn Feed>,
        retry: Retry,
    ) -> Result<Self, P::Error> {
        let checkpoint = P::CHECKPOINT.read(&database).await.map_err(Error::from)?;
        projection.moved(&database, None).await?;
        let metrics = Metrics::new(P::NAME, feed.log());
        metrics.came_to(checkpoint.position);
        let follower = Self(Arc::new(Inner {
            projection,
            database,
            feed,
            retry,
            metrics,
            place: watch::Sender::new(Place { starts: 0, position: checkpoint.position }),
            state: watch::Sender::new(State::Starting),
        }));
        follower.count_parked().await?;
        Ok(follower)
    }

    /// What accompanies the view.
    pub fn projection(&self) -> &P {
        &self.0.projection
    }

    /// The name of the log that it follows.
    pub fn log(&self) -> &str {
        self.0.feed.log()
    }

    /// Where its tables are.
    pub fn database(&self) -> &Database {
        &self.0.database
    }

    /// Follows the log until something happens that takes a person; what may pass by itself is waited out. May be dropped
    /// at any await: a batch is in as a whole or not at all.
    pub async fn run(&self) -> P::Error {
        let retry = self.0.retry;
        self.turn(State::Starting);
        let mut pause = retry.min;
        loop {
            let before = self.position();
            let error = match self.follow().await {
                Ok(never) => match never {},
                Err(error) => error,
            };
            if self.position() > before {
                pause = retry.min;
            }
            match P::outlook(&error) {
                Outlook::Final | Outlook::Poison { .. } => {
                    self.stop(&error);
                    return error;
                }
                Outlook::Passing => warn::<P>(&error, pause),
                Outlook::Contended => tracing::debug!(?pause, "another process moves {} as well", P::NAME),
            }
            tokio::time::sleep(pause).await;
            pause = retry.after(pause);
        }
    }

    /// Takes batch after batch in, from wherever the stored checkpoint stands.
    async fn follow(&self) -> Result<Infallible, P::Error> {
        let Inner { projection, database, feed, place, .. } = &*self.0;
        let starts = place.borrow().starts;
        let mut places = place.subscribe();
        let mut cursor = Cursor::<P>::resume(database.clone()).await?;
        // Another process may have done all that there was to do.
        projection.moved(database, None).await?;
        self.came_to(cursor.checkpoint().position, starts);
        let mut source = feed.read_after(cursor.checkpoint()).await.map_err(Error::from)?;
        self.turn(State::Following);
        loop {
            let batch = tokio::select! {
                batch = source.next_batch(BATCH_MAX) => batch.map_err(Error::from)?,
                // Fails only when the sender is gone, which `self` holds.
                _ = places.wait_for(|place| place.starts != starts) => return Err(Error::CheckpointMoved.into()),
                never = self.keep_counting_parked() => match never {},
            };
            self.take_in(&mut cursor, &batch).await?;
            if let Some(parked) = cursor.parked() {
                self.0.metrics.dead_letters(parked);
            }
            projection.moved(database, Some(&batch)).await?;
            self.came_to(cursor.checkpoint().position, starts);
        }
    }

    /// Told in the events' traces, unless the view catches up: these traces are long over.
    async fn take_in(&self, cursor: &mut Cursor<P>, batch: &Batch) -> Result<(), P::Error> {
        let told = if batch.events.len() < BATCH_MAX { batch.events.as_slice() } else { &[] };
        let about = [KeyValue::new("vigie.view", P::NAME)];
        let mut spans = Spans::begin("view.take_in", SpanKind::Consumer, &about, told);
        cursor.take_in(batch).await.inspect_err(|_| spans.failed())
    }

    async fn keep_counting_parked(&self) -> Infallible {
        loop {
            tokio::time::sleep(RECOUNT).await;
            // A database that does not answer is the next batch's to complain of.
            let _ = self.count_parked().await;
        }
    }

    async fn count_parked(&self) -> Result<(), Error> {
        if P::PARKS {
            self.0.metrics.dead_letters(parked::count(&self.0.database).await?);
        }
        Ok(())
    }

    fn came_to(&self, position: i64, starts: u64) {
        self.0.place.send_if_modified(|place| {
            let is_current = place.starts == starts;
            if is_current {
                place.position = position;
                self.0.metrics.came_to(position);
            }
            is_current
        });
    }

    fn turn(&self, state: State) {
        self.0.metrics.is(&state);
        self.0.state.send_replace(state);
    }

    fn stop(&self, error: &P::Error) {
        let why = match P::advice(error) {
            Some(advice) => format!("{error}. {advice}"),
            None => error.to_string(),
        };
        tracing::error!("{} stops: {why}", P::NAME);
        self.turn(State::Stopped { why });
    }

    /// Whether it moves on.
    pub fn state(&self) -> State {
        self.0.state.borrow().clone()
    }

    /// Follows [`Self::state`].
    pub fn states(&self) -> watch::Receiver<State> {
        self.0.state.subscribe()
    }

    /// The position up to which this process has seen the view come.
    pub fn position(&self) -> i64 {
        self.0.place.borrow().position
    }

    /// Waits until this process has seen everything up to `position` taken in.
    pub async fn reached(&self, position: i64) {
        let mut reached = self.0.place.subscribe();
        // Fails only when the sender is gone, which `self` holds.
        let _ = reached.wait_for(|reached| reached.position >= position).await;
    }

    /// Forgets everything; a view that [runs](Self::run) reads the log from its beginning. What to do after the log was
    /// restored from a backup.
    pub async fn start_over(&self) -> Result<(), P::Error> {
        let Inner { projection, database, place, .. } = &*self.0;
        Cursor::<P>::start_over(database).await?;
        projection.moved(database, None).await?;
        self.count_parked().await?;
        place.send_modify(|place| {
            *place = Place { starts: place.starts + 1, position: Checkpoint::START.position };
        });
        Ok(())
    }

    /// At most `limit` streams that wait behind an event which the view could not take in, in order of that event's
    /// position, after position `after`.
    pub async fn parked(&self, after: i64, limit: usize) -> Result<Vec<ParkedStream>, P::Error> {
        Ok(parked::list(&self.0.database, after, limit).await.map_err(Error::from)?)
    }

    /// The stream, if it waits.
    pub async fn parked_stream(&self, stream_id: Uuid) -> Result<Option<ParkedStream>, P::Error> {
        let mut snapshot = self.0.database.begin_snapshot().await.map_err(Error::from)?;
        let parked = parked::find(&mut snapshot, stream_id).await.map_err(Error::from)?;
        snapshot.rollback().await.map_err(Error::from)?;
        Ok(parked)
    }

    /// Takes a parked stream in again, from the log; past the event that it waits behind, if `skip` says so. All that it
    /// changes is in when this answers, in one transaction.
    pub async fn release(&self, stream_id: Uuid, skip: Option<&Skip>) -> Result<Released, P::Error> {
        let Inner { projection, database, feed, .. } = &*self.0;
        let released = release::<P>(database, feed, stream_id, skip).await?;
        if matches!(released, Released::Goes | Released::ParkedAgain) {
            // It is committed: that the telling fails must not look as if the release had.
            if let Err(error) = self.count_parked().await {
                tracing::warn!(error = &error as &dyn std::error::Error, "{}: not counted", P::NAME);
            }
            if let Err(error) = projection.released(database).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "{}: nobody was told", P::NAME);
            }
        }
        Ok(released)
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.0.database.close().await;
    }
}

/// Shorter pauses are how a reader keeps step with what is slower; whoever looks after it hears of longer ones.
const PAUSE_WORTH_A_WARNING: Duration = Duration::from_secs(1);

fn warn<P: Projection>(error: &P::Error, pause: Duration) {
    let error = error as &dyn std::error::Error;
    if pause < PAUSE_WORTH_A_WARNING {
        tracing::debug!(error, ?pause, "{} waits", P::NAME);
    } else {
        tracing::warn!(error, ?pause, "{} waits", P::NAME);
    }
}

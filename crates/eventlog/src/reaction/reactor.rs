//! A reaction as a whole.

use std::sync::Arc;

use tokio::sync::watch;
use uuid::Uuid;
use vigie_clock::Clock;

use super::decider::Decider;
use super::metrics::Metrics;
use super::{
    Effect, Error, Kept, Options, Reaction, Ruled, Ruling, Unfinished, carrier, kept, queue, ruling, store,
};
use crate::event::Checkpoint;
use crate::log::{EventLog, ReadError};
use crate::view::{self, Feed, Follower, Parking, Retry, State};

/// A reaction on its way along a log. Cheap to clone: all clones are one.
pub struct Reactor<R: Reaction>(Arc<Inner<R>>);

pub(super) struct Inner<R: Reaction> {
    pub(super) reaction: R,
    pub(super) cursor: Follower<Decider<R>>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) options: Options,
    pub(super) metrics: Metrics,
    feed: Arc<dyn Feed>,
}

impl<R: Reaction> Clone for Reactor<R> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<R: Reaction> Reactor<R> {
    /// Opens a reaction to what comes by `feed`; if it never ran, it begins where `options` say. It moves on while
    /// [`run`](Self::run) runs, and any number of processes may run it: each effect is one's.
    pub async fn open(
        reaction: R,
        options: Options,
        feed: Arc<dyn Feed>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        let database = store::open(&options, R::NAME).await?;
        let cursor = Follower::open(Decider::new(), database, feed.clone(), Retry::default()).await?;
        let metrics = Metrics::new(R::NAME);
        Ok(Self(Arc::new(Inner { reaction, cursor, clock, options, metrics, feed })))
    }

    /// Decides and carries out until `shutdown`, and then waits for the attempts under way: as long as
    /// [`Options::timeout`], and the same again where their end cannot be recorded. What may pass by itself is waited
    /// out; what takes a person, a restored log above all, ends the run with its error. May be dropped at any await: what
    /// is under way is then an attempt of unknown end.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) -> Result<(), Error> {
        let (stop, stopped) = watch::channel(false);
        let deciding = async {
            let ended = tokio::select! {
                biased;
                () = shutdown => Ok(()),
                error = self.0.cursor.run() => Err(error),
            };
            stop.send_replace(true);
            ended
        };
        let (ended, (), ()) =
            tokio::join!(deciding, carrier::carry(&self.0, stopped.clone()), self.0.tidy(stopped));
        ended
    }

    /// Whether its cursor moves on, and how that changes. Nothing is carried out while it does not.
    pub fn states(&self) -> watch::Receiver<State> {
        self.0.cursor.states()
    }

    /// The name of the log that it reads.
    pub fn log(&self) -> &str {
        self.0.cursor.log()
    }

    /// The position up to which this process has seen everything decided.
    pub fn position(&self) -> i64 {
        self.0.cursor.position()
    }

    /// Waits until this process has seen everything up to `position` decided.
    pub async fn decided(&self, position: i64) {
        self.0.cursor.reached(position).await;
    }

    /// What a person does about streams that wait behind an event which cannot be read.
    pub fn parking(&self) -> Arc<dyn Parking> {
        Arc::new(self.0.cursor.clone())
    }

    /// At most `limit` effects that wait for a person, in order of their events' positions and their ordinals, after
    /// `after`; `(0, 0)` for the first. What comes later in the stream of one waits behind it.
    pub async fn waiting(&self, after: (i64, i64), limit: usize) -> Result<Vec<Effect>, Error> {
        Ok(self.kept_waiting(after, limit).await?.into_iter().map(|kept| kept.effect).collect())
    }

    /// The same, with all that is kept of each.
    pub async fn kept_waiting(&self, after: (i64, i64), limit: usize) -> Result<Vec<Kept>, Error> {
        Ok(kept::waiting(self.0.cursor.database(), after, limit, self.0.clock.now()).await?)
    }

    /// The effect of that request id, also one that is finished, for as long as it is remembered.
    pub async fn find(&self, request_id: Uuid) -> Result<Option<Kept>, Error> {
        Ok(kept::find(self.0.cursor.database(), request_id, self.0.clock.now()).await?)
    }

    /// How much is not finished.
    pub async fn unfinished(&self) -> Result<Unfinished, Error> {
        let unfinished = queue::unfinished(self.0.cursor.database()).await?;
        Ok(Unfinished { to_do: unfinished.pending, waiting: unfinished.waiting })
    }

    /// Lets an effect that waits be carried out, however old it is and however often it was tried. `attempts` is how
    /// often it had been when this person looked.
    pub async fn approve(&self, request_id: Uuid, attempts: i64, ruling: &Ruling) -> Result<Ruled, Error> {
        ruling::approve(self.0.cursor.database(), request_id, attempts, ruling).await
    }

    /// Ends an effect that waits: it is not carried out any more. `attempts` is how often it had been tried when this
    /// person looked.
    pub async fn drop_effect(
        &self,
        request_id: Uuid,
        attempts: i64,
        ruling: &Ruling,
    ) -> Result<Ruled, Error> {
        ruling::drop(self.0.cursor.database(), request_id, attempts, ruling).await
    }

    /// Goes on after `place`, which the log must know: what to do once the log was restored from a backup. What was done
    /// is not done again, wherever that is; what was decided and is not finished waits for a person. A process that runs
    /// meanwhile notices with the next event.
    pub async fn go_on_after(&self, place: Checkpoint, ruling: &Ruling) -> Result<(), Error> {
        // Refused for a place in another past.
        drop(self.0.feed.read_after(place).await.map_err(view::Error::from)?);
        ruling::place(self.0.cursor.database(), place, ruling).await?;
        tracing::warn!(
            position = place.position,
            "{} goes on after this position: a person said so",
            R::NAME
        );
        Ok(())
    }

    /// Where the log was restored from a backup that ends before the reaction's cursor: goes on after the log's head, as
    /// [`go_on_after`](Self::go_on_after) does; else changes nothing. Offline, on the reaction's own tables. Answers whether
    /// it was so.
    pub async fn go_on_after_a_restore(
        options: &Options,
        log: &EventLog,
        ruling: &Ruling,
    ) -> Result<bool, Error> {
        let database = store::open(options, R::NAME).await?;
        let placed = async {
            let cursor = store::CHECKPOINT.read(&database).await.map_err(view::Error::from)?;
            match log.check(&cursor).await {
                Ok(()) => Ok(false),
                Err(ReadError::CheckpointRefused { .. }) => {
                    let head = log.head().await.map_err(view::Error::from)?;
                    ruling::place(&database, head, ruling).await?;
                    Ok(true)
                }
                Err(error) => Err(view::Error::from(error).into()),
            }
        }
        .await;
        database.close().await;
        placed
    }

    /// Where the log was restored from a backup since the reaction's cursor was moved: begins at the log's beginning, as if
    /// nothing had ever been done; else changes nothing. For a reaction whose effects are events in the very log that it
    /// reads: what came of events that are there still may have been lost, and is done once more; what is on record adds
    /// nothing. Offline, on the reaction's own tables. Answers whether it was so.
    pub async fn begin_anew_after_a_restore(
        options: &Options,
        log: &EventLog,
        ruling: &Ruling,
    ) -> Result<bool, Error> {
        let database = store::open(options, R::NAME).await?;
        let begun = async {
            let cursor = store::CHECKPOINT.read(&database).await.map_err(view::Error::from)?;
            let head = log.head().await.map_err(view::Error::from)?;
            let same_past = match log.check(&cursor).await {
                // Where it stands the pasts are one, and what it caused comes later in the log.
                Ok(()) => cursor.incarnation == head.incarnation || cursor.position == 0,
                Err(ReadError::CheckpointRefused { .. }) => false,
                Err(error) => return Err(view::Error::from(error).into()),
            };
            if !same_past {
                ruling::begin_anew(&database, ruling).await?;
            }
            Ok(!same_past)
        }
        .await;
        database.close().await;
        begun
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.0.cursor.close().await;
    }
}

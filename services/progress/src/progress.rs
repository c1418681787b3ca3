//! The view as a whole: follows the log, answers, wakes those who wait, rebuilds.

use std::sync::Arc;

use tokio::sync::{Mutex, watch};
use uuid::Uuid;
use vigie_clock::Clock;
use vigie_eventlog::view::{Comparison, Digest, Feed, Follower, Parking, State, Step};
use vigie_eventlog::{Database, Transaction};

use crate::domain::{Act, Entry};
use crate::error::Error;
use crate::metrics::Metrics;
use crate::options::{Options, WatchOptions};
use crate::view::{self, ActFilter, ActKey, Bells, Head, Listener, Mark, News, Sight, Standing, View};

/// The progress of lines and of the acts on them. Cheap to clone.
#[derive(Clone)]
pub struct Progress {
    shared: Arc<Shared>,
}

struct Shared {
    view: Follower<View>,
    options: Options,
    feed: Arc<dyn Feed>,
    rebuild: Mutex<()>,
}

impl Progress {
    /// Opens the view and brings its schema up to date. It moves on while [`Progress::run`] runs.
    pub async fn open(options: Options, feed: Arc<dyn Feed>, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let owner_url = options.owner_url.as_deref();
        let database = Database::open_migrated(&options.database, owner_url, view::MIGRATIONS).await;
        let database = database.map_err(view::Error::from)?;
        let metrics = Metrics::new(options.meter.as_ref());
        let bells = Bells::new(options.watch.listeners_max);
        let view = View::open(&database, bells, metrics, clock).await?;
        let view = Follower::open(view, database, feed.clone(), options.retry).await?;
        Ok(Self { shared: Arc::new(Shared { view, options, feed, rebuild: Mutex::new(()) }) })
    }

    /// Follows the log until `shutdown`. A failure that may pass is waited out; one that may not ends the run
    /// with its error, and what was taken in until then stays readable.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) -> Result<(), Error> {
        tokio::select! {
            biased;
            () = shutdown => Ok(()),
            error = self.shared.view.run() => Err(error),
        }
    }

    /// Whether the view moves on, and how that changes.
    pub fn states(&self) -> watch::Receiver<State> {
        self.shared.view.states()
    }

    /// How far this process has seen the view come.
    pub fn standing(&self) -> Standing {
        self.shared.view.projection().standing()
    }

    /// Waits until everything up to `position` of the log is taken in by [`Progress::run`] of this process.
    pub async fn reached(&self, position: i64) {
        self.shared.view.reached(position).await;
    }

    /// How lines are watched.
    pub fn watch_options(&self) -> &WatchOptions {
        &self.shared.options.watch
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        self.shared.view.projection().metrics()
    }

    /// Waits for a line, whether it exists or not. No I/O.
    pub fn listen(&self, line_id: Uuid) -> Result<Listener, Error> {
        let listener = self.shared.view.projection().bells().listen(line_id);
        listener.ok_or(Error::TooManyListeners(self.shared.options.watch.listeners_max))
    }

    async fn snapshot(&self) -> Result<Transaction, Error> {
        Ok(self.shared.view.database().begin_snapshot().await.map_err(view::Error::from)?)
    }

    /// How far the timeline of a line goes; `None` when `sight` does not show it.
    pub async fn head(&self, line_id: Uuid, sight: &Sight) -> Result<Option<Head>, Error> {
        let mut snapshot = self.snapshot().await?;
        let head = view::head(&mut snapshot, line_id, sight).await?;
        finish(snapshot).await?;
        Ok(head)
    }

    /// At most `size` entries of a line, newest first, and the version before which the next page begins; `None` when
    /// `sight` does not show the line. With `act`, an act of the line, only those that change it.
    pub async fn timeline(
        &self,
        line_id: Uuid,
        sight: &Sight,
        act: Option<&Act>,
        before: Option<i64>,
        size: u32,
    ) -> Result<Option<(Head, Vec<Entry>, Option<i64>)>, Error> {
        let mut snapshot = self.snapshot().await?;
        let Some(head) = view::head(&mut snapshot, line_id, sight).await? else { return Ok(None) };
        let (entries, next) = view::timeline(&mut snapshot, line_id, act, before, size).await?;
        finish(snapshot).await?;
        Ok(Some((head, entries, next)))
    }

    /// What came to a line after `mark`, at most `limit` entries.
    pub async fn news(&self, line_id: Uuid, sight: &Sight, mark: Mark, limit: u32) -> Result<News, Error> {
        let mut snapshot = self.snapshot().await?;
        let news = view::news(&mut snapshot, line_id, sight, mark, limit).await?;
        finish(snapshot).await?;
        Ok(news)
    }

    /// An act; `None` when `sight` does not show its line.
    pub async fn act(&self, act_id: Uuid, sight: &Sight) -> Result<Option<Act>, Error> {
        let mut snapshot = self.snapshot().await?;
        let act = view::act(&mut snapshot, act_id, sight).await?;
        finish(snapshot).await?;
        Ok(act)
    }

    /// At most `size` acts, newest T0 first, and where the next page begins, if there is one.
    pub async fn acts(
        &self,
        filter: &ActFilter,
        after: Option<ActKey>,
        size: u32,
    ) -> Result<(Vec<Act>, Option<ActKey>), Error> {
        let mut snapshot = self.snapshot().await?;
        let page = view::acts(&mut snapshot, filter, after, size).await?;
        finish(snapshot).await?;
        Ok(page)
    }

    /// The digest of the view, and where it stood.
    pub async fn digest(&self) -> Result<(Digest, Standing), Error> {
        let mut snapshot = self.snapshot().await?;
        let standing = view::standing(&mut snapshot).await?;
        let digest = view::digest(&mut snapshot).await?;
        finish(snapshot).await?;
        Ok((digest, standing))
    }

    /// Computes the view anew from the log beside the live one, and compares both at the same position. Neither stops nor
    /// changes the live one. One at a time in a process.
    pub async fn rebuild(&self, mut progress: impl FnMut(Step) + Send) -> Result<Comparison, Error> {
        let Shared { view: live, options, feed, rebuild } = &*self.shared;
        let _turn = rebuild.try_lock().map_err(|_| Error::RebuildUnderWay)?;
        let scratch = options.scratch_options();
        let comparison = view::rebuild(live.database(), &scratch, &**feed, &mut progress).await?;
        if !comparison.agrees() {
            tracing::error!(
                position = comparison.at.position,
                rebuilt = %comparison.rebuilt,
                live = %comparison.live,
                "the live progress view differs from the one computed anew"
            );
        }
        Ok(comparison)
    }

    /// Forgets everything and lets [`Progress::run`] read the log from its beginning: what to do after the log was
    /// restored from a backup, or when a rebuild found a difference. Until it has caught up, lines are missing.
    pub async fn start_over(&self) -> Result<(), Error> {
        self.shared.view.start_over().await
    }

    /// What a person does about lines that wait behind an event which cannot be taken in.
    pub fn parking(&self) -> Arc<dyn Parking> {
        Arc::new(self.shared.view.clone())
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.shared.view.close().await;
    }
}

async fn finish(snapshot: Transaction) -> Result<(), Error> {
    Ok(snapshot.rollback().await.map_err(view::Error::from)?)
}

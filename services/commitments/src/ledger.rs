//! The ledger as a whole: follows the log, answers, rebuilds.

use std::sync::Arc;

use tokio::sync::{Mutex, watch};
use uuid::Uuid;
use vigie_clock::{Clock, Timestamp};
use vigie_eventlog::Database;

use crate::BATCH_MAX;
use crate::domain::{Case, Indicator};
use crate::error::Error;
use crate::metrics::Metrics;
use crate::options::Options;
use crate::source::Feed;
use crate::view::{self, Comparison, Digest, PageKey, Progress, Projection, Sight, Standing};

/// What is asked of the ledger.
#[derive(Clone, Debug)]
pub struct Question {
    /// `9.3`.
    pub characteristic: String,
    /// What the caller may see.
    pub sight: Sight,
    /// Only this account.
    pub account_id: Option<Uuid>,
    /// Only this line.
    pub subject_id: Option<Uuid>,
    /// Only this verdict (`Verdict::as_str`).
    pub verdict: Option<&'static str>,
    /// T0 from.
    pub from: Option<Timestamp>,
    /// T0 before.
    pub before: Option<Timestamp>,
}

impl Question {
    /// All cases of a characteristic that `sight` shows.
    pub fn of(characteristic: &str, sight: Sight) -> Self {
        Self {
            characteristic: characteristic.to_owned(),
            sight,
            account_id: None,
            subject_id: None,
            verdict: None,
            from: None,
            before: None,
        }
    }

    fn filter(&self) -> view::CaseFilter<'_> {
        view::CaseFilter {
            characteristic: &self.characteristic,
            sight: &self.sight,
            account_id: self.account_id,
            subject_id: self.subject_id,
            verdict: self.verdict,
            period: view::Period { from: self.from, before: self.before },
        }
    }
}

/// The ledger. Cheap to clone.
#[derive(Clone)]
pub struct Commitments {
    shared: Arc<Shared>,
}

struct Shared {
    database: Database,
    options: Options,
    feed: Arc<dyn Feed>,
    clock: Arc<dyn Clock>,
    metrics: Metrics,
    standing: watch::Sender<Standing>,
    rebuild: Mutex<()>,
}

impl Commitments {
    /// Opens the ledger and brings its schema up to date. It moves on while [`Commitments::run`] runs.
    pub async fn open(options: Options, feed: Arc<dyn Feed>, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let database = Database::open(&options.database).await.map_err(view::Error::from)?;
        let owner = Database::open(&options.as_owner(&options.database.location)).await;
        let owner = owner.map_err(view::Error::from)?;
        view::migrate(&owner, &options.database.location).await.map_err(view::Error::from)?;
        owner.close().await;
        let standing = read_standing(&database).await?;
        let metrics = Metrics::new(options.meter.as_ref());
        Ok(Self {
            shared: Arc::new(Shared {
                database,
                options,
                feed,
                clock,
                metrics,
                standing: watch::Sender::new(standing),
                rebuild: Mutex::new(()),
            }),
        })
    }

    /// Follows the log until `shutdown`. A failure that may pass is waited out; one that may not ends the run
    /// with its error, and what was taken in until then stays readable.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) -> Result<(), Error> {
        let (retry_min, retry_max) = (self.shared.options.retry_min, self.shared.options.retry_max);
        let mut shutdown = std::pin::pin!(shutdown);
        let mut wait = retry_min;
        loop {
            let before = self.standing().checkpoint.position;
            let error = tokio::select! {
                biased;
                () = &mut shutdown => return Ok(()),
                result = self.follow() => match result {
                    Ok(never) => match never {},
                    Err(error) => error,
                },
            };
            if !error.is_passing() {
                tracing::error!(error = &error as &dyn std::error::Error, "the ledger stops");
                return Err(error);
            }
            if self.standing().checkpoint.position > before {
                wait = retry_min;
            }
            if matches!(error, Error::View(view::Error::CheckpointMoved)) {
                tracing::debug!(?wait, "another process moves this ledger as well");
            } else {
                tracing::warn!(error = &error as &dyn std::error::Error, ?wait, "the ledger waits");
            }
            tokio::select! {
                () = &mut shutdown => return Ok(()),
                () = tokio::time::sleep(wait) => wait = (wait * 2).min(retry_max),
            }
        }
    }

    /// Takes batch after batch in, from wherever the stored checkpoint stands. May be dropped at any await: a
    /// batch is in as a whole or not at all.
    async fn follow(&self) -> Result<std::convert::Infallible, Error> {
        let mut projection = Projection::resume(self.shared.database.clone()).await?;
        // Another process may have done all that there was to do.
        self.shared.standing.send_replace(read_standing(&self.shared.database).await?);
        let mut source = self.shared.feed.read_after(projection.checkpoint()).await?;
        loop {
            let batch = source.next_batch(BATCH_MAX).await?;
            projection.take_in(&batch).await?;
            let standing = read_standing(&self.shared.database).await?;
            self.shared.standing.send_replace(standing);
            self.shared.metrics.taken_in(&batch, &standing, self.shared.clock.now());
        }
    }

    /// How far this process has seen the ledger come.
    pub fn standing(&self) -> Standing {
        *self.shared.standing.borrow()
    }

    /// Waits until everything up to `position` of the log is taken in by [`Commitments::run`] of this process.
    pub async fn reached(&self, position: i64) {
        let mut standing = self.shared.standing.subscribe();
        // Fails only when the sender is gone, which `self` holds.
        let _ = standing.wait_for(|standing| standing.checkpoint.position >= position).await;
    }

    /// The result of a characteristic, and how far the ledger had read for it.
    pub async fn indicator(&self, question: &Question) -> Result<(Indicator, Standing), Error> {
        let mut snapshot = self.shared.database.begin_snapshot().await.map_err(view::Error::from)?;
        let standing = view::standing(&mut snapshot).await?;
        let indicator = view::indicator(&mut snapshot, &question.filter()).await?;
        snapshot.rollback().await.map_err(view::Error::from)?;
        Ok((indicator, standing))
    }

    /// At most `size` cases, newest T0 first, and where the next page begins, if there is one.
    pub async fn cases(
        &self,
        question: &Question,
        after: Option<PageKey>,
        size: u32,
    ) -> Result<(Vec<Case>, Option<PageKey>), Error> {
        let mut snapshot = self.shared.database.begin_snapshot().await.map_err(view::Error::from)?;
        let page = view::cases(&mut snapshot, &question.filter(), after, size).await?;
        snapshot.rollback().await.map_err(view::Error::from)?;
        Ok(page)
    }

    /// The digest of the ledger, and where it stood.
    pub async fn digest(&self) -> Result<(Digest, Standing), Error> {
        let mut snapshot = self.shared.database.begin_snapshot().await.map_err(view::Error::from)?;
        let standing = view::standing(&mut snapshot).await?;
        let digest = view::digest(&mut snapshot).await?;
        snapshot.rollback().await.map_err(view::Error::from)?;
        Ok((digest, standing))
    }

    /// Computes the ledger anew from the log beside the live one, and compares both at the same position. Neither
    /// stops nor changes the live one. One at a time in a process.
    pub async fn rebuild(&self, mut progress: impl FnMut(Progress) + Send) -> Result<Comparison, Error> {
        let Shared { database, options, feed, rebuild, .. } = &*self.shared;
        let _turn = rebuild.try_lock().map_err(|_| Error::RebuildUnderWay)?;
        let scratch = options.as_owner(&options.scratch);
        let comparison = view::rebuild(database, &scratch, &**feed, &mut progress).await?;
        if !comparison.agrees() {
            tracing::error!(
                position = comparison.at.position,
                rebuilt = %comparison.rebuilt,
                live = %comparison.live,
                "the live ledger differs from the one computed anew"
            );
        }
        Ok(comparison)
    }

    /// Forgets everything and lets [`Commitments::run`] read the log from its beginning: what to do after the log was
    /// restored from a backup, or when a rebuild found a difference. Until it has caught up, answers say at which
    /// position they stand.
    pub async fn start_over(&self) -> Result<(), Error> {
        view::start_over(&self.shared.database).await?;
        let standing = read_standing(&self.shared.database).await?;
        self.shared.standing.send_replace(standing);
        Ok(())
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.shared.database.close().await;
    }
}

async fn read_standing(database: &Database) -> Result<Standing, Error> {
    let mut snapshot = database.begin_snapshot().await.map_err(view::Error::from)?;
    let standing = view::standing(&mut snapshot).await?;
    snapshot.rollback().await.map_err(view::Error::from)?;
    Ok(standing)
}

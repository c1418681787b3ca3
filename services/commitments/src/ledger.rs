//! The ledger as a whole: follows the log, answers, rebuilds.

use std::sync::Arc;

use tokio::sync::{Mutex, watch};
use uuid::Uuid;
use vigie_clock::{Clock, Timestamp};
use vigie_eventlog::view::{Comparison, Digest, Feed, Follower, State, Step};
use vigie_eventlog::{Database, Transaction};

use crate::domain::{Case, Indicator};
use crate::error::Error;
use crate::metrics::Metrics;
use crate::options::Options;
use crate::view::{self, Ledger, PageKey, Sight, Standing};

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
    ledger: Follower<Ledger>,
    options: Options,
    feed: Arc<dyn Feed>,
    rebuild: Mutex<()>,
}

impl Commitments {
    /// Opens the ledger and brings its schema up to date. It moves on while [`Commitments::run`] runs.
    pub async fn open(options: Options, feed: Arc<dyn Feed>, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let owner_url = options.owner_url.as_deref();
        let database = Database::open_migrated(&options.database, owner_url, view::MIGRATIONS).await;
        let database = database.map_err(view::Error::from)?;
        let metrics = Metrics::new(options.meter.as_ref());
        let ledger = Ledger::open(&database, metrics, clock).await?;
        let ledger = Follower::open(ledger, database, feed.clone(), options.retry()).await?;
        Ok(Self { shared: Arc::new(Shared { ledger, options, feed, rebuild: Mutex::new(()) }) })
    }

    /// Follows the log until `shutdown`. A failure that may pass is waited out; one that may not ends the run
    /// with its error, and what was taken in until then stays readable.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) -> Result<(), Error> {
        tokio::select! {
            biased;
            () = shutdown => Ok(()),
            error = self.shared.ledger.run() => Err(error),
        }
    }

    /// Whether the ledger moves on, and how that changes.
    pub fn states(&self) -> watch::Receiver<State> {
        self.shared.ledger.states()
    }

    /// How far this process has seen the ledger come.
    pub fn standing(&self) -> Standing {
        self.shared.ledger.projection().standing()
    }

    /// Waits until everything up to `position` of the log is taken in by [`Commitments::run`] of this process.
    pub async fn reached(&self, position: i64) {
        self.shared.ledger.reached(position).await;
    }

    async fn snapshot(&self) -> Result<Transaction, Error> {
        Ok(self.shared.ledger.database().begin_snapshot().await.map_err(view::Error::from)?)
    }

    /// The result of a characteristic, and how far the ledger had read for it.
    pub async fn indicator(&self, question: &Question) -> Result<(Indicator, Standing), Error> {
        let mut snapshot = self.snapshot().await?;
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
        let mut snapshot = self.snapshot().await?;
        let page = view::cases(&mut snapshot, &question.filter(), after, size).await?;
        snapshot.rollback().await.map_err(view::Error::from)?;
        Ok(page)
    }

    /// The digest of the ledger, and where it stood.
    pub async fn digest(&self) -> Result<(Digest, Standing), Error> {
        let mut snapshot = self.snapshot().await?;
        let standing = view::standing(&mut snapshot).await?;
        let digest = view::digest(&mut snapshot).await?;
        snapshot.rollback().await.map_err(view::Error::from)?;
        Ok((digest, standing))
    }

    /// Computes the ledger anew from the log beside the live one, and compares both at the same position. Neither
    /// stops nor changes the live one. One at a time in a process.
    pub async fn rebuild(&self, mut progress: impl FnMut(Step) + Send) -> Result<Comparison, Error> {
        let Shared { ledger, options, feed, rebuild } = &*self.shared;
        let _turn = rebuild.try_lock().map_err(|_| Error::RebuildUnderWay)?;
        let scratch = options.scratch_options();
        let comparison = view::rebuild(ledger.database(), &scratch, &**feed, &mut progress).await?;
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
        self.shared.ledger.start_over().await
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.shared.ledger.close().await;
    }
}

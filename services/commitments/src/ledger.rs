//! The ledger as a whole: follows its logs, answers, rebuilds.

use std::sync::Arc;

use tokio::sync::{Mutex, watch};
use uuid::Uuid;
use vigie_clock::{Clock, Timestamp};
use vigie_eventlog::view::{Comparison, Cursor, Digest, Feed, Follower, State, Step};
use vigie_eventlog::{Database, Transaction};

use crate::domain::promise::Log;
use crate::domain::{Characteristic, Indicator};
use crate::error::Error;
use crate::metrics::Metrics;
use crate::options::Options;
use crate::view::{self, AnyCase, Ledger, OfLines, OfRouting, PageKey, Sight, Standing};

/// What is asked of the ledger.
#[derive(Clone, Debug)]
pub struct Question {
    /// Which characteristic.
    pub characteristic: &'static Characteristic,
    /// What the caller may see.
    pub sight: Sight,
    /// Only this account.
    pub account_id: Option<Uuid>,
    /// Only this line, account, contact point, project or contact.
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
    pub fn of(characteristic: &'static Characteristic, sight: Sight) -> Self {
        Self {
            characteristic,
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
            characteristic: self.characteristic,
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
    lines: Follower<Ledger<OfLines>>,
    /// Without it the promises that `routing` keeps have no cases.
    routing: Option<Follower<Ledger<OfRouting>>>,
    options: Options,
    feeds: Feeds,
    rebuild: Mutex<()>,
}

/// The logs that the ledger is computed from.
#[derive(Clone)]
pub struct Feeds {
    /// The log of `lines`.
    pub lines: Arc<dyn Feed>,
    /// The log of `routing`, where there is one.
    pub routing: Option<Arc<dyn Feed>>,
}

/// Empties, offline, what the ledger has of one log: the next start computes it from there. What to do after that log was
/// restored from a backup.
///
/// # Errors
/// When the ledger's database does not do it.
pub async fn start_view_over(options: &Options, log: Log) -> Result<(), Error> {
    let database = open_database(options).await?;
    let started_over = match log {
        Log::Lines => Cursor::<Ledger<OfLines>>::start_over(&database).await,
        Log::Routing => Cursor::<Ledger<OfRouting>>::start_over(&database).await,
    };
    database.close().await;
    started_over
}

async fn open_database(options: &Options) -> Result<Database, Error> {
    let owner_url = options.owner_url.as_deref();
    let database = Database::open_migrated(&options.database, owner_url, view::MIGRATIONS).await;
    Ok(database.map_err(view::Error::from)?)
}

impl Commitments {
    /// Opens the ledger over the log of `lines` alone, as [`Commitments::open_over`] does.
    pub async fn open(options: Options, feed: Arc<dyn Feed>, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        Self::open_over(options, Feeds { lines: feed, routing: None }, clock).await
    }

    /// Opens the ledger and brings its schema up to date. It moves on while [`Commitments::run`] runs.
    pub async fn open_over(options: Options, feeds: Feeds, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let database = open_database(&options).await?;
        let metrics = |log| Metrics::new(options.meter.as_ref(), log);
        let ledger = Ledger::<OfLines>::open(&database, metrics(Log::Lines), clock.clone()).await?;
        let lines = Follower::open(ledger, database.clone(), feeds.lines.clone(), options.retry()).await?;
        let routing = match feeds.routing.clone() {
            Some(feed) => {
                let ledger = Ledger::<OfRouting>::open(&database, metrics(Log::Routing), clock).await?;
                Some(Follower::open(ledger, database.clone(), feed, options.retry()).await?)
            }
            None => None,
        };
        let rebuild = Mutex::new(());
        Ok(Self { shared: Arc::new(Shared { database, lines, routing, options, feeds, rebuild }) })
    }

    /// Follows the logs until `shutdown`. A failure that may pass is waited out; one that may not ends the run
    /// with its error, and what was taken in until then stays readable.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) -> Result<(), Error> {
        tokio::select! {
            biased;
            () = shutdown => Ok(()),
            error = Box::pin(self.shared.lines.run()) => Err(error),
            error = Box::pin(self.run_routing()) => Err(error),
        }
    }

    /// Follows one of the logs until `shutdown`, so that an end of this one leaves the other alone.
    pub async fn run_of(&self, log: Log, shutdown: impl Future<Output = ()> + Send) -> Result<(), Error> {
        tokio::select! {
            biased;
            () = shutdown => Ok(()),
            error = self.shared.lines.run(), if log == Log::Lines => Err(error),
            error = self.run_routing(), if log == Log::Routing => Err(error),
        }
    }

    /// The name under which the ledger reads a log: of its feed, and of the readiness check.
    pub const fn reader(log: Log) -> &'static str {
        match log {
            Log::Lines => "commitments",
            Log::Routing => "commitments_of_routing",
        }
    }

    /// The logs that are followed, each with whether the ledger moves on along it. To be [run](Self::run_of) one by one, so
    /// that a log that waits for a person leaves the others alone.
    pub fn readers(&self) -> impl Iterator<Item = (Log, watch::Receiver<State>)> {
        Log::ALL.into_iter().filter_map(|log| Some((log, self.states_of(log)?)))
    }

    async fn run_routing(&self) -> Error {
        match &self.shared.routing {
            Some(routing) => routing.run().await,
            None => std::future::pending().await,
        }
    }

    /// Whether the ledger moves on along the log of `lines`, and how that changes.
    pub fn states(&self) -> watch::Receiver<State> {
        self.shared.lines.states()
    }

    /// The same along one of the logs; `None` for one that is not followed.
    pub fn states_of(&self, log: Log) -> Option<watch::Receiver<State>> {
        match log {
            Log::Lines => Some(self.shared.lines.states()),
            Log::Routing => self.shared.routing.as_ref().map(Follower::states),
        }
    }

    /// How far this process has seen the ledger come along the log of `lines`.
    pub fn standing(&self) -> Standing {
        self.shared.lines.projection().standing()
    }

    /// The same along one of the logs; `None` for one that is not followed.
    pub fn standing_of(&self, log: Log) -> Option<Standing> {
        match log {
            Log::Lines => Some(self.standing()),
            Log::Routing => self.shared.routing.as_ref().map(|routing| routing.projection().standing()),
        }
    }

    /// Waits until everything up to `position` of the log of `lines` is taken in by [`Commitments::run`] of this process.
    pub async fn reached(&self, position: i64) {
        self.shared.lines.reached(position).await;
    }

    /// The same for one of the logs; at once for one that is not followed.
    pub async fn reached_in(&self, log: Log, position: i64) {
        match (log, &self.shared.routing) {
            (Log::Lines, _) => self.shared.lines.reached(position).await,
            (Log::Routing, Some(routing)) => routing.reached(position).await,
            (Log::Routing, None) => {}
        }
    }

    async fn snapshot(&self) -> Result<Transaction, Error> {
        Ok(self.shared.database.begin_snapshot().await.map_err(view::Error::from)?)
    }

    /// The result of a characteristic, and how far the ledger had read the log that its cases come from.
    pub async fn indicator(&self, question: &Question) -> Result<(Indicator, Standing), Error> {
        let mut snapshot = self.snapshot().await?;
        let standing = match question.characteristic.log {
            Log::Lines => view::standing::<OfLines>(&mut snapshot).await?,
            Log::Routing => view::standing::<OfRouting>(&mut snapshot).await?,
        };
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
    ) -> Result<(Vec<AnyCase>, Option<PageKey>), Error> {
        let mut snapshot = self.snapshot().await?;
        let page = view::cases(&mut snapshot, &question.filter(), after, size).await?;
        snapshot.rollback().await.map_err(view::Error::from)?;
        Ok(page)
    }

    /// The digest of the ledger over all of its logs, and where it stood in that of `lines`.
    pub async fn digest(&self) -> Result<(Digest, Standing), Error> {
        let mut snapshot = self.snapshot().await?;
        let standing = view::standing::<OfLines>(&mut snapshot).await?;
        let digest = view::digest(&mut snapshot).await?;
        snapshot.rollback().await.map_err(view::Error::from)?;
        Ok((digest, standing))
    }

    /// Computes the ledger anew from its logs beside the live one, and compares both at the same positions. Neither
    /// stops nor changes the live one. One at a time in a process.
    pub async fn rebuild(&self, mut progress: impl FnMut(Step) + Send) -> Result<Comparison, Error> {
        let Shared { database, options, feeds, rebuild, .. } = &*self.shared;
        let _turn = rebuild.try_lock().map_err(|_| Error::RebuildUnderWay)?;
        let scratch = options.scratch_options();
        let feeds = view::Feeds { lines: &*feeds.lines, routing: feeds.routing.as_deref() };
        let comparison = Box::pin(view::rebuild(database, &scratch, &feeds, &mut progress)).await?;
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

    /// Forgets everything that came from the followed logs and lets [`Commitments::run`] read them from their beginning: what
    /// to do when a rebuild found a difference. Until it has caught up, answers say at which position they stand.
    pub async fn start_over(&self) -> Result<(), Error> {
        self.shared.lines.start_over().await?;
        match &self.shared.routing {
            Some(routing) => routing.start_over().await,
            None => Ok(()),
        }
    }

    /// Forgets what came from one of the logs: what to do after that one was restored.
    pub async fn start_over_of(&self, log: Log) -> Result<(), Error> {
        match (log, &self.shared.routing) {
            (Log::Lines, _) => self.shared.lines.start_over().await,
            (Log::Routing, Some(routing)) => routing.start_over().await,
            (Log::Routing, None) => Ok(()),
        }
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.shared.lines.close().await;
    }
}

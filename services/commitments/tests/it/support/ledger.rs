//! A ledger on either engine, in a folder or database of its own.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;
use vigie_clock::SystemClock;
use vigie_commitments::domain::{Case, Indicator};
use vigie_commitments::{Commitments, Digest, Feed, Options, Question, Sight};
use vigie_eventlog::Location;
use vigie_testkit::Postgres;

use super::log::MemoryLog;
use super::script::Script;

/// Longest wait for a ledger to catch up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// A ledger and where it is kept.
pub(crate) struct Ledger {
    pub(crate) commitments: Commitments,
    pub(crate) location: Location,
    _folder: tempfile::TempDir,
}

impl Ledger {
    pub(crate) async fn open(engine: Engine, feed: Arc<dyn Feed>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location = match engine {
            Engine::Sqlite => Location::Sqlite(folder.path().join("commitments.db")),
            Engine::Postgres => {
                let url = tokio::task::spawn_blocking(|| {
                    Postgres::shared().unwrap().create_database("commitments").unwrap()
                })
                .await
                .unwrap();
                Location::Postgres { url, schema: "commitments".to_owned() }
            }
        };
        let commitments = Self::open_at(location.clone(), feed).await;
        Self { commitments, location, _folder: folder }
    }

    /// Another process's ledger over the same tables.
    pub(crate) async fn open_at(location: Location, feed: Arc<dyn Feed>) -> Commitments {
        let mut options = Options::new(location);
        options.database.connections_max = 4;
        options.retry_min = Duration::from_millis(1);
        let clock: Arc<dyn vigie_clock::Clock> = Arc::new(SystemClock);
        Commitments::open(options, feed, clock).await.unwrap()
    }

    /// Runs until everything up to `position` is taken in.
    pub(crate) async fn catch_up(&self, position: i64) {
        catch_up(&self.commitments, position).await;
    }

    pub(crate) async fn digest(&self) -> Digest {
        self.commitments.digest().await.unwrap().0
    }

    /// The result over everything.
    pub(crate) async fn indicator(&self) -> Indicator {
        self.commitments.indicator(&Question::of("9.3", Sight::Everything)).await.unwrap().0
    }

    /// All cases, newest first.
    pub(crate) async fn cases(&self) -> Vec<Case> {
        let question = Question::of("9.3", Sight::Everything);
        let (cases, next) = self.commitments.cases(&question, None, 100_000).await.unwrap();
        assert!(next.is_none());
        cases
    }

    pub(crate) async fn case(&self, act: Uuid) -> Case {
        let cases = self.cases().await;
        cases.into_iter().find(|case| case.case_id == act).expect("the act has a case")
    }
}

/// Runs a ledger until everything up to `position` is taken in.
pub(crate) async fn catch_up(commitments: &Commitments, position: i64) {
    let reached = async {
        tokio::time::timeout(PATIENCE, commitments.reached(position)).await.expect("the ledger catches up");
    };
    commitments.run(reached).await.unwrap();
}

/// A ledger on SQLite that has taken the script in.
pub(crate) async fn ledger_of(script: &Script) -> Ledger {
    let ledger = Ledger::open(Engine::Sqlite, Arc::new(MemoryLog::of(&script.events))).await;
    ledger.catch_up(script.events.len() as i64).await;
    ledger
}

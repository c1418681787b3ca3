//! A ledger on either engine, in a folder or database of its own.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;
use vigie_clock::SystemClock;
use vigie_commitments::domain::{Case, Indicator};
use vigie_commitments::{Commitments, Error, Feed, Options, Question, Sight};
use vigie_eventlog::Location;
use vigie_viewkit::{Engine, House, Script, View, as_its_service_does};

/// The ledger, as all tests of views drive it and as its own ask it.
#[derive(Clone)]
pub(crate) struct LedgerView {
    pub(crate) commitments: Commitments,
}

/// A ledger and where it is kept.
pub(crate) type Ledger = House<LedgerView>;

impl View for LedgerView {
    type Error = Error;

    const NAME: &'static str = "commitments";

    async fn open(location: Location, owner_url: Option<String>, feed: Arc<dyn Feed>) -> Self {
        let mut options = Options { owner_url, ..Options::new(location) };
        options.database.connections_max = 4;
        options.retry_min = Duration::from_millis(1);
        Self { commitments: Commitments::open(options, feed, Arc::new(SystemClock)).await.unwrap() }
    }

    as_its_service_does!(commitments);
}

impl LedgerView {
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

    /// The case of an act.
    pub(crate) async fn case(&self, act: Uuid) -> Case {
        let cases = self.cases().await;
        cases.into_iter().find(|case| case.case_id == act).expect("the act has a case")
    }
}

/// A ledger on SQLite that has taken the script in.
pub(crate) async fn ledger_of(script: &Script) -> Ledger {
    Ledger::fed(Engine::Sqlite, script).await
}

//! A ledger on either engine, in a folder or database of its own.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;
use vigie_clock::SystemClock;
use vigie_commitments::domain::promise::PromiseCase;
use vigie_commitments::domain::{Case, Indicator};
use vigie_commitments::{AnyCase, Characteristic, Commitments, Error, Feed, Options, Question, Sight};
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
        self.commitments.indicator(&everything("9.3")).await.unwrap().0
    }

    /// All cases, newest first.
    pub(crate) async fn cases(&self) -> Vec<Case> {
        let (cases, next) = self.commitments.cases(&everything("9.3"), None, 100_000).await.unwrap();
        assert!(next.is_none());
        cases.into_iter().map(act).collect()
    }

    /// The case of an act.
    pub(crate) async fn case(&self, act: Uuid) -> Case {
        let cases = self.cases().await;
        cases.into_iter().find(|case| case.case_id == act).expect("the act has a case")
    }
}

/// All cases of a characteristic.
pub(crate) fn everything(characteristic: &str) -> Question {
    Question::of(Characteristic::named(characteristic).unwrap(), Sight::Everything)
}

/// An act of promise 9.3.
pub(crate) fn act(case: AnyCase) -> Case {
    match case {
        AnyCase::Act(case) => case,
        AnyCase::Promise(case) => panic!("{case:?}"),
    }
}

/// A case of any other promise.
pub(crate) fn promise(case: AnyCase) -> PromiseCase {
    match case {
        AnyCase::Promise(case) => case,
        AnyCase::Act(case) => panic!("{case:?}"),
    }
}

/// A ledger on SQLite that has taken the script in.
pub(crate) async fn ledger_of(script: &Script) -> Ledger {
    Ledger::fed(Engine::Sqlite, script).await
}

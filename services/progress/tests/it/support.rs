//! A progress view on either engine, in a folder or database of its own, and its API.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use uuid::Uuid;
use vigie_chassis::identity::{Caller, Role, RoleSet};
use vigie_clock::SystemClock;
use vigie_eventlog::Location;
use vigie_eventlog::view::Retry;
use vigie_progress::domain::{Act, Entry};
use vigie_progress::{Api, Error, Feed, Options, Progress, Sight, WatchOptions};
use vigie_viewkit::{Engine, Script, View, as_its_service_does, signer};

/// The view, as all tests of views drive it and as its own ask it.
#[derive(Clone)]
pub(crate) struct ProgressView {
    pub(crate) progress: Progress,
}

/// A view and where it is kept.
pub(crate) type House = vigie_viewkit::House<ProgressView>;

impl View for ProgressView {
    type Error = Error;

    const NAME: &'static str = "progress";

    async fn open(location: Location, owner_url: Option<String>, feed: Arc<dyn Feed>) -> Self {
        Self::open_with(Options { owner_url, ..Options::new(location) }, feed).await
    }

    as_its_service_does!(progress);
}

impl ProgressView {
    async fn open_with(mut options: Options, feed: Arc<dyn Feed>) -> Self {
        options.database.connections_max = 4;
        options.retry = Retry { min: Duration::from_millis(1), ..options.retry };
        Self { progress: Progress::open(options, feed, Arc::new(SystemClock)).await.unwrap() }
    }

    /// Runs until the test's runtime ends.
    pub(crate) fn run(&self) -> JoinHandle<()> {
        let progress = self.progress.clone();
        tokio::spawn(async move {
            let _stopped = progress.run(std::future::pending()).await;
        })
    }

    pub(crate) async fn act(&self, act: Uuid) -> Act {
        self.progress.act(act, &Sight::Everything).await.unwrap().expect("the act is there")
    }

    /// All entries of a line, oldest first.
    pub(crate) async fn entries(&self, line: Uuid) -> Vec<Entry> {
        let page = self.progress.timeline(line, &Sight::Everything, None, None, 100_000).await.unwrap();
        let Some((_, mut entries, next)) = page else { return Vec::new() };
        assert!(next.is_none());
        entries.reverse();
        entries
    }
}

/// A view on SQLite that has taken the script in.
pub(crate) async fn house_of(script: &Script) -> House {
    House::fed(Engine::Sqlite, script).await
}

/// An empty view on SQLite whose watches have other bounds than usual.
pub(crate) async fn house_that_watches(feed: Arc<dyn Feed>, watch: WatchOptions) -> House {
    let open = |location| ProgressView::open_with(Options { watch, ..Options::new(location) }, feed);
    House::open_by(Engine::Sqlite, open).await
}

/// The service; all share one key, as replicas do.
pub(crate) fn api(progress: &Progress) -> Api {
    Api::new(progress.clone(), signer())
}

/// One whom nothing narrows.
pub(crate) fn staff() -> Caller {
    Caller::new("advisor-1", RoleSet::of(&[Role::Advisor]), vec![], false)
}

//! A progress view on either engine, in a folder or database of its own.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use uuid::Uuid;
use vigie_clock::SystemClock;
use vigie_eventlog::Location;
use vigie_eventlog::view::Retry;
use vigie_progress::domain::{Act, Entry};
use vigie_progress::{Digest, Feed, Options, Progress, Sight, WatchOptions};
use vigie_testkit::Postgres;

use super::log::MemoryLog;
use super::script::Script;

/// Longest wait for a view to catch up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// A view and where it is kept.
pub(crate) struct House {
    pub(crate) progress: Progress,
    pub(crate) location: Location,
    _folder: tempfile::TempDir,
}

impl House {
    pub(crate) async fn open(engine: Engine, feed: Arc<dyn Feed>) -> Self {
        Self::open_with(engine, feed, WatchOptions::default()).await
    }

    pub(crate) async fn open_with(engine: Engine, feed: Arc<dyn Feed>, watch: WatchOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location = match engine {
            Engine::Sqlite => Location::Sqlite(folder.path().join("progress.db")),
            Engine::Postgres => {
                let url = tokio::task::spawn_blocking(|| {
                    Postgres::shared().unwrap().create_database("progress").unwrap()
                })
                .await
                .unwrap();
                Location::Postgres { url, schema: "progress".to_owned() }
            }
        };
        let progress = Self::open_at_with(location.clone(), feed, watch).await;
        Self { progress, location, _folder: folder }
    }

    /// Another process's view over the same tables.
    pub(crate) async fn open_at(location: Location, feed: Arc<dyn Feed>) -> Progress {
        Self::open_at_with(location, feed, WatchOptions::default()).await
    }

    async fn open_at_with(location: Location, feed: Arc<dyn Feed>, watch: WatchOptions) -> Progress {
        let mut options = Options::new(location);
        options.database.connections_max = 4;
        options.retry = Retry { min: Duration::from_millis(1), ..options.retry };
        options.watch = watch;
        Progress::open(options, feed, Arc::new(SystemClock)).await.unwrap()
    }

    /// Runs until everything up to `position` is taken in.
    pub(crate) async fn catch_up(&self, position: i64) {
        catch_up(&self.progress, position).await;
    }

    /// Runs until the test's runtime ends.
    pub(crate) fn run(&self) -> JoinHandle<()> {
        let progress = self.progress.clone();
        tokio::spawn(async move {
            let _stopped = progress.run(std::future::pending()).await;
        })
    }

    pub(crate) async fn digest(&self) -> Digest {
        self.progress.digest().await.unwrap().0
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

/// Runs a view until everything up to `position` is taken in.
pub(crate) async fn catch_up(progress: &Progress, position: i64) {
    let reached = async {
        tokio::time::timeout(PATIENCE, progress.reached(position)).await.expect("the view catches up");
    };
    progress.run(reached).await.unwrap();
}

/// A view on SQLite that has taken the script in.
pub(crate) async fn house_of(script: &Script) -> House {
    let house = House::open(Engine::Sqlite, Arc::new(MemoryLog::of(&script.events))).await;
    house.catch_up(script.head()).await;
    house
}

macro_rules! on_both_engines {
    ($($case:ident),* $(,)?) => {
        mod sqlite { $(
            #[tokio::test]
            async fn $case() { super::$case(crate::support::Engine::Sqlite).await; }
        )* }
        mod postgres { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() { super::$case(crate::support::Engine::Postgres).await; }
        )* }
    };
}
pub(crate) use on_both_engines;

//! A view on either engine, in a place of its own.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use vigie_eventlog::view::{Digest, Feed};
use vigie_eventlog::{Database, DatabaseOptions, Location};

use crate::{Engine, MemoryLog, Place, Script, View};

/// Longest wait for a view to catch up.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A view and where it is kept. Stands for the view wherever one is asked something.
#[derive(Debug)]
pub struct House<V> {
    view: V,
    place: Place,
}

impl<V: View> House<V> {
    /// An empty view in a new place.
    pub async fn open(engine: Engine, feed: Arc<dyn Feed>) -> Self {
        Self::open_by(engine, |location| V::open(location, None, feed)).await
    }

    /// A view in a new place, opened otherwise than usual.
    pub async fn open_by<F: Future<Output = V>>(engine: Engine, open: impl FnOnce(Location) -> F) -> Self {
        let place = Place::on(engine, V::NAME).await;
        Self { view: open(place.location.clone()).await, place }
    }

    /// A view that has taken the whole script in.
    pub async fn fed(engine: Engine, script: &Script) -> Self {
        let house = Self::open(engine, Arc::new(MemoryLog::of(&script.events))).await;
        house.catch_up(script.head()).await;
        house
    }

    /// Another process's view over the same tables.
    pub async fn another_process(&self, feed: Arc<dyn Feed>) -> V {
        V::open(self.place.location.clone(), None, feed).await
    }

    /// Where its tables are.
    pub const fn location(&self) -> &Location {
        &self.place.location
    }

    /// Its tables, behind its back.
    pub async fn database(&self) -> Database {
        Database::open(&DatabaseOptions::new(self.place.location.clone())).await.unwrap()
    }

    /// Runs until everything up to `position` is taken in.
    pub async fn catch_up(&self, position: i64) {
        catch_up(&self.view, position).await;
    }

    /// The digest of its tables.
    pub async fn digest(&self) -> Digest {
        self.view.digest().await
    }
}

impl<V> Deref for House<V> {
    type Target = V;

    fn deref(&self) -> &V {
        &self.view
    }
}

/// Runs a view until everything up to `position` is taken in.
pub async fn catch_up<V: View>(view: &V, position: i64) {
    let reached = async {
        tokio::time::timeout(PATIENCE, view.reached(position)).await.expect("the view catches up");
    };
    view.run_until(reached).await.unwrap();
}

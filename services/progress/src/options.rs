//! How a progress view is set up.

use std::time::Duration;

use opentelemetry::metrics::Meter;
use vigie_eventlog::view::{Retry, scratch_location};
use vigie_eventlog::{DatabaseOptions, Location};
use vigie_process::Places;

/// How a progress view is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// Its own database: a schema, or a file of its own.
    pub database: DatabaseOptions,
    /// For PostgreSQL: an address with the owner's rights, for migrations and for the scratch schema of a rebuild; `None`
    /// uses the database's own.
    pub owner_url: Option<String>,
    /// Where a rebuild computes; emptied before and after. Nothing else may live there.
    pub scratch: Location,
    /// Pauses after a failure that may pass.
    pub retry: Retry,
    /// How lines are watched.
    pub watch: WatchOptions,
    /// Where metrics go.
    pub meter: Option<Meter>,
}

impl Options {
    /// The usual bounds. The view need not be durable: what a crash takes is computed again from the log.
    pub fn new(location: Location) -> Self {
        let scratch = scratch_location(&location);
        Self {
            database: DatabaseOptions { durable: false, ..DatabaseOptions::new(location) },
            owner_url: None,
            scratch,
            retry: Retry::default(),
            watch: WatchOptions::default(),
            meter: None,
        }
    }

    /// The same in the place that a process keeps for the view.
    pub fn of(places: &Places) -> Self {
        Self { owner_url: places.owner_url().map(str::to_owned), ..Self::new(places.location("progress")) }
    }

    /// How a rebuild opens its scratch location: with the owner's rights, since it makes tables and drops them.
    pub(crate) fn scratch_options(&self) -> DatabaseOptions {
        let location = self.scratch.as_owner(self.owner_url.as_deref());
        DatabaseOptions { location, connections_max: 2, ..self.database.clone() }
    }
}

/// How lines are watched. Everything about a watch is bounded.
#[derive(Clone, Debug)]
pub struct WatchOptions {
    /// Callers of this process that watch a line or wait for a version of it, at most.
    pub listeners_max: usize,
    /// Messages that may wait for a slow reader.
    pub waiting_max: usize,
    /// A reader that takes nothing for so long is dropped.
    pub slow_reader: Duration,
    /// Without news a reader hears at least this often that the watch lives.
    pub heartbeat: Duration,
    /// A watch ends by itself after so long: who watches on is authorised anew.
    pub lasts_max: Duration,
}

impl Default for WatchOptions {
    fn default() -> Self {
        Self {
            listeners_max: 10_000,
            waiting_max: 64,
            slow_reader: Duration::from_secs(30),
            heartbeat: Duration::from_secs(5),
            lasts_max: Duration::from_secs(3_600),
        }
    }
}

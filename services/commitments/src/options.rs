//! How a ledger is set up.

use std::time::Duration;

use opentelemetry::metrics::Meter;
use vigie_eventlog::view::{Retry, scratch_location};
use vigie_eventlog::{DatabaseOptions, Location};
use vigie_process::Places;

/// How a ledger is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// Its own database: a schema, or a file of its own.
    pub database: DatabaseOptions,
    /// For PostgreSQL: an address with the owner's rights, for migrations and for the scratch schema of a rebuild; `None`
    /// uses the database's own.
    pub owner_url: Option<String>,
    /// Where a rebuild computes; emptied before and after. Nothing else may live there.
    pub scratch: Location,
    /// First wait after a failure that may pass; doubles up to `retry_max`.
    pub retry_min: Duration,
    /// Longest wait between two tries.
    pub retry_max: Duration,
    /// Where metrics go.
    pub meter: Option<Meter>,
}

impl Options {
    /// The usual bounds. The ledger need not be durable: what a crash takes is computed again from the log.
    pub fn new(location: Location) -> Self {
        let scratch = scratch_location(&location);
        let Retry { min: retry_min, max: retry_max } = Retry::default();
        Self {
            database: DatabaseOptions { durable: false, ..DatabaseOptions::new(location) },
            owner_url: None,
            scratch,
            retry_min,
            retry_max,
            meter: None,
        }
    }

    /// The same in the place that a process keeps for the ledger.
    pub fn of(places: &Places) -> Self {
        Self { owner_url: places.owner_url().map(str::to_owned), ..Self::new(places.location("commitments")) }
    }

    /// How a rebuild opens its scratch location: with the owner's rights, since it makes tables and drops them.
    pub(crate) fn scratch_options(&self) -> DatabaseOptions {
        let location = self.scratch.as_owner(self.owner_url.as_deref());
        DatabaseOptions { location, connections_max: 2, ..self.database.clone() }
    }

    pub(crate) const fn retry(&self) -> Retry {
        Retry { min: self.retry_min, max: self.retry_max }
    }
}

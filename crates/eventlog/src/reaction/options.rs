//! How a reaction is set up.

use std::time::Duration;

use crate::database::{DatabaseOptions, Location};
use crate::event::Checkpoint;
use crate::view::Retry;

/// How a reaction is set up. Everything is bounded.
#[derive(Clone, Debug)]
pub struct Options {
    /// Its own place, a schema or a file; always durable: what it loses nobody can compute anew.
    pub database: DatabaseOptions,
    /// For PostgreSQL: an address with the owner's rights for migrations; `None` uses the database's own.
    pub owner_url: Option<String>,
    /// Where it begins if it never ran: the log's head, unless it shall also react to what is past.
    pub begin_after: Checkpoint,
    /// What is older is not carried out by itself: it waits for a person.
    pub age_max: Duration,
    /// Attempts before an effect waits for a person.
    pub attempts_max: u32,
    /// Pauses between the attempts of one effect; each is shortened by up to a half, so that effects that failed together
    /// do not come back together.
    pub retry: Retry,
    /// How long one attempt may take. After a crash in the middle of one the next begins after twice that.
    pub timeout: Duration,
    /// Effects carried out at a time by this process, of as many streams.
    pub concurrency: usize,
}

impl Options {
    /// The usual bounds, at `location`; new, it begins after `begin_after`.
    pub fn new(location: Location, begin_after: Checkpoint) -> Self {
        Self {
            database: DatabaseOptions::new(location),
            owner_url: None,
            begin_after,
            age_max: Duration::from_secs(24 * 3600),
            attempts_max: 20,
            retry: Retry { min: Duration::from_secs(1), max: Duration::from_secs(300) },
            timeout: Duration::from_secs(10),
            concurrency: 8,
        }
    }

    /// How long an attempt that was begun is its process' own: as long again as it may take, to record its end.
    pub(super) fn lease(&self) -> Duration {
        self.timeout * 2
    }
}

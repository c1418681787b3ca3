//! How the service is set up.

use std::time::Duration;

use vigie_eventlog::view::Retry;
use vigie_eventlog::{DatabaseOptions, Location};

/// How the service is set up. Everything is bounded.
#[derive(Clone, Debug)]
pub struct Options {
    /// The list of notices: a schema, or a file of its own.
    pub view: DatabaseOptions,
    /// The directory of contacts.
    pub directory: DatabaseOptions,
    /// The reaction to `lines`.
    pub of_lines: DatabaseOptions,
    /// The reaction to `routing`.
    pub of_routing: DatabaseOptions,
    /// The reaction that sends.
    pub send: DatabaseOptions,
    /// The reaction that sends what is told to very many.
    pub bulk: DatabaseOptions,
    /// The reaction that reports what was told.
    pub report: DatabaseOptions,
    /// For PostgreSQL: an address with the owner's rights, for migrations; `None` uses each one's own.
    pub owner_url: Option<String>,
    /// Pauses between the attempts on one recipient.
    pub retry: Retry,
    /// How long one attempt may take, from its begin on record to its end on record. Longer than the adapters take
    /// themselves: after a crash in the middle of one the next begins after twice that.
    pub attempt_max: Duration,
    /// Messages sent at a time, of as many notices; and as many again of campaigns.
    pub concurrency: usize,
    /// What was caused longer ago than that is not told by itself: it waits for a person.
    pub age_max: Duration,
    /// Whether webhooks may lead to this very machine by plain http, for development.
    pub loopback_webhooks: bool,
    /// Longest time to an answer when the caller sets no deadline.
    pub answer_max: Duration,
    /// How far the view may be behind the log before the service says that it is not ready, in events.
    pub view_lag_max: i64,
}

impl Options {
    /// The usual bounds; `place` says where the part of each name is kept.
    pub fn new(place: impl Fn(&'static str) -> Location) -> Self {
        let database = |name| DatabaseOptions::new(place(name));
        Self {
            view: database("notices_view"),
            directory: database("notices_directory"),
            of_lines: database("notices_of_lines"),
            of_routing: database("notices_of_routing"),
            send: database("notices_send"),
            bulk: database("notices_bulk"),
            report: database("notices_report"),
            owner_url: None,
            retry: Retry { min: Duration::from_secs(1), max: Duration::from_secs(900) },
            attempt_max: Duration::from_secs(30),
            concurrency: 8,
            age_max: Duration::from_secs(24 * 3600),
            loopback_webhooks: false,
            answer_max: Duration::from_secs(1),
            view_lag_max: 100_000,
        }
    }
}

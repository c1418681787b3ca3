//! How the service is set up.

use std::time::Duration;

use vigie_eventlog::{DatabaseOptions, Location};

/// How the service is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// The view's own database: a schema, or a file of its own.
    pub view: DatabaseOptions,
    /// The own database of the reaction that opens companies' plans of reviews: a schema, or a file of its own.
    pub reviews: DatabaseOptions,
    /// The own database of the reaction that keeps accounts' standing: a schema, or a file of its own.
    pub standing: DatabaseOptions,
    /// How long one attempt of that reaction may take; the next one goes on where it ended, after a crash once twice that
    /// time has passed.
    pub standing_attempt_max: Duration,
    /// For PostgreSQL: an address with the owner's rights, for migrations; `None` uses the view's own.
    pub owner_url: Option<String>,
    /// Longest time to an answer when the caller sets no deadline.
    pub answer_max: Duration,
    /// How far the view may be behind the log before the service says that it is not ready, in events.
    pub view_lag_max: i64,
}

impl Options {
    /// The usual bounds, with the view there and the reactions beside it.
    pub fn new(view: Location) -> Self {
        Self {
            reviews: DatabaseOptions::new(beside(&view, "reviews")),
            standing: DatabaseOptions::new(beside(&view, "standing")),
            standing_attempt_max: Duration::from_secs(30),
            view: DatabaseOptions::new(view),
            owner_url: None,
            answer_max: Duration::from_secs(1),
            view_lag_max: 100_000,
        }
    }
}

fn beside(view: &Location, what: &str) -> Location {
    match view {
        Location::Sqlite(file) => Location::Sqlite(file.with_extension(format!("{what}.db"))),
        Location::Postgres { url, schema } => {
            Location::Postgres { url: url.clone(), schema: format!("{schema}_{what}") }
        }
    }
}

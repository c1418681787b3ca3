//! How `routing` is set up.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use vigie_chassis::client::Tls;
use vigie_chassis::config::Secret;
use vigie_eventlog::{DatabaseOptions, Location};
use vigie_process::Places;

use crate::options::Options;

/// What contact centres are told to write to.
const FACTS_TOPIC: &str = "vigie.routing.facts.v1";

/// Section `[routing]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Routing {
    /// Longest time to an answer when the caller sets no deadline, in milliseconds.
    pub answer_max_ms: u64,
    /// Events that the view may be behind the log while the service counts as ready.
    pub view_lag_max: i64,
    /// How long one look at all accounts that a staff member's coming and going matters to may take, in seconds. After a crash
    /// in the middle of one the next begins after twice that.
    pub standing_attempt_max_s: u64,
    /// Topic on which contact centres tell facts, where there is Kafka; made if it is missing. Empty to take none.
    pub facts_topic: String,
    /// For those who read the log from elsewhere: where it is served.
    pub endpoint: Option<String>,
    /// For those who read the log from elsewhere: the file of their token.
    pub token: Option<Secret>,
    /// For those who read the log from elsewhere: how they trust the endpoint.
    pub tls: Tls,
}

impl Default for Routing {
    fn default() -> Self {
        // The service's own defaults, so that there is one place for them; the location is replaced anyway.
        let Options { answer_max, view_lag_max, standing_attempt_max, .. } =
            Options::new(Location::Sqlite(std::path::PathBuf::new()));
        let answer_max_ms = u64::try_from(answer_max.as_millis()).unwrap_or(u64::MAX);
        let (endpoint, token, tls) = (None, None, Tls::default());
        let standing_attempt_max_s = standing_attempt_max.as_secs();
        let facts_topic = FACTS_TOPIC.to_owned();
        Self { answer_max_ms, view_lag_max, standing_attempt_max_s, facts_topic, endpoint, token, tls }
    }
}

impl Routing {
    /// As the service takes it.
    pub fn options(&self, places: &Places) -> Options {
        Options {
            view: DatabaseOptions::new(places.location("routing_view")),
            reviews: DatabaseOptions::new(places.location("routing_reviews")),
            standing: DatabaseOptions::new(places.location("routing_standing")),
            owner_url: places.owner_url().map(str::to_owned),
            answer_max: Duration::from_millis(self.answer_max_ms),
            view_lag_max: self.view_lag_max,
            standing_attempt_max: Duration::from_secs(self.standing_attempt_max_s.max(1)),
        }
    }
}

//! How `notices` is set up.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use vigie_chassis::client::Tls;
use vigie_chassis::config::Secret;
use vigie_eventlog::Location;
use vigie_process::Places;

use super::Mail;
use crate::options::Options;

/// Section `[notices]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Notices {
    /// How mail leaves.
    pub mail: Mail,
    /// Messages sent at a time; and as many again of campaigns.
    pub concurrency: usize,
    /// What was caused longer ago than so many hours is not told by itself: it waits for a person.
    pub age_max_hours: u64,
    /// Whether webhooks may lead to this very machine by plain http, for development.
    pub loopback_webhooks: bool,
    /// Longest time to an answer when the caller sets no deadline, in milliseconds.
    pub answer_max_ms: u64,
    /// Events that the view may be behind the log while the service counts as ready.
    pub view_lag_max: i64,
    /// For those who read the log from elsewhere: where it is served.
    pub endpoint: Option<String>,
    /// For those who read the log from elsewhere: the file of their token.
    pub token: Option<Secret>,
    /// For those who read the log from elsewhere: how they trust the endpoint.
    pub tls: Tls,
}

impl Default for Notices {
    fn default() -> Self {
        // The service's own defaults, so that there is one place for them; the locations are replaced anyway.
        let Options { concurrency, age_max, loopback_webhooks, answer_max, view_lag_max, .. } =
            Options::new(|_| Location::Sqlite(std::path::PathBuf::new()));
        let answer_max_ms = u64::try_from(answer_max.as_millis()).unwrap_or(u64::MAX);
        let age_max_hours = age_max.as_secs() / 3600;
        let (mail, endpoint, token, tls) = (Mail::default(), None, None, Tls::default());
        Self {
            mail,
            concurrency,
            age_max_hours,
            loopback_webhooks,
            answer_max_ms,
            view_lag_max,
            endpoint,
            token,
            tls,
        }
    }
}

impl Notices {
    /// As the service takes it.
    pub fn options(&self, places: &Places) -> Options {
        Options {
            owner_url: places.owner_url().map(str::to_owned),
            concurrency: self.concurrency,
            age_max: Duration::from_secs(self.age_max_hours.saturating_mul(3600)),
            loopback_webhooks: self.loopback_webhooks,
            answer_max: Duration::from_millis(self.answer_max_ms),
            view_lag_max: self.view_lag_max,
            ..Options::new(|name| places.location(name))
        }
    }
}

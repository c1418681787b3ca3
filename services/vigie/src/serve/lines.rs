//! How `lines` is set up.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_eventlog::{DatabaseOptions, Location};
use vigie_lines::Options;
use vigie_lines::register::DriverOptions;

use super::storage::Places;

/// Section `[lines]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Lines {
    /// Who manages which account: user ids by account, until accounts are a service of their own.
    pub(crate) managers: BTreeMap<Uuid, BTreeSet<String>>,
    /// How the register is driven.
    pub(crate) driver: DriverOptions,
    /// Longest time to an answer when the caller sets no deadline, in milliseconds.
    pub(crate) answer_max_ms: u64,
    /// Events that the view may be behind the log while the service counts as ready.
    pub(crate) view_lag_max: i64,
}

impl Default for Lines {
    fn default() -> Self {
        // The service's own defaults, so that there is one place for them; the location is replaced anyway.
        let Options { managers, driver, answer_max, view_lag_max, .. } =
            Options::new(Location::Sqlite(std::path::PathBuf::new()));
        let answer_max_ms = u64::try_from(answer_max.as_millis()).unwrap_or(u64::MAX);
        Self { managers, driver, answer_max_ms, view_lag_max }
    }
}

impl Lines {
    /// As the service takes it. `call_timeout_ms` is the register's: the driver's leases must outlast a call.
    pub(crate) fn options(&self, places: &Places, call_timeout_ms: u64) -> Options {
        Options {
            view: DatabaseOptions::new(places.lines_view.clone()),
            owner_url: places.owner_url.clone(),
            managers: self.managers.clone(),
            driver: DriverOptions { call_timeout_ms, ..self.driver.clone() },
            answer_max: Duration::from_millis(self.answer_max_ms),
            view_lag_max: self.view_lag_max,
        }
    }
}

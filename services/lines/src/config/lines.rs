//! How `lines` is set up.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_chassis::client::Tls;
use vigie_chassis::config::Secret;
use vigie_eventlog::{DatabaseOptions, Location};
use vigie_process::Places;

use super::{BlockList, Register};
use crate::options::Options;
use crate::register::DriverOptions;

/// Section `[lines]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lines {
    /// Who manages which account: user ids by account, until accounts are a service of their own.
    pub managers: BTreeMap<Uuid, BTreeSet<String>>,
    /// How the register is driven.
    pub driver: DriverOptions,
    /// Where stolen handsets are blocked.
    pub block_list: BlockList,
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

impl Default for Lines {
    fn default() -> Self {
        // The service's own defaults, so that there is one place for them; the location is replaced anyway.
        let Options { managers, driver, answer_max, view_lag_max, .. } =
            Options::new(Location::Sqlite(std::path::PathBuf::new()));
        let answer_max_ms = u64::try_from(answer_max.as_millis()).unwrap_or(u64::MAX);
        let (endpoint, token, tls) = (None, None, Tls::default());
        let block_list = BlockList::default();
        Self { managers, driver, block_list, answer_max_ms, view_lag_max, endpoint, token, tls }
    }
}

impl Lines {
    /// As the service takes it: the driver's leases must outlast a call of `register`.
    pub fn options(&self, places: &Places, register: &Register) -> Options {
        Options {
            view: DatabaseOptions::new(places.location("lines_view")),
            block_list: DatabaseOptions::new(places.location("lines_block_list")),
            owner_url: places.owner_url().map(str::to_owned),
            managers: self.managers.clone(),
            driver: DriverOptions { call_timeout_ms: register.call_timeout_ms(), ..self.driver.clone() },
            block_sweep_every: Duration::from_secs(self.block_list.sweep_every_s.max(1)),
            answer_max: Duration::from_millis(self.answer_max_ms),
            view_lag_max: self.view_lag_max,
        }
    }
}

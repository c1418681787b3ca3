//! How the service is set up.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use uuid::Uuid;
use vigie_eventlog::{DatabaseOptions, Location};

use crate::register::DriverOptions;

/// How the service is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// The view's own database: a schema, or a file of its own. Durable, for the driver keeps its watches there.
    pub view: DatabaseOptions,
    /// The own database of the reaction that carries out the block list: a schema, or a file of its own.
    pub block_list: DatabaseOptions,
    /// For PostgreSQL: an address with the owner's rights, for migrations; `None` uses the view's own.
    pub owner_url: Option<String>,
    /// Who manages which account: user ids by account. Until accounts are a service of their own, this tells an advisor
    /// whether the person on the phone may ask for what only a manager may.
    pub managers: BTreeMap<Uuid, BTreeSet<String>>,
    /// How the register is driven.
    pub driver: DriverOptions,
    /// How often handsets that are not settled on the block list are looked at again, besides what the reaction does.
    pub block_sweep_every: Duration,
    /// Longest time to an answer when the caller sets no deadline.
    pub answer_max: Duration,
    /// How far the view may be behind the log before the service says that it is not ready, in events.
    pub view_lag_max: i64,
}

impl Options {
    /// The usual bounds, with the view there and the block list's reaction beside it.
    pub fn new(view: Location) -> Self {
        Self {
            block_list: DatabaseOptions::new(beside(&view)),
            view: DatabaseOptions::new(view),
            owner_url: None,
            managers: BTreeMap::new(),
            driver: DriverOptions::default(),
            block_sweep_every: Duration::from_mins(15),
            answer_max: Duration::from_secs(1),
            view_lag_max: 100_000,
        }
    }
}

fn beside(view: &Location) -> Location {
    match view {
        Location::Sqlite(file) => Location::Sqlite(file.with_extension("block-list.db")),
        Location::Postgres { url, schema } => {
            Location::Postgres { url: url.clone(), schema: format!("{schema}_block_list") }
        }
    }
}

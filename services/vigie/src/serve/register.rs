//! Which subscriber register lines are barred in.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vigie_clock::Clock;
use vigie_lines::register::{self, OsmoHlr, OsmoHlrOptions, Simulated, SimulatedOptions};

use crate::demo::Stopwatch;
use crate::error::Error;

/// Section `[register]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Register {
    /// Which of both.
    pub(crate) kind: Kind,
    /// A real one.
    pub(crate) osmo_hlr: OsmoHlrOptions,
    /// One without a network.
    pub(crate) simulated: SimulatedOptions,
}

/// What the register is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// In this process; kept in the data folder.
    #[default]
    Simulated,
    /// An OsmoHLR.
    OsmoHlr,
}

/// An opened register.
#[derive(Clone)]
pub(crate) struct Opened {
    /// What lines are driven in.
    pub(crate) register: Arc<dyn register::Register>,
    /// The same where it is simulated, for the demo to provision, to cut and to watch.
    pub(crate) simulated: Option<(Simulated, Stopwatch)>,
}

impl Register {
    /// Longest time of one call, in milliseconds.
    pub(crate) const fn call_timeout_ms(&self) -> u64 {
        match self.kind {
            Kind::Simulated => self.simulated.call_timeout_ms,
            Kind::OsmoHlr => self.osmo_hlr.call_timeout_ms,
        }
    }

    /// Opens the register; a real one is not connected to yet.
    pub(crate) fn open(&self, data: &Path, clock: Arc<dyn Clock>) -> Result<Opened, Error> {
        match self.kind {
            Kind::OsmoHlr => {
                let register = Arc::new(OsmoHlr::new(self.osmo_hlr.clone()));
                Ok(Opened { register, simulated: None })
            }
            Kind::Simulated => {
                let mut options = self.simulated.clone();
                let file = options.file.get_or_insert_with(|| data.join("register.jsonl")).clone();
                let simulated = Simulated::open(options).map_err(|source| {
                    Error::local(format!("open the simulated register {}", file.display()), source)
                })?;
                let stopwatch = Stopwatch::new(Arc::new(simulated.clone()), clock);
                Ok(Opened { register: Arc::new(stopwatch.clone()), simulated: Some((simulated, stopwatch)) })
            }
        }
    }
}

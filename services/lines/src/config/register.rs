//! Which subscriber register lines are barred in.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vigie_process::Error;

use crate::register::{self, OsmoHlr, OsmoHlrOptions, Simulated, SimulatedOptions};

/// Section `[register]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Register {
    /// Which of both.
    pub kind: Kind,
    /// A real one.
    pub osmo_hlr: OsmoHlrOptions,
    /// One without a network.
    pub simulated: SimulatedOptions,
}

/// What the register is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// In this process; kept in the data folder.
    #[default]
    Simulated,
    /// An OsmoHLR.
    OsmoHlr,
}

/// An opened register.
#[derive(Clone)]
pub enum Opened {
    /// In this process: to be provisioned, and cut off, by whoever plays the network.
    Simulated(Simulated),
    /// A real one.
    Real(Arc<dyn register::Register>),
}

impl Opened {
    /// What lines are driven in.
    pub fn register(&self) -> Arc<dyn register::Register> {
        match self {
            Self::Simulated(simulated) => Arc::new(simulated.clone()),
            Self::Real(register) => register.clone(),
        }
    }
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
    ///
    /// # Errors
    /// When the simulated register's file cannot be read or written.
    pub fn open(&self, data: &Path) -> Result<Opened, Error> {
        match self.kind {
            Kind::OsmoHlr => Ok(Opened::Real(Arc::new(OsmoHlr::new(self.osmo_hlr.clone())))),
            Kind::Simulated => {
                let mut options = self.simulated.clone();
                let file = options.file.get_or_insert_with(|| data.join("register.jsonl")).clone();
                let opened = Simulated::open(options).map_err(|source| {
                    let doing = format!("open the simulated register {}", file.display());
                    Error::Local { doing, source }
                })?;
                Ok(Opened::Simulated(opened))
            }
        }
    }
}

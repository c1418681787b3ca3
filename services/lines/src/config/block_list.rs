//! Which block list stolen handsets go on.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vigie_process::Error;

use crate::block_list::{self, Simulated, SimulatedOptions};

/// Section `[lines.block_list]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BlockList {
    /// What the list is.
    pub kind: BlockListKind,
    /// One without a network.
    pub simulated: SimulatedOptions,
    /// How often handsets that are not settled on it are looked at again, in seconds; at least 1.
    pub sweep_every_s: u64,
}

impl Default for BlockList {
    fn default() -> Self {
        Self { kind: BlockListKind::default(), simulated: SimulatedOptions::default(), sweep_every_s: 900 }
    }
}

/// What the list is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockListKind {
    /// In this process; kept in the data folder. An adapter for an equipment identity register is to come.
    #[default]
    Simulated,
}

impl BlockList {
    /// Opens the list.
    ///
    /// # Errors
    /// When the simulated list's file cannot be read or written.
    pub fn open(&self, data: &Path) -> Result<Arc<dyn block_list::BlockList>, Error> {
        match self.kind {
            BlockListKind::Simulated => {
                let mut options = self.simulated.clone();
                let file = options.file.get_or_insert_with(|| data.join("block-list.jsonl")).clone();
                let opened = Simulated::open(options).map_err(|source| {
                    let doing = format!("open the simulated block list {}", file.display());
                    Error::Local { doing, source }
                })?;
                Ok(Arc::new(opened))
            }
        }
    }
}

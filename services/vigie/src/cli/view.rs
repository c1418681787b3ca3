//! `vigie view …`

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum ViewCommand {
    /// Empty a view, so that the next start computes it from the log; offline, while nothing runs on it
    StartOver {
        /// Which of them
        which: Which,
        /// Configuration of the views' place, as for `vigie run`
        #[arg(long, value_name = "FILE", env = "VIGIE_CONFIG")]
        config: Option<PathBuf>,
    },
}

/// What is computed from the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Which {
    /// What lists of lines show
    Lines,
    /// The ledger of promises
    Commitments,
    /// The timelines of lines and acts
    Progress,
    /// All of them: what a restored log takes
    All,
}

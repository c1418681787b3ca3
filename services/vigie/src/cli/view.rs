//! `vigie view …`

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum ViewCommand {
    /// Empty a view, so that the next start computes it from the log; offline, while nothing runs on it
    StartOver {
        /// Which of them
        which: Which,
        /// Only those that read this log, by the name of its context
        #[arg(long, value_name = "NAME")]
        log: Option<String>,
        /// Configuration of the views' place, as for `vigie run`
        #[arg(long, value_name = "FILE", env = "VIGIE_CONFIG")]
        config: Option<PathBuf>,
    },
}

/// What is computed from logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Which {
    /// What lists of lines show
    Lines,
    /// What lists of customers, staff and teams show
    Routing,
    /// What lists of notices show; nothing is sent again
    Notices,
    /// Who can be told, computed from the log of routing
    Directory,
    /// The ledger of promises
    Commitments,
    /// The timelines of lines and acts
    Progress,
    /// All of them: what a restored log takes, with --log where there are several
    All,
}

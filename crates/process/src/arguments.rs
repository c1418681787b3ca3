//! The command line of a service that runs alone.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Where a process finds its configuration and its data.
#[derive(Args, Clone, Debug, Default)]
pub struct Place {
    /// Configuration (TOML); the environment (`VIGIE_SECTION__KEY`) overrides it
    #[arg(long, global = true, value_name = "FILE", env = "VIGIE_CONFIG")]
    pub config: Option<PathBuf>,
    /// The data folder [default: .vigie]
    #[arg(long, global = true, value_name = "FOLDER", env = "VIGIE_DATA")]
    pub data: Option<PathBuf>,
}

/// Serves until it is told to stop.
#[derive(Clone, Debug, Parser)]
#[command(version)]
pub struct Arguments {
    /// Where it finds its configuration and its data.
    #[command(flatten)]
    pub place: Place,
}

/// Serves until it is told to stop, or does what its command says.
#[derive(Clone, Debug, Parser)]
#[command(version)]
pub struct ViewArguments {
    /// Where it finds its configuration and its data.
    #[command(flatten)]
    pub place: Place,
    /// What to do instead of serving.
    #[command(subcommand)]
    pub command: Option<ViewCommand>,
}

/// What a view does besides serving.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum ViewCommand {
    /// Empty the view, so that the next start computes it from the log: while it is stopped, after the log was restored
    StartOver {
        /// Only what comes from this log, by the name of its context; of all that the view reads if absent
        #[arg(long, value_name = "NAME")]
        log: Option<String>,
    },
}

//! `vigie log …`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::StartAfter;

#[derive(Debug, Subcommand)]
pub(crate) enum LogCommand {
    /// The logs that are served, and where each of them ends
    List,
    /// Events in order; the last 20 if not told where to start
    Tail(Tail),
    /// Walk the chain of hashes and compare it with the anchor outside of the database
    ///
    /// All logs, one after another, if not told which.
    Verify {
        #[command(flatten)]
        which: WhichLog,
    },
    /// Write one engine-neutral file of exact rows; never overwrites
    Backup {
        /// The file to write
        file: PathBuf,
        #[command(flatten)]
        which: WhichLog,
    },
    /// Read a backup into an empty log; offline, while nothing runs on it
    ///
    /// The file says which log it is of; only backups from before Vigie had several do not.
    Restore {
        /// The file to read
        file: PathBuf,
        #[command(flatten)]
        which: WhichLog,
        /// Begin an incarnation above N: `log resync` says when that is needed
        #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true,
              value_parser = clap::value_parser!(i64).range(0..=1_000_000))]
        above: i64,
        /// Configuration of the log's place, as for `vigie run`
        #[arg(long, value_name = "FILE", env = "VIGIE_CONFIG")]
        config: Option<PathBuf>,
    },
    /// Put right what Kafka shows of events that a restore lost; offline, while nothing runs on the log
    Resync {
        #[command(flatten)]
        which: WhichLog,
        /// Configuration of the log's place and of Kafka, as for `vigie run`
        #[arg(long, value_name = "FILE", env = "VIGIE_CONFIG")]
        config: Option<PathBuf>,
    },
}

/// Which log a command is about.
#[derive(Args, Clone, Debug)]
pub(crate) struct WhichLog {
    /// The log, by the name of its context; needed where there are several
    #[arg(long = "log", value_name = "NAME")]
    pub(crate) name: Option<String>,
}

impl WhichLog {
    /// As requests name it.
    pub(crate) fn to_request(&self) -> String {
        self.name.clone().unwrap_or_default()
    }
}

#[derive(Args, Debug)]
pub(crate) struct Tail {
    #[command(flatten)]
    pub(crate) which: WhichLog,
    /// Go on with new events
    #[arg(long, short)]
    pub(crate) follow: bool,
    /// Start after this position, or after a whole checkpoint INCARNATION/POSITION/HASH
    #[arg(long, value_name = "N")]
    pub(crate) after: Option<StartAfter>,
    /// How many of the last events to start with
    #[arg(long, value_name = "N", default_value_t = 20, conflicts_with = "after",
          value_parser = clap::value_parser!(u16).range(0..=1000))]
    pub(crate) last: u16,
    /// Show what the events say (personal data)
    #[arg(long)]
    pub(crate) payload: bool,
}

//! `vigie progress …`

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum ProgressCommand {
    /// Compute the timelines anew from the log and compare them with the live ones
    Rebuild,
}

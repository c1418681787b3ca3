//! `vigie line port-out …`

use clap::{Args, Subcommand};

use super::LineSelector;
use super::line::RequestIdArgs;
use crate::output::time::Instant;

#[derive(Debug, Subcommand)]
pub(crate) enum PortOutCommand {
    /// The number is to go to another operator; suspending the line does not stop that
    Note(PortOutAt),
    /// The number stays
    Cancel(CancelPortOut),
    /// The number went: the line ends
    Complete(PortOutAt),
}

#[derive(Args, Debug)]
pub(crate) struct PortOutAt {
    /// Number (+33…) or line id
    pub(crate) line: LineSelector,
    /// When it goes, or went (RFC 3339, or local "2026-11-20 14:00")
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Instant,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct CancelPortOut {
    /// Number (+33…) or line id
    pub(crate) line: LineSelector,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

//! `vigie commitments …`

use clap::{Args, Subcommand};
use uuid::Uuid;

use super::reference::id;

#[derive(Debug, Subcommand)]
pub(crate) enum CommitmentsCommand {
    /// The result of a promise: kept, late, excluded, open, unmeasured
    Show(Show),
    /// Compute the ledger anew from its logs and compare it with the live one
    Rebuild,
}

#[derive(Args, Debug)]
pub(crate) struct Show {
    /// The promise, or one of its characteristics, such as 2.1/gap; `all` for one line each
    #[arg(default_value = "9.3")]
    pub(crate) characteristic: String,
    /// Only this account
    #[arg(long, value_name = "UUID", value_parser = id)]
    pub(crate) account: Option<Uuid>,
    /// Its cases too, newest first, with the ids of the events that prove them
    #[arg(long)]
    pub(crate) cases: bool,
    /// How many cases at most; 0 for all
    #[arg(long, default_value_t = 20, requires = "cases")]
    pub(crate) limit: u32,
}

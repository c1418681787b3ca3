//! `vigie commitments …`

use clap::{Args, Subcommand};
use uuid::Uuid;

#[derive(Debug, Subcommand)]
pub(crate) enum CommitmentsCommand {
    /// The result of a promise: kept, late, excluded, open, unmeasured
    Show(Show),
    /// Compute the ledger anew from the log and compare it with the live one
    Rebuild,
}

#[derive(Args, Debug)]
pub(crate) struct Show {
    /// The promise
    #[arg(default_value = "9.3")]
    pub(crate) characteristic: String,
    /// Only this account
    #[arg(long, value_name = "UUID")]
    pub(crate) account: Option<Uuid>,
    /// Its cases too, newest first, with the ids of the events that prove them
    #[arg(long)]
    pub(crate) cases: bool,
    /// How many cases at most; 0 for all
    #[arg(long, default_value_t = 20, requires = "cases")]
    pub(crate) limit: u32,
}

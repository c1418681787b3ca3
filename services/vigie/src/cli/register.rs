//! `vigie register …`

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum RegisterCommand {
    /// Whether the register answers, what waits for it, whether the reconciler is paused
    Status,
    /// Compare every line with the register; repair towards barred
    Reconcile(Reconcile),
    /// Stop repairs by the reconciler; commands go on
    Pause(Pause),
    /// Let the reconciler repair again
    Unpause,
}

#[derive(Args, Debug)]
pub(crate) struct Reconcile {
    /// Also carry out what stopped it: unbarring, and more differences than the limit
    #[arg(long)]
    pub(crate) approve: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Pause {
    /// Why; shown to the next person on call
    #[arg(long)]
    pub(crate) reason: String,
}

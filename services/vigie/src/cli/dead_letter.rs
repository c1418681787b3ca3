//! `vigie dead-letter …`

use clap::{Args, Subcommand};
use uuid::Uuid;

#[derive(Debug, Subcommand)]
pub(crate) enum DeadLetterCommand {
    /// Everything that waits, view by view
    List(ListDeadLetters),
    /// What one stream waits behind, and why
    Show(DeadLetterArgs),
    /// Take a stream in again, after what was wrong was put right
    Retry(DeadLetterArgs),
    /// Let a view pass by an event that it will never take in; who, when and why are kept
    Skip(SkipDeadLetter),
}

#[derive(Args, Debug)]
pub(crate) struct ListDeadLetters {
    /// Only this view
    #[arg(long)]
    pub(crate) view: Option<String>,
    /// How many at most; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: u32,
}

/// A stream that waits.
#[derive(Args, Debug)]
pub(crate) struct DeadLetterArgs {
    /// The view that it waits in, as `list` names it
    pub(crate) view: String,
    /// Its id: for the view `progress`, that of the line
    #[arg(value_name = "STREAM")]
    pub(crate) stream_id: Uuid,
}

#[derive(Args, Debug)]
pub(crate) struct SkipDeadLetter {
    #[command(flatten)]
    pub(crate) letter: DeadLetterArgs,
    /// Why nobody needs what the event says; without personal data
    #[arg(long)]
    pub(crate) reason: String,
    /// Only if it is this event that the stream waits behind
    #[arg(long, value_name = "UUID")]
    pub(crate) event: Option<Uuid>,
}

//! `vigie notice …`

use clap::{Args, Subcommand};
use uuid::Uuid;

use super::customer::AccountSelector;
use super::line::RequestIdArgs;
use super::notice_words::{Cause, State};
use super::reference::id;

#[derive(Debug, Subcommand)]
pub(crate) enum NoticeCommand {
    /// Who was told of what, newest first
    List(ListNotices),
    /// One notice: who was tried, how each attempt ended, what proves it
    Show {
        /// Id
        #[arg(value_parser = id)]
        notice: Uuid,
    },
    /// Try a notice again that was given up, found nobody, or waits; contacts are looked up anew
    Retry(RuleOnNotice),
    /// End a notice that was not handed over: nobody is told (any more)
    Drop(RuleOnNotice),
}

#[derive(Args, Debug)]
pub(crate) struct ListNotices {
    /// Only of this customer: id, SIREN, SIRET or OWNER/TYPE/KEY
    #[arg(long)]
    pub(crate) account: Option<AccountSelector>,
    /// Only about this line
    #[arg(long, value_name = "UUID", value_parser = id)]
    pub(crate) line: Option<Uuid>,
    /// Only of this cause
    #[arg(long, ignore_case = true)]
    pub(crate) cause: Option<Cause>,
    /// Only in this state
    #[arg(long, ignore_case = true)]
    pub(crate) state: Option<State>,
    /// How many at most; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: u32,
}

/// What a person decides about a notice.
#[derive(Args, Debug)]
pub(crate) struct RuleOnNotice {
    /// Id
    #[arg(value_parser = id)]
    pub(crate) notice: Uuid,
    /// Why; without personal data
    #[arg(long)]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

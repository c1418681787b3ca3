//! `vigie webhook …`

use clap::{Args, Subcommand};
use uuid::Uuid;

use super::customer::AccountSelector;
use super::line::RequestIdArgs;
use super::notice_words::Cause;
use super::reference::id;

#[derive(Debug, Subcommand)]
pub(crate) enum WebhookCommand {
    /// Register an endpoint; prints the secret that every message is signed with, once
    Add(AddWebhook),
    /// The endpoints of a customer, or of the operator
    List {
        /// Whose: id, SIREN, SIRET or OWNER/TYPE/KEY [default: the operator's]
        #[arg(long)]
        account: Option<AccountSelector>,
    },
    /// Remove an endpoint: nothing more is sent there
    Remove {
        /// Id
        #[arg(value_parser = id)]
        webhook: Uuid,
        #[command(flatten)]
        request: RequestIdArgs,
    },
}

#[derive(Args, Debug)]
pub(crate) struct AddWebhook {
    /// Where: https://…
    pub(crate) url: String,
    /// Whose notices it gets: id, SIREN, SIRET or OWNER/TYPE/KEY [default: everybody's, for the operator]
    #[arg(long)]
    pub(crate) account: Option<AccountSelector>,
    /// Only of this cause; may be repeated [default: of everything]
    #[arg(long = "cause", value_name = "CAUSE", ignore_case = true)]
    pub(crate) causes: Vec<Cause>,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

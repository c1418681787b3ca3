//! `vigie mailbox …`

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum MailboxCommand {
    /// The latest mails in the mailbox folder, newest first
    List {
        /// How many at most
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// One mail as a mail program shows it
    Show {
        /// Its place in the list, from 1; the newest if not given
        #[arg(default_value_t = 1, value_name = "N")]
        number: u32,
    },
}

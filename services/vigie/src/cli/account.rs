//! `vigie account …`

use clap::{ArgGroup, Args, Subcommand};
use uuid::Uuid;

use super::customer::{AccountSelector, AddressArgs, KeyArgs, MomentArgs, When};
use super::house::Named;
use super::line::RequestIdArgs;
use super::reference::id;
use super::routing_words::{AccountLevel, Language, Segment};

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Register a group, a company or a site
    Register(RegisterAccount),
    /// One account, as of a day and as known on a day
    Show {
        /// Id, SIREN, SIRET, or OWNER/TYPE/KEY
        account: AccountSelector,
        #[command(flatten)]
        at: MomentArgs,
    },
    /// Accounts, as they are now
    List(ListAccounts),
    /// Hang an account below another one, or below none
    Move(MoveAccount),
    /// Change name, segments, language, address or countries, from a moment on
    Change(ChangeAccount),
    /// End an account
    Close(CloseAccount),
    /// Who is the named contact: the manager or the cover, and why; as of a day and as known on a day
    Manager {
        /// Id, SIREN, SIRET, or OWNER/TYPE/KEY
        account: AccountSelector,
        #[command(flatten)]
        at: MomentArgs,
    },
    /// Name the account manager, from a moment on
    Assign(AssignManager),
    /// End an assignment without a successor
    EndAssignment(EndAssignment),
    /// Every assignment of an account, newest first
    Assignments {
        /// Id, SIREN, SIRET, or OWNER/TYPE/KEY
        account: AccountSelector,
        /// How many at most; 0 for all
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
}

#[derive(Args, Debug)]
pub(crate) struct RegisterAccount {
    /// Group, company or site
    #[arg(value_enum, ignore_case = true)]
    pub(crate) level: AccountLevel,
    /// Name
    pub(crate) name: String,
    /// SIREN of a company, 9 digits
    #[arg(long)]
    pub(crate) siren: Option<String>,
    /// SIRET of a site, 14 digits
    #[arg(long)]
    pub(crate) siret: Option<String>,
    /// The account above: a group for a company, a company for a site
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) parent: Option<AccountSelector>,
    /// What the customer is; may be repeated [default: that of the account above]
    #[arg(long = "segment", value_name = "SEGMENT", ignore_case = true)]
    pub(crate) segments: Vec<Segment>,
    /// Language [default: that of the account above, else French]
    #[arg(long, ignore_case = true)]
    pub(crate) language: Option<Language>,
    #[command(flatten)]
    pub(crate) address: AddressArgs,
    /// Another country that it works in, two letters; may be repeated
    #[arg(long = "country", value_name = "CC")]
    pub(crate) countries: Vec<String>,
    /// Since when it is a customer [default: now]
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<When>,
    #[command(flatten)]
    pub(crate) keys: KeyArgs,
    /// The id that other services know it by already; a new one if not given
    #[arg(long, value_name = "UUID", value_parser = id)]
    pub(crate) account_id: Option<Uuid>,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ListAccounts {
    /// Only those right below this account
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) parent: Option<AccountSelector>,
    /// Only those of this segment
    #[arg(long, ignore_case = true)]
    pub(crate) segment: Option<Segment>,
    /// Only those that this staff member is assigned to: name, user id, id, or OWNER/TYPE/KEY
    #[arg(long, value_name = "STAFF")]
    pub(crate) manager: Option<Named>,
    /// How many at most; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: u32,
}

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("where").required(true).multiple(false))]
pub(crate) struct MoveAccount {
    /// Id, SIREN, SIRET, or OWNER/TYPE/KEY
    pub(crate) account: AccountSelector,
    /// The account above from then on
    #[arg(long, value_name = "ACCOUNT", group = "where")]
    pub(crate) below: Option<AccountSelector>,
    /// None above it: a company only
    #[arg(long, group = "where")]
    pub(crate) top: bool,
    /// From when; may lie ahead or behind [default: now]
    #[arg(long, value_name = "WHEN")]
    pub(crate) from: Option<When>,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ChangeAccount {
    /// Id, SIREN, SIRET, or OWNER/TYPE/KEY
    pub(crate) account: AccountSelector,
    /// From when; may lie ahead (planned) or behind (a correction) [default: now]
    #[arg(long, value_name = "WHEN")]
    pub(crate) from: Option<When>,
    /// Another name
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Other segments; may be repeated
    #[arg(long = "segment", value_name = "SEGMENT", ignore_case = true)]
    pub(crate) segments: Vec<Segment>,
    /// Another language
    #[arg(long, ignore_case = true)]
    pub(crate) language: Option<Language>,
    #[command(flatten)]
    pub(crate) address: AddressArgs,
    /// The countries that it works in, two letters each; may be repeated
    #[arg(long = "country", value_name = "CC", conflicts_with = "no_countries")]
    pub(crate) countries: Vec<String>,
    /// It works in no other country any more
    #[arg(long)]
    pub(crate) no_countries: bool,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct CloseAccount {
    /// Id, SIREN, SIRET, or OWNER/TYPE/KEY
    pub(crate) account: AccountSelector,
    /// When it ends [default: now]
    #[arg(long, value_name = "WHEN")]
    pub(crate) from: Option<When>,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct AssignManager {
    /// Id, SIREN, SIRET, or OWNER/TYPE/KEY; those below that have no manager of their own follow
    pub(crate) account: AccountSelector,
    /// Who: name, user id, id, or OWNER/TYPE/KEY
    pub(crate) staff: Named,
    /// From when [default: now]
    #[arg(long, value_name = "WHEN")]
    pub(crate) from: Option<When>,
    /// Until when, exclusive [default: an open end]
    #[arg(long, value_name = "WHEN")]
    pub(crate) until: Option<When>,
    /// Take over from whoever is named then
    #[arg(long)]
    pub(crate) take_over: bool,
    /// Take over from this assignment: `vigie account assignments` shows them
    #[arg(long, value_name = "ASSIGNMENT", conflicts_with = "take_over", value_parser = id)]
    pub(crate) replaces: Option<Uuid>,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct EndAssignment {
    /// Id, SIREN, SIRET, or OWNER/TYPE/KEY
    pub(crate) account: AccountSelector,
    /// Which: `vigie account assignments` shows them [default: the one that holds then]
    #[arg(value_parser = id)]
    pub(crate) assignment: Option<Uuid>,
    /// When it ends [default: now]
    #[arg(long, value_name = "WHEN")]
    pub(crate) until: Option<When>,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

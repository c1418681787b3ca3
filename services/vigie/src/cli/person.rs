//! `vigie person …`

use clap::{ArgGroup, Args, Subcommand};

use super::customer::{AccountSelector, Key, KeyArgs, Number, PersonSelector};
use super::line::RequestIdArgs;
use super::routing_words::{Language, PersonRole};

#[derive(Debug, Subcommand)]
pub(crate) enum PersonCommand {
    /// Register a person of a customer
    Add(AddPerson),
    /// Change what is known of a person; what is not given stays as it is
    Change(ChangePerson),
    /// One person
    Show {
        /// Id, or the number that the person calls from (+33…)
        person: PersonSelector,
    },
    /// People of an account
    List(ListPeople),
    /// The person has left the account, and is recognised no more
    Remove {
        /// Id, or the number that the person calls from (+33…)
        person: PersonSelector,
        #[command(flatten)]
        request: RequestIdArgs,
    },
}

#[derive(Args, Debug)]
pub(crate) struct AddPerson {
    /// Of which account: id, SIREN, SIRET, or OWNER/TYPE/KEY
    pub(crate) account: AccountSelector,
    /// Given name
    #[arg(long, value_name = "NAME")]
    pub(crate) given_name: String,
    /// Family name
    #[arg(long, value_name = "NAME")]
    pub(crate) family_name: String,
    /// What the person may ask for; may be repeated
    #[arg(long = "role", value_name = "ROLE", required = true, ignore_case = true)]
    pub(crate) roles: Vec<PersonRole>,
    /// User id that tokens and lines know the person by
    #[arg(long, value_name = "USER")]
    pub(crate) user_id: Option<String>,
    /// Language [default: the account's]
    #[arg(long, ignore_case = true)]
    pub(crate) language: Option<Language>,
    /// Mail address
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Option<String>,
    /// A number that the person calls from (+33…); may be repeated
    #[arg(long = "number", value_name = "NUMBER")]
    pub(crate) numbers: Vec<Number>,
    #[command(flatten)]
    pub(crate) keys: KeyArgs,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

/// What is not given stays as it is; what may be repeated replaces all there was.
#[derive(Args, Debug)]
#[command(
    group = ArgGroup::new("change").required(true).multiple(true),
    override_usage = "vigie person change [OPTIONS] <PERSON> --WHAT CHANGES..."
)]
pub(crate) struct ChangePerson {
    /// Id, or the number that the person calls from (+33…)
    pub(crate) person: PersonSelector,
    /// Another given name
    #[arg(long, value_name = "NAME", group = "change")]
    pub(crate) given_name: Option<String>,
    /// Another family name
    #[arg(long, value_name = "NAME", group = "change")]
    pub(crate) family_name: Option<String>,
    /// What the person may ask for; may be repeated
    #[arg(long = "role", value_name = "ROLE", ignore_case = true, group = "change")]
    pub(crate) roles: Vec<PersonRole>,
    /// Another user id that tokens and lines know the person by
    #[arg(long, value_name = "USER", conflicts_with = "no_user_id", group = "change")]
    pub(crate) user_id: Option<String>,
    /// No user id any more
    #[arg(long, group = "change")]
    pub(crate) no_user_id: bool,
    /// Another language
    #[arg(long, ignore_case = true, conflicts_with = "account_language", group = "change")]
    pub(crate) language: Option<Language>,
    /// The account's language from now on
    #[arg(long, group = "change")]
    pub(crate) account_language: bool,
    /// Another mail address
    #[arg(long, value_name = "ADDRESS", conflicts_with = "no_email", group = "change")]
    pub(crate) email: Option<String>,
    /// No mail address any more
    #[arg(long, group = "change")]
    pub(crate) no_email: bool,
    /// A number that the person calls from (+33…); may be repeated
    #[arg(long = "number", value_name = "NUMBER", conflicts_with = "no_numbers", group = "change")]
    pub(crate) numbers: Vec<Number>,
    /// No number any more
    #[arg(long, group = "change")]
    pub(crate) no_numbers: bool,
    /// A key of another system, like crm/person/P-17; may be repeated
    #[arg(long = "key", value_name = "OWNER/TYPE/KEY", conflicts_with = "no_keys", group = "change")]
    pub(crate) keys: Vec<Key>,
    /// No key of another system any more
    #[arg(long, group = "change")]
    pub(crate) no_keys: bool,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ListPeople {
    /// Of which account: id, SIREN, SIRET, or OWNER/TYPE/KEY
    pub(crate) account: AccountSelector,
    /// Only with this role
    #[arg(long, ignore_case = true)]
    pub(crate) role: Option<PersonRole>,
    /// How many at most; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: u32,
}

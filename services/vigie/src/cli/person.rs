//! `vigie person …`

use clap::{Args, Subcommand};
use uuid::Uuid;

use super::customer::{AccountSelector, KeyArgs, Number, PersonSelector};
use super::line::RequestIdArgs;
use super::routing_words::{Language, PersonRole};

#[derive(Debug, Subcommand)]
pub(crate) enum PersonCommand {
    /// Register a person of a customer
    Add(AddPerson),
    /// One person
    Show {
        /// Id, or the number that the person calls from (+33…)
        person: PersonSelector,
    },
    /// People of an account
    List(ListPeople),
    /// The person has left the account, and is recognised no more
    Remove {
        /// Id
        person: Uuid,
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
    #[arg(long = "role", required = true, ignore_case = true)]
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
    #[arg(long = "number")]
    pub(crate) numbers: Vec<Number>,
    #[command(flatten)]
    pub(crate) keys: KeyArgs,
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

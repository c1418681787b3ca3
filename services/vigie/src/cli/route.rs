//! `vigie route`

use clap::{ArgGroup, Args};
use uuid::Uuid;

use super::customer::{AccountSelector, Number, When};
use super::reference::id;
use super::routing_words::{ContactChannel, Language, ServiceFamily, Subject};

/// Decides who takes a contact, and says why; records nothing.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("caller").multiple(false))]
pub(crate) struct Route {
    /// The number that the call comes from (+33…)
    #[arg(long, value_name = "NUMBER", group = "caller")]
    pub(crate) from: Option<Number>,
    /// The person, once known: id
    #[arg(long, value_name = "UUID", group = "caller", value_parser = id)]
    pub(crate) person: Option<Uuid>,
    /// The account, once known: id, SIREN, SIRET, or OWNER/TYPE/KEY
    #[arg(long, value_name = "ACCOUNT", group = "caller")]
    pub(crate) account: Option<AccountSelector>,
    /// How it arrives
    #[arg(long, ignore_case = true, default_value = "phone")]
    pub(crate) channel: ContactChannel,
    /// What it is about
    #[arg(long, ignore_case = true, default_value = "commercial")]
    pub(crate) subject: Subject,
    /// Which family of services; given twice, the contact is split [default: that of the customer's segment]
    #[arg(long = "family", value_name = "FAMILY", ignore_case = true)]
    pub(crate) families: Vec<ServiceFamily>,
    /// The language asked for [default: the person's, else the account's]
    #[arg(long, ignore_case = true)]
    pub(crate) language: Option<Language>,
    /// When: a date (its beginning in Paris), "2026-11-20 14:00" (Paris), or RFC 3339 [default: now]
    #[arg(long, value_name = "WHEN")]
    pub(crate) at: Option<When>,
    /// The country that the contact comes from, two letters [default: FR]
    #[arg(long, value_name = "CC")]
    pub(crate) from_country: Option<String>,
}

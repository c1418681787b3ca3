//! `vigie token`

use std::time::Duration;

use clap::{Args, ValueEnum};
use uuid::Uuid;
use vigie_chassis::identity;

use crate::client::development::SUBJECT;

/// A role of LINES.md and DESIGN.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// Holds a phone
    #[value(alias = "end_user")]
    EndUser,
    /// Manages a fleet of lines
    #[value(alias = "fleet_manager")]
    FleetManager,
    /// Manages the customer's IT
    #[value(alias = "it_manager")]
    ItManager,
    /// Manages the customer's contracts
    #[value(alias = "contract_manager")]
    ContractManager,
    /// Gives rights to others of the account
    #[value(alias = "account_administrator")]
    AccountAdministrator,
    /// Answers customers for the operator
    Advisor,
    /// Repairs and installs
    Technician,
    /// Bills
    #[value(alias = "billing_clerk")]
    BillingClerk,
    /// Reads the ledger
    Auditor,
    /// Runs the system
    Operator,
    /// Another system
    Integration,
}

impl Role {
    /// The same role where identity is checked.
    pub(crate) const fn to_chassis(self) -> identity::Role {
        match self {
            Self::EndUser => identity::Role::EndUser,
            Self::FleetManager => identity::Role::FleetManager,
            Self::ItManager => identity::Role::ItManager,
            Self::ContractManager => identity::Role::ContractManager,
            Self::AccountAdministrator => identity::Role::AccountAdministrator,
            Self::Advisor => identity::Role::Advisor,
            Self::Technician => identity::Role::Technician,
            Self::BillingClerk => identity::Role::BillingClerk,
            Self::Auditor => identity::Role::Auditor,
            Self::Operator => identity::Role::Operator,
            Self::Integration => identity::Role::Integration,
        }
    }
}

#[derive(Args, Debug)]
pub(crate) struct Token {
    /// What the bearer may be; may be repeated
    #[arg(long, required = true, ignore_case = true)]
    pub(crate) role: Vec<Role>,
    /// Account that the bearer is confined to; may be repeated
    #[arg(long, value_name = "UUID")]
    pub(crate) account: Vec<Uuid>,
    /// User id of the bearer
    #[arg(long, default_value = SUBJECT)]
    pub(crate) subject: String,
    /// As if the bearer had just proven who they are
    #[arg(long)]
    pub(crate) step_up: bool,
    /// How long it is good for: 30s, 15m, 8h
    #[arg(long, default_value = "1h", value_parser = parse_ttl)]
    pub(crate) ttl: Duration,
}

fn parse_ttl(text: &str) -> Result<Duration, String> {
    const FORM: &str = "write a number with s, m or h, up to 24h";
    let (number, seconds) = match text.strip_suffix(['s', 'm', 'h']) {
        Some(number) if text.ends_with('m') => (number, 60),
        Some(number) if text.ends_with('h') => (number, 3600),
        Some(number) => (number, 1),
        None => (text, 1),
    };
    let count: u64 = number.parse().map_err(|_| FORM)?;
    let ttl = Duration::from_secs(count.checked_mul(seconds).ok_or(FORM)?);
    if ttl.is_zero() || ttl > Duration::from_secs(24 * 3600) {
        return Err(FORM.into());
    }
    Ok(ttl)
}

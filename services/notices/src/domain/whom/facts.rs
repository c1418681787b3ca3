//! What a plan is made from.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Personal;

use crate::domain::{Cause, Language, MailAddress, Parties, Preference, Webhook};

/// What somebody may ask for in the name of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PersonRole {
    /// Uses a line.
    EndUser,
    /// Manages the fleet.
    FleetManager,
    /// Manages information technology.
    ItManager,
    /// Manages contracts.
    ContractManager,
    /// Administers the account.
    AccountAdministrator,
}

impl PersonRole {
    /// Every role.
    pub const ALL: [Self; 5] = [
        Self::EndUser,
        Self::FleetManager,
        Self::ItManager,
        Self::ContractManager,
        Self::AccountAdministrator,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EndUser => "END_USER",
            Self::FleetManager => "FLEET_MANAGER",
            Self::ItManager => "IT_MANAGER",
            Self::ContractManager => "CONTRACT_MANAGER",
            Self::AccountAdministrator => "ACCOUNT_ADMINISTRATOR",
        }
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

/// Somebody of a customer who can be reached: has a mail address, and has not left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Id.
    pub person_id: Uuid,
    /// User id that tokens and lines know the person by.
    pub user_id: Option<String>,
    /// What the person may ask for.
    pub roles: BTreeSet<PersonRole>,
    /// How the person is addressed.
    pub name: Option<Personal<String>>,
    /// Where the person is written to.
    pub email: Personal<MailAddress>,
    /// In which language, where that is known.
    pub language: Option<Language>,
}

impl Person {
    /// Whether the person answers for more than their own phone.
    pub fn is_manager(&self) -> bool {
        self.roles.iter().any(|role| *role != PersonRole::EndUser)
    }

    /// What the person's mailbox is known by; nothing once it was erased.
    pub(super) fn mailbox(&self) -> Option<String> {
        self.email.known().map(MailAddress::key)
    }
}

/// A customer's account, or one above it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Id.
    pub account_id: Uuid,
    /// In which language it is served.
    pub language: Option<Language>,
    /// Its own managers who can be reached, in order of id.
    pub managers: Vec<Person>,
    /// Its own rules.
    pub preference: Preference,
    /// Its own endpoints.
    pub webhooks: Vec<Webhook>,
}

/// All that a plan is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What is told.
    pub cause: Cause,
    /// The account, then those above it.
    pub accounts: Vec<Account>,
    /// Who holds the phone, if the line has a user who can be reached.
    pub user: Option<Person>,
    /// Who has to do with it.
    pub parties: Parties,
    /// Endpoints of the operator.
    pub operator: Vec<Webhook>,
}

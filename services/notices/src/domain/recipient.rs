//! Whom a notice is for, and where it goes.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Personal;

use super::language::Language;
use super::mail_address::MailAddress;

/// Recipients of one notice: the first, and those who are told if the one before cannot be reached.
pub const RECIPIENTS_MAX: usize = 16;

/// For whom a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Audience {
    /// A person of the customer.
    Person,
    /// A system of the customer. Nobody is told by it alone.
    AccountSystem,
    /// A system of the operator.
    Operator,
}

impl Audience {
    /// Every audience.
    pub const ALL: [Self; 3] = [Self::Person, Self::AccountSystem, Self::Operator];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "PERSON",
            Self::AccountSystem => "ACCOUNT_SYSTEM",
            Self::Operator => "OPERATOR",
        }
    }

    /// The audience of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|audience| audience.as_str() == name)
    }
}

/// Who has to do with a cause, by user id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Parties {
    /// Who holds the phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Who did it: a second contact is somebody else.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub doers: BTreeSet<String>,
}

/// Where a notice goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "channel", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Address {
    /// To a mailbox.
    Mail {
        /// Whose.
        address: Personal<MailAddress>,
    },
    /// To an endpoint, whose address is looked up when it is sent to.
    Webhook {
        /// Which.
        webhook_id: Uuid,
    },
}

impl Address {
    /// The channel's stable name.
    pub const fn channel(&self) -> &'static str {
        match self {
            Self::Mail { .. } => "MAIL",
            Self::Webhook { .. } => "WEBHOOK",
        }
    }
}

/// Somebody who is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recipient {
    /// The person; absent for an endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<Uuid>,
    /// How the person is addressed; absent for an endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Personal<String>>,
    /// Where.
    #[serde(flatten)]
    pub address: Address,
    /// In which language.
    pub language: Language,
}

impl Recipient {
    /// Whom the recipient's data is about: the person, or the endpoint.
    pub fn subject(&self) -> Uuid {
        match &self.address {
            Address::Mail { address } => address.subject(),
            Address::Webhook { webhook_id } => *webhook_id,
        }
    }
}

//! The person as an event shows them: the state after the event, so that nobody has to call back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Personal, Timestamp};

use super::command::Details;
use super::role::PersonRoles;
use crate::domain::{E164, ExternalIdentifier, Language, MailAddress};

/// A person after an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// User id that tokens and lines know the person by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Given name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<Personal<String>>,
    /// Family name.
    pub family_name: Personal<String>,
    /// What the person may ask for.
    pub roles: PersonRoles,
    /// Own language; absent for the account's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Personal<MailAddress>>,
    /// Numbers the person calls from.
    pub numbers: Vec<Personal<E164>>,
    /// Keys in other systems.
    pub external_identifiers: Vec<ExternalIdentifier>,
    /// When the person left; absent while here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_at: Option<Timestamp>,
}

impl Snapshot {
    /// What is known of somebody whose personal data are `subject`'s.
    pub(super) fn of(details: &Details, subject: Uuid) -> Self {
        Self {
            user_id: details.user_id.clone(),
            given_name: details.given_name.clone().map(|name| Personal::new(subject, name)),
            family_name: Personal::new(subject, details.family_name.clone()),
            roles: details.roles,
            language: details.language,
            email: details.email.clone().map(|email| Personal::new(subject, email)),
            numbers: details.numbers.iter().map(|number| Personal::new(subject, number.clone())).collect(),
            external_identifiers: details.external_identifiers.clone(),
            left_at: None,
        }
    }
}

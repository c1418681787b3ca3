//! What is known of a staff member besides times.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Personal, Timestamp};

use crate::domain::{Code, E164, Language, MailAddress};

/// What a staff member knows to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Skill {
    /// Which.
    pub code: Code,
    /// Until when it is valid, exclusive; absent for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
}

impl Skill {
    /// Whether it is valid at `at`.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.valid_until.is_none_or(|until| at < until)
    }
}

/// What is known of a staff member besides trainings, absences and leaving. Replaced as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Profile {
    /// User id that tokens know the person by; nobody else has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Name that customers are told.
    pub name: Personal<String>,
    /// Whether accounts may be assigned (interlocuteur commercial).
    pub is_account_manager: bool,
    /// Skills, expired ones too.
    pub skills: Vec<Skill>,
    /// Languages; at least one.
    pub languages: Vec<Language>,
    /// Régions, INSEE codes; empty for all.
    pub regions: Vec<String>,
    /// Mail address that customers are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Personal<MailAddress>>,
    /// Number that customers are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Personal<E164>>,
    /// Desk that the person works at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk_id: Option<Uuid>,
}

//! What can be asked of a person's record.

use uuid::Uuid;

use super::role::PersonRoles;
use crate::domain::{E164, ExternalIdentifier, Language, MailAddress};

/// What is known of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// User id that tokens and lines know the person by.
    pub user_id: Option<String>,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: String,
    /// What the person may ask for; at least one.
    pub roles: PersonRoles,
    /// Own language; none for the account's.
    pub language: Option<Language>,
    /// Mail address.
    pub email: Option<MailAddress>,
    /// Numbers the person calls from, at most [`Details::NUMBERS_MAX`]; others may call from the same (a switchboard).
    pub numbers: Vec<E164>,
    /// Keys in other systems.
    pub external_identifiers: Vec<ExternalIdentifier>,
}

impl Details {
    /// Numbers of one person.
    pub const NUMBERS_MAX: usize = 4;
}

/// A person to register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// The person's id, and its stream's.
    pub person_id: Uuid,
    /// The account; never another one later: somebody who changes company is another person there.
    pub account_id: Uuid,
    /// What is known.
    pub details: Details,
}

/// A command to one person's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Takes the person in.
    Register(Box<NewPerson>),
    /// Replaces what is known.
    Change(Box<Details>),
    /// The person has left the account.
    Remove,
    /// An instant has come; a person waits for none.
    Wake,
}

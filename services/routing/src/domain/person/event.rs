//! What happened to a person's record, as published. Names and fields are a contract: a change only adds, or is a new
//! version.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Channel;

use super::snapshot::Snapshot;

/// Something that happened to a person's record, with all that a consumer needs to understand it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The account.
    pub account_id: Uuid,
    /// The person.
    pub person_id: Uuid,
    /// What happened.
    pub fact: Fact,
    /// The person after it.
    pub person: Snapshot,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Fact {
    /// The person came in.
    PersonRegistered(PersonRegistered),
    /// What is known of the person changed.
    PersonChanged(Box<PersonChanged>),
    /// The person has left the account and is recognised no more.
    PersonRemoved(PersonRemoved),
}

/// See [`Fact::PersonRegistered`]; the person is in the state after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonRegistered {
    /// The act.
    pub act_id: Uuid,
    /// User id of who asked.
    pub actor: String,
    /// Through which door.
    pub channel: Channel,
}

/// See [`Fact::PersonChanged`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonChanged {
    /// The act.
    pub act_id: Uuid,
    /// User id of who asked.
    pub actor: String,
    /// Through which door.
    pub channel: Channel,
    /// The person before it: the state after it shows what is different.
    pub before: Snapshot,
}

/// See [`Fact::PersonRemoved`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonRemoved {
    /// The act.
    pub act_id: Uuid,
    /// User id of who asked.
    pub actor: String,
    /// Through which door.
    pub channel: Channel,
}

impl Event {
    /// Stable public name with version.
    pub const fn name(&self) -> &'static str {
        match self.fact {
            Fact::PersonRegistered(_) => name::PERSON_REGISTERED,
            Fact::PersonChanged(_) => name::PERSON_CHANGED,
            Fact::PersonRemoved(_) => name::PERSON_REMOVED,
        }
    }

    /// The act that it belongs to.
    pub fn act_id(&self) -> Uuid {
        match &self.fact {
            Fact::PersonRegistered(fact) => fact.act_id,
            Fact::PersonChanged(fact) => fact.act_id,
            Fact::PersonRemoved(fact) => fact.act_id,
        }
    }
}

/// Stable public names with version.
pub mod name {
    /// See [`super::Fact::PersonRegistered`].
    pub const PERSON_REGISTERED: &str = "vigie.person.person_registered.v1";
    /// See [`super::Fact::PersonChanged`].
    pub const PERSON_CHANGED: &str = "vigie.person.person_changed.v1";
    /// See [`super::Fact::PersonRemoved`].
    pub const PERSON_REMOVED: &str = "vigie.person.person_removed.v1";
}

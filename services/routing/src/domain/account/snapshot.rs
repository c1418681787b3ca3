//! The account as an event shows it: the state after the event, so that nobody has to call back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Timestamp;

use super::gap::Gap;
use super::level::Level;
use super::manager::{Assignment, Cover};
use crate::domain::{Address, CountryCode, Language, Segments, Siren, Siret};

/// An account after an event: what holds at `as_of`, by all that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// The instant that all of this is true at.
    pub as_of: Timestamp,
    /// Level in the hierarchy.
    pub level: Level,
    /// The account above; absent at the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_account_id: Option<Uuid>,
    /// Name.
    pub name: String,
    /// Of a company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub siren: Option<Siren>,
    /// Of a site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub siret: Option<Siret>,
    /// Own segments; empty for those of the account above.
    pub segments: Segments,
    /// Own language; absent for that of the account above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Of a site, or the seat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// Département of the address, INSEE code; absent abroad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departement: Option<String>,
    /// Région of the address, INSEE code; absent abroad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Time zone of the address, IANA name; absent abroad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Where it works abroad.
    pub countries: Vec<CountryCode>,
    /// Since when it is a customer.
    pub customer_since: Timestamp,
    /// When it ended, or is to end; absent while neither is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// Its own manager; absent where it has none of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<Assignment>,
    /// Who steps in for its own manager; absent when nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<Cover>,
    /// The gap that is open, of a company; absent while somebody is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Gap>,
    /// When the next of its planned changes takes effect; absent when none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_change_at: Option<Timestamp>,
}

//! The aggregates as streams of the event log: how their events are stored, and what they claim in the directory.

mod campaign;
mod notice;
mod preference;
#[cfg(test)]
mod tests;
mod webhook;

use uuid::Uuid;
use vigie_clock::derived_id;

pub use campaign::CampaignStream;
pub use preference::PreferenceStream;
pub use webhook::WebhookStream;

/// Kinds of key in the directory.
pub(crate) mod key {
    /// Customer, or [`OPERATOR`]; has endpoints.
    pub(crate) const WEBHOOKS_OF: &str = "webhooks_of";
    /// The operator among the customers.
    pub(crate) const OPERATOR: &str = "operator";
}

/// The stream of an account's rules.
pub fn preference_stream(account_id: Uuid) -> Uuid {
    derived_id(account_id, "preference")
}

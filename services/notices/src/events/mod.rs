//! What is read of other services' events: own tolerant types, only the fields that a notice rests on.
//!
//! A field that is not known here is ignored, one that a text can do without may be missing, one of another shape than
//! published makes the event unreadable. Tested on the golden files of whoever publishes.

mod lines;
mod routing;
#[cfg(test)]
pub(crate) mod tests;

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_eventlog::RecordedEvent;
use vigie_eventlog::reaction::Unreadable;

pub(crate) use lines::told_by_lines;
pub use routing::StaffEntry;
pub(crate) use routing::{AccountEntry, Change, PersonEntry, change, told_by_routing};

use crate::domain::{Cause, Parameters, Parties};

/// Somebody is to be told of something. What a reaction decides, and carries out with contacts as they are then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tell {
    /// Of what.
    pub cause: Cause,
    /// What the text is filled in with, as far as the event says.
    pub parameters: Parameters,
    /// Who has to do with it.
    #[serde(default)]
    pub parties: Parties,
    /// A staff member whose name the text needs: looked up when it is carried out.
    #[serde(default)]
    pub manager_staff_id: Option<Uuid>,
    /// Customers of these segments; empty for all. For what concerns many.
    #[serde(default)]
    pub segments: Vec<String>,
}

fn decode<'a, T: Deserialize<'a>>(event: &'a RecordedEvent) -> Result<T, Unreadable> {
    // The decoder's own words may quote the payload, which names persons: only where, never what.
    serde_json::from_slice(&event.payload).map_err(|error| {
        Unreadable(format!("{} does not decode, column {}", event.event_type, error.column()))
    })
}

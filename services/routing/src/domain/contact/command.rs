//! What can be asked of a contact.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::event::Fact;
use super::pinned::Pinned;
use super::snapshot::Part;
use crate::domain::route::Family;

/// A fact as it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// System that tells it.
    pub origin: String,
    /// The contact's key there.
    pub contact_key: String,
    /// The fact's key there, unique within the contact.
    pub fact_id: String,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// What happened: one of the facts that a contact centre tells.
    pub fact: Fact,
    /// What the base says, for a fact that says who calls or for what.
    pub pinned: Option<Pinned>,
}

/// That a contact is a part of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// System that tells of both.
    pub origin: String,
    /// The part's key there.
    pub contact_key: String,
    /// The whole.
    pub parent_contact_id: Uuid,
    /// Which part.
    pub family: Family,
    /// What the base says of that part.
    pub pinned: Option<Pinned>,
}

/// A command to one contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Records what a contact centre tells; the first fact begins the contact, whichever it is.
    Record(Box<Report>),
    /// Splits it into parts, which are counted in its place.
    Split {
        /// One for each family.
        parts: Vec<Part>,
    },
    /// Makes it a part of another.
    Attach(Box<Attachment>),
    /// An instant that it asked to be woken at has come.
    Wake {
        /// The instant.
        due: Timestamp,
    },
}

//! What can be asked of a contact point.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::snapshot::Content;

/// A version to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// The contact point's id, and its stream's.
    pub contact_point_id: Uuid,
    /// What the version says.
    pub content: Content,
    /// From when it is valid; only the first version may leave it out, and is then valid at once.
    pub valid_from: Option<Timestamp>,
    /// Whether the desk that it leads to has not ended.
    pub is_desk_open: bool,
}

/// A command to one contact point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Publishes a version: the first, or one that takes over from the last.
    Publish(Box<Publication>),
    /// Ends the last version.
    Retire {
        /// When.
        valid_until: Timestamp,
    },
    /// An instant that the contact point asked to be woken at has come.
    Wake {
        /// The instant.
        due: Timestamp,
    },
}

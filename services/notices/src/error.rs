//! Why the service does not start.

use vigie_eventlog::reaction;

use crate::{directory, post, texts, view};

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The list of notices.
    #[error(transparent)]
    View(#[from] view::Error),
    /// The directory of contacts.
    #[error(transparent)]
    Directory(#[from] directory::Error),
    /// A reaction.
    #[error(transparent)]
    Reaction(#[from] reaction::Error),
    /// The texts.
    #[error(transparent)]
    Texts(#[from] texts::Error),
    /// A way out.
    #[error(transparent)]
    Post(#[from] post::Error),
}

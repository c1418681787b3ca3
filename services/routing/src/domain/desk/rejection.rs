//! Why a command is refused.

/// A refusal: nothing was recorded. `Display` says what to do, [`Rejection::reason`] is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// No such desk.
    #[error("there is no such desk")]
    DeskNotFound,
    /// The desk is registered already.
    #[error("the desk is registered already")]
    AlreadyRegistered,
    /// The desk has ended and takes no more commands.
    #[error("the desk has ended")]
    Closed,
    /// Another desk has the key of another system.
    #[error("another desk has this external identifier")]
    ExternalIdentifierTaken,
    /// The desk that contacts would overflow to has ended.
    #[error("a desk that contacts would overflow to has ended: name another one")]
    OverflowClosed,
    /// Contacts would come back to the desk that they overflow from.
    #[error("contacts would overflow in a circle: name another overflow desk")]
    OverflowCircle,
    /// Contacts would be handed on too often.
    #[error("contacts would overflow over too many desks, at most {} in a row", super::OVERFLOW_STEPS_MAX)]
    OverflowTooLong,
    /// Contact points still lead to the desk.
    #[error("published contact points lead to the desk: retire them, or let them lead to another one, first")]
    ReachedByContactPoints,
    /// Contacts of other desks still overflow to it.
    #[error("contacts of other desks overflow to the desk: change those first")]
    ReachedByOverflow,
}

impl Rejection {
    /// One of each, for tests of what becomes of them.
    #[cfg(test)]
    pub(crate) const EXAMPLES: [Self; 9] = [
        Self::DeskNotFound,
        Self::AlreadyRegistered,
        Self::Closed,
        Self::ExternalIdentifierTaken,
        Self::OverflowClosed,
        Self::OverflowCircle,
        Self::OverflowTooLong,
        Self::ReachedByContactPoints,
        Self::ReachedByOverflow,
    ];

    /// Stable name, for `google.rpc.ErrorInfo`.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::DeskNotFound => "DESK_NOT_FOUND",
            Self::AlreadyRegistered => "CONFLICT",
            Self::Closed | Self::OverflowClosed => "ENDED",
            Self::ExternalIdentifierTaken => "IDENTIFIER_TAKEN",
            Self::OverflowCircle | Self::OverflowTooLong => "HIERARCHY_REFUSED",
            Self::ReachedByContactPoints | Self::ReachedByOverflow => "STILL_IN_USE",
        }
    }
}

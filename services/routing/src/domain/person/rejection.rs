//! Why a command to a person's record is refused.

/// A refusal: nothing was recorded. `Display` says what to do, [`Rejection::reason`] is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// No such person, or not the caller's to see.
    #[error("there is no such person, or they are not yours to see")]
    NotFound,
    /// The id is a person's.
    #[error("a person has this id already")]
    AlreadyRegistered,
    /// The user id is another person's of the account, or the external identifier another's.
    #[error("the user id or the external identifier belongs to another")]
    IdentifierTaken,
    /// The person has left.
    #[error("the person has left the account: register them anew if they are back")]
    Left,
}

impl Rejection {
    /// Stable name, for `google.rpc.ErrorInfo`.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::NotFound => "PERSON_NOT_FOUND",
            Self::AlreadyRegistered | Self::IdentifierTaken => "IDENTIFIER_TAKEN",
            Self::Left => "ENDED",
        }
    }

    /// One of each, for tests of what becomes of them.
    #[cfg(test)]
    pub(crate) const EXAMPLES: [Self; 4] =
        [Self::NotFound, Self::AlreadyRegistered, Self::IdentifierTaken, Self::Left];
}

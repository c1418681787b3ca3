//! Why a command is refused.

/// A refusal: nothing was recorded. `Display` says what to do, [`Rejection::reason`] is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Nothing is on record of the contact.
    #[error("there is no such contact")]
    ContactNotFound,
    /// The fact's key was used before.
    #[error("another fact of this contact has this fact_id: a correction is a fact of its own")]
    FactContradicts,
    /// A fact from the future.
    #[error("occurred_at lies ahead: a fact is told once it has happened")]
    OccurredAhead,
    /// More facts than any contact has.
    #[error("the contact has as many facts on record as there may be")]
    TooManyFacts,
    /// It was split before, in another way.
    #[error("the contact was split already, into other parts")]
    AlreadySplit,
    /// It is a part of another contact, or of none any more.
    #[error("the contact is a part of another already")]
    AlreadyAPart,
    /// Parts that make no sense.
    #[error("{0}")]
    BadParts(&'static str),
}

impl Rejection {
    /// One of each, for tests of what becomes of them.
    #[cfg(test)]
    pub(crate) const EXAMPLES: [Self; 7] = [
        Self::ContactNotFound,
        Self::FactContradicts,
        Self::OccurredAhead,
        Self::TooManyFacts,
        Self::AlreadySplit,
        Self::AlreadyAPart,
        Self::BadParts("example"),
    ];

    /// Stable name, for `google.rpc.ErrorInfo`.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::ContactNotFound => "CONTACT_NOT_FOUND",
            Self::FactContradicts => "FACT_CONTRADICTS",
            Self::OccurredAhead => "BAD_PERIOD",
            Self::TooManyFacts => "TOO_LARGE",
            Self::AlreadySplit | Self::AlreadyAPart => "ALREADY_DONE",
            Self::BadParts(_) => "INVALID_ARGUMENT",
        }
    }
}

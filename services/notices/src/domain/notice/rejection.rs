//! Why a command is refused.

/// A refusal: nothing was recorded. `Display` says what to do, [`Rejection::reason`] is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// No such notice.
    #[error("there is no such notice")]
    NotFound,
    /// It is at a point where this cannot be done.
    #[error("the notice was handed over or ended by a person: nothing is left to do")]
    Closed,
    /// It was tried again too often.
    #[error("the notice was tried again too often: drop it, and tell the customer otherwise")]
    TooOften,
    /// There are still no contacts.
    #[error("nobody of the account can be told: give somebody a mail address first")]
    NobodyToTell,
    /// The attempt is not the one under way any more.
    #[error("another attempt has begun since")]
    AttemptOver,
    /// No such recipient, or nothing was sent to that one.
    #[error("nothing was sent to this recipient")]
    NotSent,
}

impl Rejection {
    /// One of each, for tests of what becomes of them.
    #[cfg(test)]
    pub(crate) const EXAMPLES: [Self; 6] =
        [Self::NotFound, Self::Closed, Self::TooOften, Self::NobodyToTell, Self::AttemptOver, Self::NotSent];

    /// Stable name, for `google.rpc.ErrorInfo`.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::NotFound => "NOTICE_NOT_FOUND",
            Self::Closed | Self::TooOften => "NOTICE_CLOSED",
            Self::NobodyToTell => "NOBODY_TO_TELL",
            Self::AttemptOver => "CONFLICT",
            Self::NotSent => "BAD_BOUNCE",
        }
    }
}

//! Why a command is refused.

/// A refusal: nothing was recorded. `Display` says what to do, [`Rejection::reason`] is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// No such fact.
    #[error("there is no such rejected fact")]
    NotFound,
    /// Another person was faster.
    #[error("the rejected fact was settled already")]
    AlreadySettled,
}

impl Rejection {
    /// One of each, for tests of what becomes of them.
    #[cfg(test)]
    pub(crate) const EXAMPLES: [Self; 2] = [Self::NotFound, Self::AlreadySettled];

    /// Stable name, for `google.rpc.ErrorInfo`.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::NotFound => "NOT_FOUND",
            Self::AlreadySettled => "ALREADY_DONE",
        }
    }
}

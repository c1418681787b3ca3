//! Why a command is refused.

/// A refusal: nothing was recorded. `Display` says what to do, [`Rejection::reason`] is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// No such project.
    #[error("there is no such project")]
    ProjectNotFound,
    /// Opened before.
    #[error("the project is open already")]
    AlreadyOpen,
    /// It has ended.
    #[error("the project has ended")]
    Ended,
    /// It was answered before.
    #[error("the project was answered already: promise another date instead")]
    AlreadyAnswered,
    /// Nothing was promised that could change.
    #[error("the project was not answered yet: answer it, with the date that you promise")]
    NotAnswered,
    /// A time that cannot be.
    #[error("{0}")]
    BadPeriod(&'static str),
}

impl Rejection {
    /// One of each, for tests of what becomes of them.
    #[cfg(test)]
    pub(crate) const EXAMPLES: [Self; 6] = [
        Self::ProjectNotFound,
        Self::AlreadyOpen,
        Self::Ended,
        Self::AlreadyAnswered,
        Self::NotAnswered,
        Self::BadPeriod("example"),
    ];

    /// Stable name, for `google.rpc.ErrorInfo`.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::ProjectNotFound => "PROJECT_NOT_FOUND",
            Self::AlreadyOpen => "CONFLICT",
            Self::AlreadyAnswered => "ALREADY_DONE",
            Self::NotAnswered => "NOT_ANSWERED",
            Self::Ended => "ENDED",
            Self::BadPeriod(_) => "BAD_PERIOD",
        }
    }
}

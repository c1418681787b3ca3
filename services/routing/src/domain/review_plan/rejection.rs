//! Why a command is refused.

/// A refusal: nothing was recorded. `Display` says what to do, [`Rejection::reason`] is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// No plan.
    #[error("the account has no reviews: only companies have, from a moment after they were registered")]
    PlanNotFound,
    /// No such review.
    #[error("the company has no planned review of this id")]
    ReviewNotFound,
    /// The account has ended.
    #[error("the account has ended")]
    Ended,
    /// A time that cannot be.
    #[error("{0}")]
    BadPeriod(&'static str),
    /// More than anybody plans.
    #[error("the company has as many planned reviews as there may be")]
    TooManyPlanned,
}

impl Rejection {
    /// One of each, for tests of what becomes of them.
    #[cfg(test)]
    pub(crate) const EXAMPLES: [Self; 5] = [
        Self::PlanNotFound,
        Self::ReviewNotFound,
        Self::Ended,
        Self::BadPeriod("example"),
        Self::TooManyPlanned,
    ];

    /// Stable name, for `google.rpc.ErrorInfo`.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::PlanNotFound | Self::ReviewNotFound => "REVIEW_NOT_FOUND",
            Self::Ended => "ENDED",
            Self::BadPeriod(_) => "BAD_PERIOD",
            Self::TooManyPlanned => "TOO_LARGE",
        }
    }
}

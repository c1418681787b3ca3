//! Why a command is refused.

/// A refusal: nothing was recorded. `Display` says what to do, [`Rejection::reason`] is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Nothing is on record of that day.
    #[error("nothing is on record of this team's day")]
    NotFound,
    /// The fact's key was used before.
    #[error("another presence of this team on this day has this fact_id: a correction is a fact of its own")]
    FactContradicts,
    /// A time that cannot be.
    #[error("{0}")]
    BadPeriod(&'static str),
    /// More facts than a day has.
    #[error("the team's day has as many facts on record as there may be: tell longer stretches")]
    TooManyFacts,
}

impl Rejection {
    /// One of each, for tests of what becomes of them.
    #[cfg(test)]
    pub(crate) const EXAMPLES: [Self; 4] =
        [Self::NotFound, Self::FactContradicts, Self::BadPeriod("example"), Self::TooManyFacts];

    /// Stable name, for `google.rpc.ErrorInfo`.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::NotFound => "NOT_FOUND",
            Self::FactContradicts => "FACT_CONTRADICTS",
            Self::BadPeriod(_) => "BAD_PERIOD",
            Self::TooManyFacts => "TOO_LARGE",
        }
    }
}

//! Why a command is refused.

/// A refusal: nothing was recorded. `Display` says what to do, [`Rejection::reason`] is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// No such contact point.
    #[error("there is no such contact point, or none that is valid then")]
    ContactPointNotFound,
    /// The desk that it is to lead to has ended.
    #[error("the desk has ended: let the contact point lead to another one")]
    DeskClosed,
    /// A time that cannot be.
    #[error("{0}")]
    BadPeriod(&'static str),
    /// The contact point has ended.
    #[error("the contact point has ended: publish a version that begins ahead")]
    Ended,
    /// More than one contact point may have.
    #[error("{0}")]
    TooMany(&'static str),
}

impl Rejection {
    /// One of each, for tests of what becomes of them.
    #[cfg(test)]
    pub(crate) const EXAMPLES: [Self; 5] = [
        Self::ContactPointNotFound,
        Self::DeskClosed,
        Self::BadPeriod("example"),
        Self::Ended,
        Self::TooMany("example"),
    ];

    /// Stable name, for `google.rpc.ErrorInfo`.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::ContactPointNotFound => "CONTACT_POINT_NOT_FOUND",
            Self::DeskClosed | Self::Ended => "ENDED",
            Self::BadPeriod(_) => "BAD_PERIOD",
            Self::TooMany(_) => "TOO_LARGE",
        }
    }
}

//! Why a command is refused.

/// A refusal: nothing was recorded. `Display` says what to do, [`Rejection::reason`] is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// No such staff member.
    #[error("there is no such staff member")]
    StaffNotFound,
    /// The staff member is registered already.
    #[error("the staff member is registered already")]
    AlreadyRegistered,
    /// The staff member has left, and takes no more commands.
    #[error("the staff member has left")]
    HasLeft,
    /// Another staff member has the user id.
    #[error("another staff member has this user id")]
    UserIdTaken,
    /// Another staff member has the key of another system.
    #[error("another staff member has this external identifier")]
    ExternalIdentifierTaken,
    /// A time that cannot be.
    #[error("{0}")]
    BadPeriod(&'static str),
    /// Another absence lies in that time.
    #[error("another absence of the same staff member lies in that time: cancel it first")]
    AbsenceOverlaps,
    /// There is no such absence.
    #[error("the staff member has no such absence")]
    AbsenceNotFound,
    /// Whoever is to step in is not there.
    #[error("{0}")]
    StaffUnavailable(&'static str),
    /// Whoever is to step in for an account manager is none.
    #[error("the colleague is no account manager, and cannot step in for one")]
    NotAManager,
    /// Whoever is to step in for an account manager is not trained for the time.
    #[error("the colleague's training for account managers is not valid for all of that time")]
    ManagerUntrained,
    /// More than one person may have.
    #[error("{0}")]
    TooMany(&'static str),
}

impl Rejection {
    /// One of each, for tests of what becomes of them.
    #[cfg(test)]
    pub(crate) const EXAMPLES: [Self; 12] = [
        Self::StaffNotFound,
        Self::AlreadyRegistered,
        Self::HasLeft,
        Self::UserIdTaken,
        Self::ExternalIdentifierTaken,
        Self::BadPeriod("example"),
        Self::AbsenceOverlaps,
        Self::AbsenceNotFound,
        Self::StaffUnavailable("example"),
        Self::NotAManager,
        Self::ManagerUntrained,
        Self::TooMany("example"),
    ];

    /// Stable name, for `google.rpc.ErrorInfo`.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::StaffNotFound => "STAFF_NOT_FOUND",
            Self::AlreadyRegistered => "CONFLICT",
            Self::HasLeft => "ENDED",
            Self::UserIdTaken | Self::ExternalIdentifierTaken => "IDENTIFIER_TAKEN",
            Self::BadPeriod(_) => "BAD_PERIOD",
            Self::AbsenceOverlaps => "ABSENCE_OVERLAPS",
            Self::AbsenceNotFound => "ABSENCE_NOT_FOUND",
            Self::StaffUnavailable(_) => "STAFF_UNAVAILABLE",
            Self::NotAManager => "NOT_A_MANAGER",
            Self::ManagerUntrained => "MANAGER_UNTRAINED",
            Self::TooMany(_) => "TOO_LARGE",
        }
    }
}

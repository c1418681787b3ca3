//! Why a command to an account is refused.

use uuid::Uuid;

/// A refusal: nothing was recorded. `Display` says what to do, [`Rejection::reason`] is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// No such account, or not the caller's to see.
    #[error("there is no such account, or it is not yours to see")]
    NotFound,
    /// The id is an account's.
    #[error("an account has this id already")]
    AlreadyRegistered,
    /// SIREN, SIRET or external identifier are another account's.
    #[error("the SIREN, SIRET or external identifier belongs to another")]
    IdentifierTaken,
    /// A level without what it is known by, or with what another level is known by.
    #[error("{0}")]
    Siren(&'static str),
    /// The same for a site.
    #[error("{0}")]
    Siret(&'static str),
    /// The site's number begins with another company's.
    #[error("the SIRET does not begin with the SIREN of the company above")]
    SiretOfAnother,
    /// A site without address.
    #[error("a site needs its address")]
    AddressNeeded,
    /// The account above is of another level.
    #[error("{0}")]
    Hierarchy(&'static str),
    /// Accounts below are still there.
    #[error("accounts below this one have not ended by then: end them first")]
    StillInUse,
    /// The account, or the one above, has ended.
    #[error("{0}")]
    Ended(&'static str),
    /// An instant that does not fit.
    #[error("{0}")]
    Period(&'static str),
    /// The training for account managers is not valid when the assignment begins.
    #[error("the training for account managers is not valid when this begins: record the training first")]
    ManagerUntrained,
    /// Nobody to whom accounts may be assigned.
    #[error("this staff member is no account manager")]
    NotAManager,
    /// Leaves before it begins.
    #[error("this staff member has left by then")]
    StaffUnavailable,
    /// Another manager at the same time.
    #[error("assignment {0} holds in that time: name it as replaced, or end it first")]
    Overlaps(Uuid),
    /// No such assignment of this account.
    #[error("this account has no such assignment")]
    AssignmentNotFound,
    /// No such assignment or cover of this account.
    #[error("this account has no such change of its manager")]
    ChangeNotFound,
    /// What a command was computed from is not so any more.
    #[error("the account changed meanwhile")]
    ChangedMeanwhile,
    /// The history of an attribute is full.
    #[error("{0} was stated too often: no more is taken")]
    TooMany(&'static str),
}

impl Rejection {
    /// Stable name, for `google.rpc.ErrorInfo`.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::NotFound => "ACCOUNT_NOT_FOUND",
            Self::AlreadyRegistered | Self::IdentifierTaken => "IDENTIFIER_TAKEN",
            Self::Siren(_) => "BAD_SIREN",
            Self::Siret(_) | Self::SiretOfAnother => "BAD_SIRET",
            Self::AddressNeeded => "BAD_PLACE",
            Self::Hierarchy(_) => "HIERARCHY_REFUSED",
            Self::StillInUse => "STILL_IN_USE",
            Self::Ended(_) => "ENDED",
            Self::Period(_) => "BAD_PERIOD",
            Self::ManagerUntrained => "MANAGER_UNTRAINED",
            Self::NotAManager => "NOT_A_MANAGER",
            Self::StaffUnavailable => "STAFF_UNAVAILABLE",
            Self::Overlaps(_) => "ASSIGNMENT_OVERLAPS",
            Self::AssignmentNotFound | Self::ChangeNotFound => "ASSIGNMENT_NOT_FOUND",
            Self::ChangedMeanwhile => "CONFLICT",
            Self::TooMany(_) => "TOO_LARGE",
        }
    }

    /// One of each, for tests of what becomes of them.
    #[cfg(test)]
    pub(crate) const EXAMPLES: [Self; 19] = [
        Self::NotFound,
        Self::AlreadyRegistered,
        Self::IdentifierTaken,
        Self::Siren("example"),
        Self::Siret("example"),
        Self::SiretOfAnother,
        Self::AddressNeeded,
        Self::Hierarchy("example"),
        Self::StillInUse,
        Self::Ended("example"),
        Self::Period("example"),
        Self::ManagerUntrained,
        Self::NotAManager,
        Self::StaffUnavailable,
        Self::Overlaps(Uuid::nil()),
        Self::AssignmentNotFound,
        Self::ChangeNotFound,
        Self::ChangedMeanwhile,
        Self::TooMany("example"),
    ];
}

//! What the ledger says of a case.

/// The verdict on a case. Population = kept + late + excluded + open + unmeasured, always.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// Within the limit, with evidence.
    Kept,
    /// After the limit, or never.
    Late,
    /// Not judged, for a reason that the definition allows.
    Excluded(ExclusionReason),
    /// Neither confirmed nor late yet.
    Open,
    /// Evidence is missing: counted, never taken for kept.
    Unmeasured(UnmeasuredReason),
}

/// Why a case is not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ExclusionReason {
    /// A later act asked for something else before the limit had passed.
    Superseded,
    /// The reason was lifted while others remain: nothing was asked of the register.
    OtherReasonsRemain,
    /// The handset was recovered before it was to be blocked.
    Recovered,
    /// The account ended before the deadline.
    AccountEnded,
    /// What was to be told never held.
    NeverHeld,
    /// The customer cancelled the review.
    CancelledByCustomer,
    /// The customer gave the project up before the deadline.
    Withdrawn,
    /// The caller gave up before an answer.
    Abandoned,
    /// Its parts count in its place.
    Split,
    /// It was found out later that it belongs to no population.
    NotRecognised,
}

impl ExclusionReason {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::Superseded,
        Self::OtherReasonsRemain,
        Self::Recovered,
        Self::AccountEnded,
        Self::NeverHeld,
        Self::CancelledByCustomer,
        Self::Withdrawn,
        Self::Abandoned,
        Self::Split,
        Self::NotRecognised,
    ];

    /// The stable name, also the one stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Superseded => "SUPERSEDED",
            Self::OtherReasonsRemain => "OTHER_REASONS_REMAIN",
            Self::Recovered => "RECOVERED",
            Self::AccountEnded => "ACCOUNT_ENDED",
            Self::NeverHeld => "NEVER_HELD",
            Self::CancelledByCustomer => "CANCELLED_BY_CUSTOMER",
            Self::Withdrawn => "WITHDRAWN",
            Self::Abandoned => "ABANDONED",
            Self::Split => "SPLIT",
            Self::NotRecognised => "NOT_RECOGNISED",
        }
    }

    /// Back from the stable name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

/// Why a case cannot be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UnmeasuredReason {
    /// T0 or the read-back is missing.
    EvidenceMissing,
    /// T0 lies after what it led to: the instants contradict each other.
    EvidenceContradictory,
    /// An event of the line could not be read: the line's open cases stop there.
    EvidenceUnreadable,
}

impl Verdict {
    /// The stable name, also the one stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "KEPT",
            Self::Late => "LATE",
            Self::Excluded(_) => "EXCLUDED",
            Self::Open => "OPEN",
            Self::Unmeasured(_) => "UNMEASURED",
        }
    }

    /// The reason code of an excluded or unmeasured case.
    pub const fn reason_code(self) -> Option<&'static str> {
        match self {
            Self::Excluded(reason) => Some(reason.as_str()),
            Self::Unmeasured(UnmeasuredReason::EvidenceMissing) => Some("EVIDENCE_MISSING"),
            Self::Unmeasured(UnmeasuredReason::EvidenceContradictory) => Some("EVIDENCE_CONTRADICTORY"),
            Self::Unmeasured(UnmeasuredReason::EvidenceUnreadable) => Some("EVIDENCE_UNREADABLE"),
            Self::Kept | Self::Late | Self::Open => None,
        }
    }

    /// Every verdict that there is.
    pub const ALL: [Self; 16] = [
        Self::Kept,
        Self::Late,
        Self::Excluded(ExclusionReason::Superseded),
        Self::Excluded(ExclusionReason::OtherReasonsRemain),
        Self::Excluded(ExclusionReason::Recovered),
        Self::Excluded(ExclusionReason::AccountEnded),
        Self::Excluded(ExclusionReason::NeverHeld),
        Self::Excluded(ExclusionReason::CancelledByCustomer),
        Self::Excluded(ExclusionReason::Withdrawn),
        Self::Excluded(ExclusionReason::Abandoned),
        Self::Excluded(ExclusionReason::Split),
        Self::Excluded(ExclusionReason::NotRecognised),
        Self::Open,
        Self::Unmeasured(UnmeasuredReason::EvidenceMissing),
        Self::Unmeasured(UnmeasuredReason::EvidenceContradictory),
        Self::Unmeasured(UnmeasuredReason::EvidenceUnreadable),
    ];

    /// Back from the stable names.
    pub fn parse(name: &str, reason_code: Option<&str>) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == name && verdict.reason_code() == reason_code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stable_names_lead_back_to_the_verdict() {
        for verdict in Verdict::ALL {
            assert_eq!(Verdict::parse(verdict.as_str(), verdict.reason_code()), Some(verdict));
        }
        assert_eq!(Verdict::parse("KEPT", Some("SUPERSEDED")), None);
    }
}

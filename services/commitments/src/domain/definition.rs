//! A characteristic as a versioned definition: data and one pure function that judges.

use std::time::Duration;

use vigie_clock::Timestamp;

use super::verdict::{ExclusionReason, UnmeasuredReason, Verdict};

/// What is promised, how we read it, and from which facts which verdict follows.
///
/// A change of any value is a new version under a new name; a case keeps the version that judged it.
#[derive(Debug, PartialEq, Eq)]
pub struct Definition {
    /// `9.3`.
    pub characteristic: &'static str,
    /// `9.3/1`.
    pub version: &'static str,
    /// The promise in the certified words.
    pub promise: &'static str,
    /// Our reading, for people. Figures marked [D] are ours, not part of the certification.
    pub reading: &'static str,
    /// Longest T1 − T0 that is kept [D].
    pub limit: Duration,
    /// What the 95th percentile of T1 − T0 should be at most [D].
    pub p95_target: Duration,
}

/// Characteristic 9.3, first version.
pub static LOSS_OR_THEFT: Definition = Definition {
    characteristic: "9.3",
    version: "9.3/1",
    promise: "suspension de la ligne et/ou remise en service immédiatement",
    reading: "Every act that suspends a line for, or reinstates it from, loss or theft, 24 hours a day, both ways. \
              T0 is the arrival of the authenticated request; T1 is the moment at which the confirmation is \
              recorded, after the subscriber register was read back as asked. Kept: T1 - T0 is at most 60 s [D], \
              with a read-back; the 95th percentile should be at most 1 s [D]. Excluded: superseded by another \
              act before 60 s; a reason lifted while others remain, where the register is not to change. \
              A simulated register counts and is labelled.",
    limit: Duration::from_secs(60),
    p95_target: Duration::from_secs(1),
};

/// What is known of an act: all that a judgement may depend on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The intent's recorded_at.
    pub recorded_at: Timestamp,
    /// T0: the authenticated request arrived. `None` when the event does not say.
    pub t0: Option<Timestamp>,
    /// The confirmation, whatever it proves.
    pub confirmation: Option<Confirmation>,
    /// Vigie itself recorded that the limit passed unconfirmed.
    pub overdue_at: Option<Timestamp>,
    /// Another act asked for something else, recorded then, before a confirmation.
    pub superseded_at: Option<Timestamp>,
    /// Nothing was asked of the register, since other reasons remain.
    pub other_reasons_remain: bool,
    /// An event of the line could not be read before the case was decided.
    pub unreadable: bool,
}

/// That the register was said to follow, and what proves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// The event's recorded_at.
    pub at: Timestamp,
    /// What was read back.
    pub read_back: ReadBack,
}

/// What a confirmation's read-back says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReadBack {
    /// The register was read back as the act asked.
    AsAsked,
    /// There is none.
    Missing,
    /// The register was read back as something else.
    Otherwise,
}

impl Facts {
    /// T1: the confirmation's recorded_at. A confirmation without a read-back as asked is none.
    pub fn t1(&self) -> Option<Timestamp> {
        self.confirmation
            .filter(|confirmation| confirmation.read_back == ReadBack::AsAsked)
            .map(|confirmation| confirmation.at)
    }

    /// Whether nothing further can change what is known of the act.
    pub fn is_closed(&self) -> bool {
        self.confirmation.is_some()
            || self.superseded_at.is_some()
            || self.other_reasons_remain
            || self.unreadable
    }
}

impl Definition {
    /// The latest T1 that is kept.
    pub fn due_at(&self, t0: Timestamp) -> Timestamp {
        t0.plus(self.limit)
    }

    /// The verdict that follows from the facts.
    pub fn judge(&self, facts: &Facts) -> Verdict {
        if facts.other_reasons_remain {
            return Verdict::Excluded(ExclusionReason::OtherReasonsRemain);
        }
        // Recorded by the log itself and true whatever else is missing.
        if facts.overdue_at.is_some() {
            return Verdict::Late;
        }
        let Some(t0) = facts.t0 else {
            return Verdict::Unmeasured(if facts.unreadable {
                UnmeasuredReason::EvidenceUnreadable
            } else {
                UnmeasuredReason::EvidenceMissing
            });
        };
        if t0 > facts.recorded_at {
            return Verdict::Unmeasured(UnmeasuredReason::EvidenceContradictory);
        }
        match (facts.confirmation, facts.superseded_at) {
            (Some(confirmation), _) => self.judge_confirmation(t0, confirmation),
            (None, Some(superseded_at)) if superseded_at < self.due_at(t0) => {
                Verdict::Excluded(ExclusionReason::Superseded)
            }
            (None, Some(_)) => Verdict::Late,
            (None, None) if facts.unreadable => Verdict::Unmeasured(UnmeasuredReason::EvidenceUnreadable),
            (None, None) => Verdict::Open,
        }
    }

    fn judge_confirmation(&self, t0: Timestamp, confirmation: Confirmation) -> Verdict {
        match confirmation.read_back {
            ReadBack::Missing => Verdict::Unmeasured(UnmeasuredReason::EvidenceMissing),
            ReadBack::Otherwise => Verdict::Unmeasured(UnmeasuredReason::EvidenceContradictory),
            ReadBack::AsAsked if confirmation.at < t0 => {
                Verdict::Unmeasured(UnmeasuredReason::EvidenceContradictory)
            }
            ReadBack::AsAsked if confirmation.at <= self.due_at(t0) => Verdict::Kept,
            ReadBack::AsAsked => Verdict::Late,
        }
    }

    /// The definition that a stored case names.
    pub fn of_version(version: &str) -> Option<&'static Self> {
        [&LOSS_OR_THEFT].into_iter().find(|definition| definition.version == version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T0: Timestamp = Timestamp::from_micros(1_000_000);

    fn after(micros: u64) -> Timestamp {
        T0.plus(Duration::from_micros(micros))
    }

    fn asked() -> Facts {
        Facts { recorded_at: after(2_000), t0: Some(T0), ..Facts::default() }
    }

    fn read_back(at: Timestamp, read_back: ReadBack) -> Confirmation {
        Confirmation { at, read_back }
    }

    fn judge(facts: Facts) -> Verdict {
        LOSS_OR_THEFT.judge(&facts)
    }

    #[test]
    fn the_limit_itself_is_kept_and_a_microsecond_more_is_late() {
        let confirmed = |at| Facts { confirmation: Some(read_back(at, ReadBack::AsAsked)), ..asked() };
        assert_eq!(judge(confirmed(after(60_000_000))), Verdict::Kept);
        assert_eq!(judge(confirmed(after(60_000_001))), Verdict::Late);
    }

    #[test]
    fn superseded_before_the_limit_is_excluded_and_at_the_limit_late() {
        let superseded = |at| Facts { superseded_at: Some(at), ..asked() };
        assert_eq!(judge(superseded(after(59_999_999))), Verdict::Excluded(ExclusionReason::Superseded));
        assert_eq!(judge(superseded(after(60_000_000))), Verdict::Late);
    }

    #[test]
    fn what_is_not_proven_is_never_kept() {
        let confirmed = |what| Facts { confirmation: Some(read_back(after(5_000), what)), ..asked() };
        let missing = confirmed(ReadBack::Missing);
        assert_eq!(missing.t1(), None);
        assert_eq!(judge(missing), Verdict::Unmeasured(UnmeasuredReason::EvidenceMissing));
        let otherwise = confirmed(ReadBack::Otherwise);
        assert_eq!(judge(otherwise), Verdict::Unmeasured(UnmeasuredReason::EvidenceContradictory));
        let no_t0 = Facts { t0: None, ..confirmed(ReadBack::AsAsked) };
        assert_eq!(judge(no_t0), Verdict::Unmeasured(UnmeasuredReason::EvidenceMissing));
        let t0_after_its_record = Facts { recorded_at: T0.minus(Duration::from_secs(1)), ..asked() };
        assert_eq!(judge(t0_after_its_record), Verdict::Unmeasured(UnmeasuredReason::EvidenceContradictory));
    }

    #[test]
    fn overdue_stays_late_when_confirmed_or_superseded_later() {
        let overdue = Facts { overdue_at: Some(after(60_000_000)), ..asked() };
        assert_eq!(judge(overdue.clone()), Verdict::Late);
        let confirmation = Some(read_back(after(90_000_000), ReadBack::AsAsked));
        let confirmed = Facts { confirmation, ..overdue.clone() };
        assert_eq!((judge(confirmed.clone()), confirmed.t1()), (Verdict::Late, Some(after(90_000_000))));
        assert_eq!(judge(Facts { superseded_at: Some(after(70_000_000)), ..overdue }), Verdict::Late);
    }

    #[test]
    fn a_definition_is_found_by_what_a_case_stores() {
        assert_eq!(Definition::of_version("9.3/1"), Some(&LOSS_OR_THEFT));
        assert_eq!(Definition::of_version("9.3/2"), None);
        assert!(LOSS_OR_THEFT.version.starts_with(LOSS_OR_THEFT.characteristic));
    }
}

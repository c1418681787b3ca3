//! What is known of a case, and the one function that judges it.

use vigie_clock::Timestamp;

use super::characteristic::Rule;
use crate::domain::{ExclusionReason, UnmeasuredReason, Verdict};

/// All that a judgement may depend on. No clock is among it: what is late says an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// T0: from when it is counted.
    pub t0: Option<Timestamp>,
    /// The first instant that is too late, as the event pins it.
    pub due_at: Option<Timestamp>,
    /// T1: what was promised was done.
    pub t1: Option<Timestamp>,
    /// It was done otherwise than promised, recorded then.
    pub failed_at: Option<Timestamp>,
    /// It was recorded then that the deadline passed.
    pub overdue_at: Option<Timestamp>,
    /// It ended without being done.
    pub ended: Option<Ended>,
    /// What it was to be judged by is not on record.
    pub missing: bool,
    /// An event of its stream could not be read before it was decided.
    pub unreadable: bool,
}

/// That a case ended without what was promised, for a reason that the definition allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// When: before the deadline it is excluded, after it late. `None` excludes whenever it was.
    pub at: Option<Timestamp>,
    /// Why.
    pub reason: ExclusionReason,
}

impl Facts {
    /// Whether nothing further changes the verdict.
    pub fn is_closed(&self, rule: Rule) -> bool {
        let is_done = self.t1.is_some() && !rule.stands;
        is_done || self.failed_at.is_some() || self.ended.is_some() || self.unreadable
    }
}

impl Rule {
    /// The verdict that follows from the facts.
    pub fn judge(self, facts: &Facts) -> Verdict {
        if facts.failed_at.is_some() || (self.overdue_is_final && facts.overdue_at.is_some()) {
            return Verdict::Late;
        }
        match (facts.t1, facts.ended) {
            (t1, Some(ended)) if t1.is_none() || self.stands => judge_end(facts, ended),
            (Some(_), _) if self.stands && facts.unreadable => {
                Verdict::Unmeasured(UnmeasuredReason::EvidenceUnreadable)
            }
            (Some(t1), _) => self.judge_done(facts, t1),
            (None, _) if facts.overdue_at.is_some() => Verdict::Late,
            (None, _) if facts.unreadable => Verdict::Unmeasured(UnmeasuredReason::EvidenceUnreadable),
            (None, _) if facts.missing => Verdict::Unmeasured(UnmeasuredReason::EvidenceMissing),
            (None, _) => Verdict::Open,
        }
    }

    fn judge_done(self, facts: &Facts, t1: Timestamp) -> Verdict {
        match facts.due_at {
            Some(due_at) if t1 >= due_at => Verdict::Late,
            None if self.has_deadline => Verdict::Unmeasured(UnmeasuredReason::EvidenceMissing),
            _ => Verdict::Kept,
        }
    }
}

fn judge_end(facts: &Facts, ended: Ended) -> Verdict {
    match (ended.at, facts.due_at) {
        (Some(at), Some(due_at)) if at >= due_at => Verdict::Late,
        _ => Verdict::Excluded(ended.reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: Rule = Rule { has_deadline: true, overdue_is_final: false, stands: false };
    const FINAL: Rule = Rule { overdue_is_final: true, ..FREE };
    const STANDING: Rule = Rule { has_deadline: false, overdue_is_final: false, stands: true };

    fn at(micros: i64) -> Option<Timestamp> {
        Some(Timestamp::from_micros(micros))
    }

    fn open() -> Facts {
        Facts { t0: at(0), due_at: at(10), ..Facts::default() }
    }

    #[test]
    fn the_deadline_itself_is_too_late() {
        assert_eq!(FREE.judge(&open()), Verdict::Open);
        assert_eq!(FREE.judge(&Facts { t1: at(9), ..open() }), Verdict::Kept);
        assert_eq!(FREE.judge(&Facts { t1: at(10), ..open() }), Verdict::Late);
    }

    #[test]
    fn what_was_done_in_time_and_told_late_is_kept_unless_the_alert_is_final() {
        let overdue = Facts { overdue_at: at(11), ..open() };
        assert_eq!(FREE.judge(&overdue), Verdict::Late);
        let told_later = Facts { t1: at(9), ..overdue };
        assert_eq!((FREE.judge(&told_later), FINAL.judge(&told_later)), (Verdict::Kept, Verdict::Late));
    }

    #[test]
    fn an_end_before_the_deadline_is_excluded_and_after_it_late() {
        let reason = ExclusionReason::AccountEnded;
        let ended = |at| Facts { ended: Some(Ended { at, reason }), ..open() };
        assert_eq!(FREE.judge(&ended(at(9))), Verdict::Excluded(reason));
        assert_eq!(FREE.judge(&ended(at(10))), Verdict::Late);
        assert_eq!(FREE.judge(&ended(None)), Verdict::Excluded(reason));
        assert_eq!(FREE.judge(&Facts { t1: at(3), ..ended(at(9)) }), Verdict::Kept, "done before it ended");
    }

    #[test]
    fn without_its_deadline_nothing_is_kept() {
        let done = Facts { due_at: None, t1: at(9), ..open() };
        let missing = Verdict::Unmeasured(UnmeasuredReason::EvidenceMissing);
        assert_eq!((FREE.judge(&done), STANDING.judge(&done)), (missing, Verdict::Kept));
    }

    #[test]
    fn what_stands_may_still_turn() {
        let held = Facts { t0: at(0), t1: at(0), ..Facts::default() };
        assert_eq!((STANDING.judge(&held), held.is_closed(STANDING)), (Verdict::Kept, false));
        assert_eq!(STANDING.judge(&Facts { failed_at: at(5), ..held.clone() }), Verdict::Late);
        let stopped = Facts { unreadable: true, ..held };
        assert_eq!(
            STANDING.judge(&stopped),
            Verdict::Unmeasured(UnmeasuredReason::EvidenceUnreadable),
            "what came behind it is not known"
        );
    }
}

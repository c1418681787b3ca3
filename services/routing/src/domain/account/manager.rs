//! Who is an account's manager for a time, and who covers for them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Personal, Timestamp};

use crate::domain::{Dated, E164, MailAddress, Moment};

/// Whom a customer is told: name and how to reach them, as they were when it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StaffContact {
    /// The staff member.
    pub staff_id: Uuid,
    /// Name that customers are told.
    pub name: Personal<String>,
    /// Mail address that customers are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Personal<MailAddress>>,
    /// Number that customers are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Personal<E164>>,
}

/// A staff member to whom an account is to be given at an instant, as known now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who, and what the customer is told.
    pub contact: StaffContact,
    /// Whether accounts may be assigned to them.
    pub is_account_manager: bool,
    /// Until when their training for account managers holds without a gap from that instant on; `None` if it does not hold
    /// then.
    pub trained_until: Option<Timestamp>,
    /// When they leave, or left.
    pub leaves_at: Option<Timestamp>,
}

/// That a staff member is an account's manager for a time: from `effective_from` until `effective_until`, exclusive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assignment {
    /// Its id: that of the act that made it.
    pub assignment_id: Uuid,
    /// The manager.
    pub staff_id: Uuid,
    /// From when.
    pub effective_from: Timestamp,
    /// Until when, exclusive; absent while it is open. Equal to the begin: it never held, and was a mistake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_until: Option<Timestamp>,
    /// Until when the manager's training was valid as the assignment was made.
    pub training_valid_until: Timestamp,
}

/// Why somebody else steps in for the manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CoverCause {
    /// The manager is away.
    Absence,
    /// The manager has left, and nobody follows yet.
    Left,
}

/// That somebody steps in for an account's manager for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cover {
    /// Its id: that of the absence, or of whatever else caused it. A cause has at most one cover of an account.
    pub cover_id: Uuid,
    /// The manager who is covered for.
    pub staff_id: Uuid,
    /// Who covers.
    pub cover_staff_id: Uuid,
    /// Why.
    pub cause: CoverCause,
    /// From when.
    pub effective_from: Timestamp,
    /// Until when, exclusive; absent while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_until: Option<Timestamp>,
}

/// Something with a begin and an end, of which the end may be corrected.
pub(super) trait Spell {
    fn begins(&self) -> Timestamp;
    fn ends(&self) -> Option<Timestamp>;
}

impl Spell for Assignment {
    fn begins(&self) -> Timestamp {
        self.effective_from
    }

    fn ends(&self) -> Option<Timestamp> {
        self.effective_until
    }
}

impl Spell for Cover {
    fn begins(&self) -> Timestamp {
        self.effective_from
    }

    fn ends(&self) -> Option<Timestamp> {
        self.effective_until
    }
}

/// Whether the times from `a.0` until `a.1` and from `b.0` until `b.1` share an instant; no end is never.
pub(super) fn overlap(a: (Timestamp, Option<Timestamp>), b: (Timestamp, Option<Timestamp>)) -> bool {
    let is_before = |instant: Timestamp, end: Option<Timestamp>| end.is_none_or(|end| instant < end);
    let (begin, is_empty) =
        (a.0.max(b.0), |spell: (Timestamp, Option<Timestamp>)| !is_before(spell.0, spell.1));
    !is_empty(a) && !is_empty(b) && is_before(begin, a.1) && is_before(begin, b.1)
}

/// An assignment or cover as the account keeps it: as it was made, and every end that was recorded since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept<T> {
    made: T,
    recorded_at: Timestamp,
    version: i64,
    /// Ends recorded after it was made.
    ends: Dated<Timestamp>,
}

impl<T: Spell> Kept<T> {
    pub(super) fn new(made: T, recorded_at: Timestamp, version: i64) -> Self {
        Self { made, recorded_at, version, ends: Dated::new() }
    }

    pub(super) const fn made(&self) -> &T {
        &self.made
    }

    pub(super) const fn recorded_at(&self) -> Timestamp {
        self.recorded_at
    }

    pub(super) fn ended(&mut self, ends: Timestamp, recorded_at: Timestamp, version: i64) {
        self.ends.correct(ends, recorded_at, version);
    }

    /// Whether its end was corrected as often as is taken.
    pub(super) fn is_full(&self) -> bool {
        self.ends.is_full()
    }

    /// Until when, as known at `known_at`.
    pub(super) fn until(&self, known_at: Timestamp) -> Option<Timestamp> {
        let corrected = self.ends.value(Moment { as_of: Timestamp::from_micros(i64::MAX), known_at });
        corrected.copied().or_else(|| self.made.ends())
    }

    /// From when until when, by all that is known.
    pub(super) fn time(&self) -> (Timestamp, Option<Timestamp>) {
        (self.made.begins(), self.until(Timestamp::from_micros(i64::MAX)))
    }

    pub(super) fn holds(&self, moment: Moment) -> bool {
        self.recorded_at <= moment.known_at
            && self.made.begins() <= moment.as_of
            && self.until(moment.known_at).is_none_or(|until| moment.as_of < until)
    }

    /// Versions of the events that say so at `known_at`: the one that made it, and the one that says its end.
    pub(super) fn evidence(&self, known_at: Timestamp) -> impl Iterator<Item = i64> {
        let end = self.ends.statement(Moment { as_of: Timestamp::from_micros(i64::MAX), known_at });
        std::iter::once(self.version).chain(end.map(|end| end.version))
    }

    /// Every instant at which it begins or ends by what was ever known, and those at which that was recorded.
    pub(super) fn instants(&self) -> impl Iterator<Item = Timestamp> {
        let made = [self.made.begins(), self.recorded_at].into_iter().chain(self.made.ends());
        made.chain(self.ends.statements().iter().flat_map(|end| [end.value, end.recorded_at]))
    }

    /// The first instant after `after` at which it begins or ends.
    pub(super) fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        let (begin, end) = self.time();
        // One that never held has nothing to tell.
        if end == Some(begin) {
            return None;
        }
        std::iter::once(begin).chain(end).filter(|instant| *instant > after).min()
    }
}

impl Kept<Assignment> {
    /// As known at `known_at`.
    pub(super) fn shown(&self, known_at: Timestamp) -> Assignment {
        Assignment { effective_until: self.until(known_at), ..self.made.clone() }
    }
}

impl Kept<Cover> {
    /// As known at `known_at`.
    pub(super) fn shown(&self, known_at: Timestamp) -> Cover {
        Cover { effective_until: self.until(known_at), ..self.made.clone() }
    }
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn two_times_overlap_if_they_share_an_instant() {
        let time =
            |from, until: Option<i64>| (Timestamp::from_micros(from), until.map(Timestamp::from_micros));
        for (a, b, expected) in [
            (time(0, Some(5)), time(5, None), false),
            (time(0, Some(6)), time(5, None), true),
            (time(0, None), time(5, None), true),
            (time(3, Some(3)), time(0, None), false),
            (time(0, None), time(3, Some(3)), false),
            (time(2, Some(3)), time(0, Some(9)), true),
        ] {
            assert_eq!((overlap(a, b), overlap(b, a)), (expected, expected), "{a:?} {b:?}");
        }
    }
}

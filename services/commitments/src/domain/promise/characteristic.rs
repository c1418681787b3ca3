//! A characteristic of the ledger as a versioned definition: what is promised, how we read it, by which rule it is judged.

use std::time::Duration;

use super::catalogue::*;

/// A log that cases come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Log {
    /// Of `lines`.
    Lines,
    /// Of `routing`.
    Routing,
}

impl Log {
    /// Every log.
    pub const ALL: [Self; 2] = [Self::Lines, Self::Routing];

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|log| log.as_str() == name)
    }

    /// The stable name, also the one stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::Routing => "routing",
        }
    }
}

/// Where the cases of a characteristic are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptIn {
    /// With the acts on lines.
    Acts,
    /// With the cases of every other promise.
    Promises,
}

/// How a case is judged by its facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Without a deadline on record what was done is not measured.
    pub has_deadline: bool,
    /// That the deadline passed is final; else a proof of what was done in time may still come, and when it was done counts.
    pub overdue_is_final: bool,
    /// What holds may still turn, until it is settled.
    pub stands: bool,
}

impl Rule {
    /// Done before a deadline; a proof may come late.
    pub(super) const BY_A_DEADLINE: Self =
        Self { has_deadline: true, overdue_is_final: false, stands: false };
    /// Right or wrong, whenever.
    pub(super) const AS_PROMISED: Self = Self { has_deadline: false, overdue_is_final: false, stands: false };
}

/// What is promised, how we read it, and by which rule which verdict follows.
///
/// A change of any value is a new version under a new name; a case keeps the version that judged it.
#[derive(Debug, PartialEq, Eq)]
pub struct Characteristic {
    /// `2.1/gap`: the promise's number, and which of its indicators where it has several.
    pub name: &'static str,
    /// `2.1/gap/1`.
    pub version: &'static str,
    /// The promise in the certified words.
    pub promise: &'static str,
    /// Our reading, for people. Figures marked [D] are ours, not part of the certification.
    pub reading: &'static str,
    /// What the 95th percentile of T1 − T0 should be at most [D]; `None` where a duration says nothing.
    pub p95_target: Option<Duration>,
    /// The log that its cases come from.
    pub log: Log,
    /// Where its cases are.
    pub kept_in: KeptIn,
    /// How they are judged; that of acts stands in [`Definition`](crate::domain::Definition).
    pub rule: Rule,
}

impl Characteristic {
    /// Every characteristic of the ledger, in the order of the promises.
    pub const ALL: [&'static Self; 17] = [
        &MANAGER_NAMED,
        &MANAGER_GAP,
        &MANAGER_TOLD,
        &MANAGER_TRAINED,
        &CONTACT_POINT_PUBLISHED,
        &CONTACT_POINT_TOLD,
        &REVIEW_HELD,
        &PROJECT_ANSWERED,
        &LARGE_ACCOUNTS,
        &SPECIALISED_TEAMS,
        &END_USERS,
        &REACHABLE,
        &PERSONAL,
        &IN_CHARGE,
        &ON_DATE,
        &ACTS,
        &BLOCK_LIST,
    ];

    /// The one of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.into_iter().find(|characteristic| characteristic.name == name)
    }

    /// The one that a stored case names.
    pub fn of_version(version: &str) -> Option<&'static Self> {
        Self::ALL.into_iter().find(|characteristic| characteristic.version == version)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_is_found_by_its_name_and_by_its_version() {
        let mut names = BTreeSet::new();
        for characteristic in Characteristic::ALL {
            assert!(names.insert(characteristic.name) && names.insert(characteristic.version));
            assert_eq!(Characteristic::named(characteristic.name), Some(characteristic));
            assert_eq!(Characteristic::of_version(characteristic.version), Some(characteristic));
            assert_eq!(characteristic.version, format!("{}/1", characteristic.name));
        }
        assert_eq!(Characteristic::named("8.1"), None);
    }
}

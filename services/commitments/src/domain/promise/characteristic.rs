//! Every characteristic of the ledger as a versioned definition: what is promised, how we read it, by which rule it is judged.

use std::time::Duration;

use crate::domain::LOSS_OR_THEFT;

/// A log that cases come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Log {
    /// Of `lines`.
    Lines,
    /// Of `routing`.
    Routing,
}

impl Log {
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
    const BY_A_DEADLINE: Self = Self { has_deadline: true, overdue_is_final: false, stands: false };
    /// Right or wrong, whenever.
    const AS_PROMISED: Self = Self { has_deadline: false, overdue_is_final: false, stands: false };
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

/// Characteristic 9.3 as a whole.
static ACTS: Characteristic = Characteristic {
    name: LOSS_OR_THEFT.characteristic,
    version: LOSS_OR_THEFT.version,
    promise: LOSS_OR_THEFT.promise,
    reading: LOSS_OR_THEFT.reading,
    p95_target: Some(LOSS_OR_THEFT.p95_target),
    log: Log::Lines,
    kept_in: KeptIn::Acts,
    rule: Rule::BY_A_DEADLINE,
};

/// 9.3: a stolen handset on the EIR block list.
pub static BLOCK_LIST: Characteristic = Characteristic {
    name: "9.3/block-list",
    version: "9.3/block-list/1",
    promise: "suspension de la ligne et/ou remise en service immédiatement",
    reading: "Every declaration of theft of a handset. T0 is the instant from which its term is counted: when the police \
              took it, or its receipt if the term was over by then; the term is 4 jours ouvrés [L: L34-3 CPCE] of the \
              calendar pinned in the event. T1 is when its being on the list was recorded, after the list was read \
              back. Late for good once the deadline passed. Excluded: recovered before the deadline. A simulated list \
              counts and is labelled.",
    p95_target: None,
    log: Log::Lines,
    kept_in: KeptIn::Promises,
    rule: Rule { overdue_is_final: true, ..Rule::BY_A_DEADLINE },
};

const MANAGER: &str = "un interlocuteur commercial dédié et formé";

/// 2.1: no company without somebody to turn to.
pub static MANAGER_GAP: Characteristic = Characteristic {
    name: "2.1/gap",
    version: "2.1/gap/1",
    promise: MANAGER,
    reading: "Every time in which a company has no manager who is there and trained: own, inherited or stepping in. T0 is \
              since when nobody is there, T1 the first instant at which somebody is. Kept: T1 before the end of 1 jour \
              ouvré [D] of the place of the company's address. A fact told late counts by when it happened. Excluded: \
              the account ended before the deadline. Companies count; the manager of a group serves its companies, \
              a site follows its company [D].",
    p95_target: None,
    log: Log::Routing,
    kept_in: KeptIn::Promises,
    rule: Rule::BY_A_DEADLINE,
};

/// 2.1: the customer is told of every change.
pub static MANAGER_TOLD: Characteristic = Characteristic {
    name: "2.1/told",
    version: "2.1/told/1",
    promise: MANAGER,
    reading: "Every begin of an assignment or of a cover of which the customer is to be told; not a base that is taken \
              in, nor what is over when it is recorded. T0 is its begin, T1 when the delivered notice told it. Kept: T1 \
              before the end of 2 jours ouvrés [D] after it takes effect or is recorded, whichever is later. A proof \
              that comes late counts by when the customer was told. Of covers of one cause that follow each other untold \
              the last counts [D]. Excluded: what never held.",
    p95_target: None,
    log: Log::Routing,
    kept_in: KeptIn::Promises,
    rule: Rule::BY_A_DEADLINE,
};

/// 2.1: the manager is trained.
pub static MANAGER_TRAINED: Characteristic = Characteristic {
    name: "2.1/trained",
    version: "2.1/trained/1",
    promise: MANAGER,
    reading: "Every assignment of a manager to an account. Kept as long as the training that is valid at its begin \
              opens no gap: an account whose manager holds no valid training has one. Late from the event that opens \
              it, and it stays so. Excluded: an assignment that never held.",
    p95_target: None,
    log: Log::Routing,
    kept_in: KeptIn::Promises,
    rule: Rule { stands: true, ..Rule::AS_PROMISED },
};

const SERVICE: &str = "modalités d'accès et tarifs d'appel communiqués";

/// 3.1: what is published says how to reach us and what it costs.
pub static CONTACT_POINT_PUBLISHED: Characteristic = Characteristic {
    name: "3.1/published",
    version: "3.1/published/1",
    promise: SERVICE,
    reading: "Every published version of a contact point. Kept: a number has its tariff class and one of the regulator's \
              labels, and hours are announced with it or are those of its desk, which has some always. T0 is \
              valid_from, T1 its publication.",
    p95_target: None,
    log: Log::Routing,
    kept_in: KeptIn::Promises,
    rule: Rule::AS_PROMISED,
};

/// 3.2: a review each year.
pub static REVIEW_HELD: Characteristic = Characteristic {
    name: "3.2/reviews",
    version: "3.2/reviews/1",
    promise: "une présence commerciale de proximité dédiée aux entreprises",
    reading: "Every year of a company's plan of reviews; a year begins with the plan or with the latest review. T0 is \
              its begin, T1 when a review was held. Kept: one at least before the year's end [D]. Late for good once \
              the year ended without. Excluded, and counted: the customer cancelled; the account ended.",
    p95_target: None,
    log: Log::Routing,
    kept_in: KeptIn::Promises,
    rule: Rule { overdue_is_final: true, ..Rule::BY_A_DEADLINE },
};

/// 3.4: projects abroad are answered.
pub static PROJECT_ANSWERED: Characteristic = Characteristic {
    name: "3.4",
    version: "3.4/1",
    promise: "un accompagnement du développement à l'international",
    reading: "Every project abroad and international request. T0 is when the customer asked, T1 the answer, which has a \
              named referent and a first promised date. Kept: T1 before the end of 2 jours ouvrés [D] of the pinned \
              calendar. An answer that is recorded late counts by when it was given. Declined without an answer is late. \
              Excluded: withdrawn by the customer before the deadline.",
    p95_target: None,
    log: Log::Routing,
    kept_in: KeptIn::Promises,
    rule: Rule::BY_A_DEADLINE,
};

/// 5.1.1: large accounts.
pub static LARGE_ACCOUNTS: Characteristic = Characteristic {
    name: "5.1.1",
    version: "5.1.1/1",
    promise: "un traitement dédié pour les grands comptes",
    reading: "Every contact of a large account, as it was when the contact began. T0 is its begin, T1 when somebody \
              answered or took it in charge. Kept: the team that had it last is one of the dedicated ones, or its \
              manager took it. Excluded, and counted: given up before an answer (that is 5.2.1, joignable) [D]; split, \
              where its parts count; recognised otherwise later.",
    p95_target: None,
    log: Log::Routing,
    kept_in: KeptIn::Promises,
    rule: Rule::AS_PROMISED,
};

/// 5.1.2: fleets and fixed services of smaller customers.
pub static SPECIALISED_TEAMS: Characteristic = Characteristic {
    name: "5.1.2",
    version: "5.1.2/1",
    promise: "des équipes spécialisées pour les responsables de flotte et les clients Fixe",
    reading: "Every contact of a fleet manager or a business customer of fixed services, as it was when the contact began; \
              large accounts count in 5.1.1 only. Kept: the team that had it last held one of the skills asked for, or \
              its manager took it, and it was handed on at most once [D]. Excluded as in 5.1.1.",
    p95_target: None,
    log: Log::Routing,
    kept_in: KeptIn::Promises,
    rule: Rule::AS_PROMISED,
};

/// 5.4.1: mobile end users.
pub static END_USERS: Characteristic = Characteristic {
    name: "5.4.1",
    version: "5.4.1/1",
    promise: "un service client dédié aux utilisateurs mobiles, pour répondre à leurs demandes",
    reading: "Every contact of a mobile end user of a business who was recognised. Kept: the team that had it last is the \
              service of end users, or holds the skill that the subject asks for. Excluded as in 5.1.1. Who is not \
              recognised at all belongs to no population.",
    p95_target: None,
    log: Log::Routing,
    kept_in: KeptIn::Promises,
    rule: Rule::AS_PROMISED,
};

impl Characteristic {
    /// Every characteristic of the ledger, in the order of the promises.
    pub const ALL: [&'static Self; 11] = [
        &MANAGER_GAP,
        &MANAGER_TOLD,
        &MANAGER_TRAINED,
        &CONTACT_POINT_PUBLISHED,
        &REVIEW_HELD,
        &PROJECT_ANSWERED,
        &LARGE_ACCOUNTS,
        &SPECIALISED_TEAMS,
        &END_USERS,
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

//! Promises 3.2 and 3.4: near by, and abroad.

use crate::domain::promise::characteristic::{Characteristic, KeptIn, Log, Rule};

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

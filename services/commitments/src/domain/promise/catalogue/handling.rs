//! Promises 5.1.1, 5.1.2 and 5.4.1: contacts are handled by those who are there for them.

use crate::domain::promise::characteristic::{Characteristic, KeptIn, Log, Rule};

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

//! Promise 2.1: *un interlocuteur commercial dédié et formé*.

use crate::domain::promise::characteristic::{Characteristic, KeptIn, Log, Rule};

const MANAGER: &str = "un interlocuteur commercial dédié et formé";

/// 2.1: every company has somebody by name.
pub static MANAGER_NAMED: Characteristic = Characteristic {
    name: "2.1/named",
    version: "2.1/named/1",
    promise: MANAGER,
    reading: "Every company that is a customer, as it stands at the position that was read: no history, which is 2.1/gap. Kept: \
              it has a manager of its own, inherits that of its group, or somebody stands in; never two, which routing \
              refuses. Late: a gap is on record since nobody is assigned or the manager has left. Who is away or untrained \
              is named: see 2.1/gap and 2.1/trained. That it inherits is taken from its group being on record and no \
              gap. T0 is since when it is a customer, T1 since when the one named is assigned. Excluded: the account \
              ended. Target: 100 % [D].",
    p95_target: None,
    log: Log::Routing,
    kept_in: KeptIn::Promises,
    rule: Rule { stands: true, ..Rule::AS_PROMISED },
};

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
              opens no gap: a company whose own manager holds no valid training has one. Late from the event that \
              opens it, and it stays so. Excluded: an assignment that never held. Unmeasured: an assignment to a \
              group. That a training ends later is seen there as gaps of its companies: see 2.1/gap.",
    p95_target: None,
    log: Log::Routing,
    kept_in: KeptIn::Promises,
    rule: Rule { stands: true, ..Rule::AS_PROMISED },
};

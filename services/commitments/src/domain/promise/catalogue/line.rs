//! Promise 9.3: acts on a line, and the block list of handsets.

use crate::domain::LOSS_OR_THEFT;
use crate::domain::promise::characteristic::{Characteristic, KeptIn, Log, Rule};

/// Characteristic 9.3 as a whole.
pub(in crate::domain::promise) static ACTS: Characteristic = Characteristic {
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

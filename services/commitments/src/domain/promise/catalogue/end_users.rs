//! Promise 5.4.1: the customer service of mobile end users, by the indicators of any customer service.
//!
//! Of the six, *courtois* is not here: no share of a survey's or a grid's points is fixed that would count as courteous. Nor is
//! *suivi*: contacts have no messages. Of *joignable* the announced hours are missing, of *traitement efficace* the second
//! contact within 7 days: no event of one stream says either.

use crate::domain::promise::characteristic::{Characteristic, KeptIn, Log, Rule};

const SERVICE: &str = "un service client dédié aux utilisateurs mobiles, pour répondre à leurs demandes";

/// How long a caller waits at most for an answer, in milliseconds [D].
pub const WAIT_MAX_MS: i64 = 30_000;

/// Within how many *jours ouvrés* of metropolitan France, Europe/Paris, a named agent takes a contact in charge [D].
pub const IN_CHARGE_DAYS: u16 = 1;

/// *Joignable*.
pub static REACHABLE: Characteristic = Characteristic {
    name: "5.4.1/reachable",
    version: "5.4.1/reachable/1",
    promise: SERVICE,
    reading: "Joignable: every call and chat of a recognised end user; the other channels have nobody who waits. T0 is when \
              it was first offered, T1 the answer. Kept: it waited 30 s at most [D], as the contact centre measures. Late: \
              longer, or given up after that. Excluded, and counted: given up within those 30 s [D]. The whole counts and \
              not its parts. Not measured: nobody told the channel or the wait. Target: 80 % [D]. That announced hours \
              were held is not measured.",
    p95_target: None,
    log: Log::Routing,
    kept_in: KeptIn::Promises,
    rule: Rule::AS_PROMISED,
};

/// *Personnalisé*.
pub static PERSONAL: Characteristic = Characteristic {
    name: "5.4.1/personal",
    version: "5.4.1/personal/1",
    promise: SERVICE,
    reading: "Personnalisé: every contact of a recognised end user. T0 is its begin, T1 the first answer. Kept: a named agent \
              answered, who was shown the customer's context. Not measured: nobody told whether it was shown, or who \
              answered. Excluded, and counted: given up before an answer. The whole counts and not its parts. Target: \
              90 % [D].",
    p95_target: None,
    log: Log::Routing,
    kept_in: KeptIn::Promises,
    rule: Rule::AS_PROMISED,
};

/// *Prise en charge*.
pub static IN_CHARGE: Characteristic = Characteristic {
    name: "5.4.1/in-charge",
    version: "5.4.1/in-charge/1",
    promise: SERVICE,
    reading: "Prise en charge: every contact of a recognised end user. T0 is its begin, T1 when a named agent answered or took \
              it in charge; an automatic acknowledgement is neither. Kept: T1 before the end of 1 jour ouvré [D] of \
              metropolitan France, Europe/Paris, calendar version 1. Over without a named agent is late. Excluded, and \
              counted: given up before; split, where its parts count. One that nobody takes and nobody ends stays open.",
    p95_target: None,
    log: Log::Routing,
    kept_in: KeptIn::Promises,
    rule: Rule::BY_A_DEADLINE,
};

/// *Traitement efficace*: the first promised date.
pub static ON_DATE: Characteristic = Characteristic {
    name: "5.4.1/on-date",
    version: "5.4.1/on-date/1",
    promise: SERVICE,
    reading: "Traitement efficace: every callback that was promised to a recognised end user. T0 is the begin of the contact, \
              T1 when somebody called back. Kept: before the date that was promised first; a later promise changes \
              nothing. Late: given up, or that date passed; that it was kept in time may be told later. Target: 90 % [D].",
    p95_target: None,
    log: Log::Routing,
    kept_in: KeptIn::Promises,
    rule: Rule::BY_A_DEADLINE,
};

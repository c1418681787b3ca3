//! Promise 3.1: *modalités d'accès et tarifs d'appel communiqués*.

use crate::domain::promise::characteristic::{Characteristic, KeptIn, Log, Rule};

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

/// 3.1: customers are told before a change takes effect.
pub static CONTACT_POINT_TOLD: Characteristic = Characteristic {
    name: "3.1/told",
    version: "3.1/told/1",
    promise: SERVICE,
    reading: "Every changed version of a contact point that a customer is on record as told, customer by customer; the first \
              version changes nothing. T0 is valid_from, T1 when the delivered notice told it. Kept: T1 before valid_from. \
              Not measured: a record from before valid_from stood in it. Whom no notice reached is in the log of notices \
              only, and not counted here.",
    p95_target: None,
    log: Log::Routing,
    kept_in: KeptIn::Promises,
    rule: Rule::BY_A_DEADLINE,
};

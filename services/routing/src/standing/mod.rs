//! `routing.standing`: whoever steps in or back, and gaps in which a customer has nobody, are written down as they come
//! (promise 2.1).
//!
//! An event says only where to look: at one account, or at all that a staff member's coming and going matters to. What
//! is found there is computed from streams that are read at that moment, so that an effect that is late, repeated or
//! overtaken writes nothing that is not so. No request id is needed to write each thing once: the account takes a
//! standing only at the version that it was computed from.

mod keeper;
mod metrics;
mod reaction;

pub(crate) use keeper::Keeper;
pub(crate) use metrics::measure;
pub(crate) use reaction::options;
pub use reaction::{Look, StandingReaction};

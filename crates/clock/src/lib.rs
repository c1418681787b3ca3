//! What a domain module may know of the world: instants, ids, personal data and the context of a command.
//!
//! Nothing here does I/O. Time and ids enter through the [`Clock`] and [`Ids`] seams, so that the same inputs
//! give the same events and a run can be repeated.

mod context;
mod ids;
mod personal;
mod timestamp;

pub use context::{Channel, Context};
pub use ids::{Ids, SeededIds, SystemIds, derived_id};
pub use personal::Personal;
pub use timestamp::{Clock, ManualClock, SystemClock, Timestamp};

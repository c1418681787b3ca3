//! The ledger of kept and missed promises: every verdict is computed from recorded events and can be computed again.
//!
//! `domain` holds the promise as pure functions, `view` the tables that a projection of the lines log writes,
//! `api` the gRPC service. The ledger only reads: it never causes anything.

mod api;
pub mod domain;
mod error;
mod events;
mod ledger;
mod metrics;
mod options;
mod view;

pub use api::{Api, rules, service};
pub use error::Error;
pub use events::read;
pub use ledger::{Commitments, Question};
pub use options::Options;
pub use view::{Error as ViewError, PageKey, Sight, Standing, Window};
pub use vigie_eventlog::view::{BATCH_MAX, Batch, Comparison, Digest, Feed, Source, State, Step};

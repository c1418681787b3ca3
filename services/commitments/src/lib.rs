//! The ledger of kept and missed promises: every verdict is computed from recorded events and can be computed again.
//!
//! `domain` holds the promises as pure functions, `view` the tables that projections of the logs of lines and routing write,
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
pub use domain::promise::{Characteristic, Log};
pub use error::Error;
pub use events::{read, read_routing};
pub use ledger::{Commitments, Feeds, Question, start_view_over};
pub use options::Options;
pub use view::{AnyCase, Error as ViewError, PageKey, Sight, Standing, Window};
pub use vigie_eventlog::view::{BATCH_MAX, Batch, Comparison, Digest, Feed, Source, State, Step};

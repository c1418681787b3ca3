//! What became of a line and of every act on it: the timeline that a CRM or the extranet shows, and watches.
//!
//! `domain` says as pure functions what an event makes of an act, `view` holds the tables that a projection of the lines
//! log writes and the bells that wake those who wait for a line, `api` the gRPC service. The view only reads the log: it
//! never causes anything.

mod api;
pub mod domain;
mod error;
mod events;
mod metrics;
mod options;
mod progress;
mod view;

pub use api::{Api, rules, service};
pub use error::Error;
pub use events::{Unreadable, read};
pub use options::{Options, WatchOptions};
pub use progress::Progress;
pub use view::{ActFilter, ActKey, Error as ViewError, Head, Listener, Mark, News, Sight, Standing, Window};
pub use vigie_eventlog::view::{BATCH_MAX, Batch, Comparison, Digest, Feed, Parking, Source, State, Step};

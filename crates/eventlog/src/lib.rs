//! An event log on PostgreSQL or SQLite: appended by group commit, read densely in commit order, chained by hash.
//!
//! Rule numbers in comments are those of the project's rule book for log, bus and effects; ARCHITECTURE.md lists
//! them.

mod aggregate;
mod aggregates;
mod anchor;
mod append;
pub mod backup;
mod batch;
mod checks;
mod connector;
mod database;
mod engine;
mod event;
mod file_lock;
mod housekeeping;
mod kill_point;
mod log;
mod metrics;
pub mod reaction;
mod subscription;
mod tail;
mod timers;
pub mod trace;
mod verify;
pub mod view;
mod writer;

pub use aggregate::{Aggregate, Decision, DecodeError, DirectoryOp, EncodedEvent};
pub use aggregates::{Aggregates, ExecuteError, Leased, Order, Outcome, Request};
pub use anchor::{Anchor, AnchorFile};
pub use append::{Append, AppendError, Appended, Due, Lease, LeaseOp, RequestKey, RequestRecord};
pub use database::{Database, DatabaseOptions, Location, MigrationText, Row, Transaction, Value};
pub use event::{Checkpoint, Hash, NewEvent, RecordedEvent};
pub use housekeeping::{REQUESTS_KEPT, forget_old_requests};
pub use kill_point::kill_point;
pub use log::{EventLog, Limits, OpenError, Options, ReadError};
pub use subscription::Subscription;
pub use timers::Timers;
pub use verify::{Finding, FindingCode, Progress, Report};

//! What a process of Vigie is made of, whichever services it runs: configuration that all of them share, identity, readiness,
//! the logs that it owns or reads from elsewhere, and an end in order.
//!
//! The `main` of a service that runs alone reads: [`main`], [`Configuration::load`], [`Process::open`], [`OwnLog::open`] or
//! [`RemoteLog::open`], its own parts, [`Process::serve`], [`Process::close`].
//!
//! One configuration file can serve all of them: each process takes its own sections and leaves the others' alone.
//!
//! Invariant: nothing here depends on a service's code.

mod arguments;
mod beside;
mod configuration;
mod error;
mod health;
#[cfg_attr(not(feature = "kafka"), path = "no_kafka.rs")]
mod kafka;
mod own_log;
mod process;
mod remote_log;
mod run;
mod sections;
mod storage;
mod waiting;

pub use arguments::{Arguments, Place, ViewArguments, ViewCommand};
pub use beside::{react, spawn};
pub use configuration::{Configuration, Elsewhere, ViewConfig};
pub use error::{Error, with_causes};
pub use health::{Health, say_whether_it_moves};
pub use kafka::Kafka;
pub use own_log::OwnLog;
pub use process::Process;
pub use remote_log::{RemoteLog, Served};
pub use run::main;
pub use sections::{LinesSection, NoticesSection, RoutingSection};
pub use storage::{DATA_FOLDER, Places, Postgres, Storage};
pub use waiting::Waiting;

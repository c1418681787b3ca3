//! What tests need of the outside world: real servers, a bad network and sudden death.
//!
//! Every part runs in a [`Scratch`] folder as a child process and ends with the test process, however that ends:
//! `Drop`, a static that is never dropped, Ctrl-C or SIGKILL. Nothing here needs an async runtime of the caller:
//! calls block, and what must go on meanwhile (the [`Proxy`], the [`FakeMsc`]) has threads of its own.
//!
//! Invariant: no part of this crate knows the code under test. What it reads from a register or a database it reads
//! by its own means, so that a test does not ask the suspect.

mod bounded;
mod collector;
mod ctrl;
mod error;
mod fake_msc;
mod http;
mod ipa;
mod kafka;
mod kcat;
mod osmo_hlr;
mod part;
mod port;
mod postgres;
mod process;
mod prometheus;
mod proxy;
mod python;
mod runtime;
mod scratch;
mod tool;

pub use collector::Collector;
pub use ctrl::Ctrl;
pub use error::Error;
pub use fake_msc::{CnDomain, Deletion, FakeMsc};
pub use kafka::{Kafka, Right, SecureKafka};
pub use kcat::{Kcat, Message, Record};
pub use osmo_hlr::{Nam, OsmoHlr};
pub use port::free_port;
pub use postgres::Postgres;
pub use process::{Line, Process, Stream, arm_kill_point};
pub use prometheus::{Prometheus, Rule, Sample};
pub use proxy::{Cut, Direction, Moment, Proxy};
pub use python::Python;
pub use scratch::Scratch;
pub use tool::Tool;

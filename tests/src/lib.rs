//! A whole Vigie as a child process, those who use it, and what may be believed of their answers: for the tests in `it/`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "only tests use it")]
#![allow(clippy::print_stderr, reason = "a test says what it did and with which seed")]

mod alone;
mod call;
mod check;
mod crm;
mod dice;
mod fleet;
mod grpcurl;
mod inventory;
mod load;
mod machine;
mod people;
mod record;
mod scene;
mod system;
mod topic;
mod views;
mod year;

pub use alone::{Alone, Service};
pub use call::{Answer, Ask, Attempt, Call, Reply};
pub use check::{Shown, check, faults, shown};
pub use crm::Crm;
pub use dice::{Dice, seed};
pub use fleet::{Fleet, Wires};
pub use grpcurl::{grpcurl, grpcurl_stream};
pub use inventory::{TestLine, entry, provision, register_lines};
pub use load::{History, Load, Pace};
pub use machine::{is_long, machine, sized};
pub use people::{Door, Person, reason_of};
pub use record::{LineRecord, Record};
pub use scene::{Scene, eventually, verify};
pub use system::{Kind, Stage, System, publish_on, vigie};
pub use topic::{
    EVENTS, Mark, Marks, STATE, assert_ends_with_the_newest, assert_in_order, carried, shown_on,
};
pub use views::{Checkpoints, Digests, every_act_has_its_case, ledger_rebuilt, timelines_rebuilt};
pub use year::{Verdicts, live as a_year};

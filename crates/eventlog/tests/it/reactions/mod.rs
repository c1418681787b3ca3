//! Rule 26: an event leads to commands, once each, whatever happens in between.

mod carried;
mod decided;
#[cfg(feature = "kill-points")]
mod killed;
mod receiver;
mod restored;
mod shuffled;
mod stage;
mod waiting;

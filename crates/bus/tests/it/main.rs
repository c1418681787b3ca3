//! The relay against a real broker, real databases and real deaths.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may panic, also in its helpers"
)]

mod support;

mod broker_away;
mod child;
mod crash;
mod feed;
mod fenced;
mod garbled;
mod published;
mod restored;
mod resync;
mod resync_by_entity;
mod roles;
mod secure;
mod takeover;
mod topics;
mod two_logs;

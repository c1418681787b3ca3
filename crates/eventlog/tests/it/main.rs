//! One suite for two engines: what the log promises holds on SQLite and on PostgreSQL alike.
//!
//! A test that takes a [`Place`](support::Place) runs on both. What only PostgreSQL can suffer (a second replica, a
//! cut wire, a crash of the server) has tests of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may panic, also in its helpers"
)]

#[macro_use]
mod support;

mod backup;
mod cached_state;
mod checkpoints;
mod crash;
mod data_errors;
mod deadlines;
mod directory;
mod durability;
mod exact_bytes;
mod frozen_replica;
mod group_commit;
mod immutable_events;
mod lanes;
mod leases;
mod limits;
mod model;
mod one_clock;
mod one_process;
mod parked;
mod partitions;
mod reactions;
mod replicas;
mod request_ids;
mod silent_network;
mod timers;
mod unknown_commit;
mod unknown_events;
mod verify;

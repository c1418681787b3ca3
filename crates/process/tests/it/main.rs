//! A process with more than one log: its own, and those that it reads from elsewhere.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends there")]

mod several_logs;

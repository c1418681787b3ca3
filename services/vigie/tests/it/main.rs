//! The command line as a process, against a door that behaves in ways that are hard to provoke with the real one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests, outside of any #[test] function")]

mod base;
mod command_line;
mod contact_facts;
mod dead_letter;
mod embedded;
mod reaction;
mod real_parts;
mod restored;
mod restored_routing;
mod resynced;
mod roles;
mod routing_commands;
mod running;
mod stand_in;
mod timeline;

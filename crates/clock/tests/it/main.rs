//! Calendars, hours, deadlines and pauses, through what the crate offers.

#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

mod clocks;
mod computus;
mod elsewhere;
mod nights;
mod opening;
mod package;
mod pausing;
mod properties;
mod support;
mod vectors;

//! What holds for every context's contract.

#![allow(clippy::unwrap_used, clippy::panic, reason = "all of this is a test")]

mod restored;

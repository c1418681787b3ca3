//! Given events, when a command, then these events.

mod bouncing;
mod deciding;
mod properties;
mod retrying;
mod sending;
pub(crate) mod story;

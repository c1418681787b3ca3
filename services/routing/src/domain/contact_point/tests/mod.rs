//! The rules as stories: given what was recorded before, when a command comes, then these events.

mod properties;
mod publishing;
mod retiring;
mod story;

pub(crate) use story::{Story, content, days, publish, surcharged};

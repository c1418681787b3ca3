//! The rules as stories: given what was recorded before, when a command comes, then these events.

mod absences;
mod changing;
mod leaving;
mod properties;
mod registering;
mod story;
mod trainings;

pub(crate) use story::{Story, a_manager, at, days, stand_in};

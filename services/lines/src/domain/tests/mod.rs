//! The rules of LINES.md as stories: given what was asked before, when a command comes, then these events.

mod confirming;
mod drift;
mod properties;
mod registering;
mod reinstating;
mod replacing_sim;
mod story;
mod suspending;
mod terminating;
mod undoing;
mod waking;

pub(crate) use story::{
    Story, a_line, advisor, at, by_phone, by_phone_for_manager, clerk, from_this_line, manager, new_sim,
    reinstate, replace_sim, second_sim, stepped_up, stranger, suspend, terminate, undo, user,
};

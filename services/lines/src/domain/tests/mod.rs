//! The rules of LINES.md as stories: given what was asked before, when a command comes, then these events.

mod confirming;
mod drift;
mod esims;
mod handsets;
mod porting_out;
mod properties;
mod registering;
mod reinstating;
mod replacing_sim;
mod stolen_handsets;
mod story;
mod suspending;
mod terminating;
mod undoing;
mod waking;

pub(crate) use story::{
    EID, IMEI, OTHER_EID, OTHER_IMEI, Story, a_line, advisor, at, blocked, by_phone, by_phone_for_manager,
    clerk, complete_port_out, declare_theft, from_this_line, imei, integration, manager, new_sim,
    note_port_out, record_handset, recovered, reinstate, released, replace_sim, report, second_sim,
    stepped_up, stranger, suspend, terminate, undo, user,
};

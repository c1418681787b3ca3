//! The rules as stories: given what was recorded before, when a command comes, then these events.

mod assigning;
mod changing;
mod closing;
mod covering;
mod gaps;
mod moving;
mod naming;
mod properties;
mod registering;
mod story;
mod telling;

pub(crate) use story::{
    Story, a_candidate, a_company, a_group, a_site, account_id, address, assign, day, end, manager_id,
};

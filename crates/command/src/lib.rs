//! What the door of every commanding service is made of: who asks, the fields of a request, and what is answered when a
//! command does not go through.
//!
//! A handler reads: [`Door::open`] the call, take its fields apart with [`field`], [`Asking::order`] the command, and turn
//! what went wrong into a refusal with [`refusal`].

mod asking;
mod door;
pub mod field;
mod refuse;

pub use asking::Asking;
pub use door::Door;
pub use refuse::{Rejected, refusal, unreadable, view_unreadable};

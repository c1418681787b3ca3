//! The story of a line in pure functions: what each event tells, and where it leaves the acts that it names.

mod act;
mod entry;
mod kind;
mod line;
mod timeline;
mod words;

pub use act::{Act, ActKind, ActState};
pub use entry::Entry;
pub use kind::EntryKind;
pub use line::{Gap, Line, Place, is_next};
pub use timeline::{Asked, Meaning, Record, Seen, Timeline};
pub use words::{Summary, summary};

//! A CSV file of lines: read row by row, so that a broken row spoils nothing but itself.
//!
//! Row `n` stands on line `n + 1` of the file; blank lines keep their number and are passed over. The service derives a
//! row's request id from the file's hash and its number, which is what makes an interrupted import resumable.

mod csv;
mod file;
mod header;
mod lines;
mod rejects;

pub(crate) use file::{Rows, Survey, survey};
pub(crate) use rejects::{Rejects, write as write_rejects};

//! CSV files that are imported: read row by row, so that a broken row spoils nothing but itself.
//!
//! A [`Sheet`] says which columns a kind of file has and what becomes of them; everything else is the same for all. Row `n`
//! stands on line `n + 1` of the file; blank lines keep their number and are passed over. The service derives a row's request
//! id from the file's hash and its number, which is what makes an interrupted import resumable.

pub(crate) mod base;
mod csv;
pub(crate) mod facts;
mod file;
mod header;
mod line;
mod rejects;
mod sheet;
mod text;

pub(crate) use file::{Rows, Survey, survey};
pub(crate) use rejects::{Reject, Rejects, write as write_rejects};
pub(crate) use sheet::Sheet;

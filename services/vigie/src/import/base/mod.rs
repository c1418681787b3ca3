//! Files of a customer base: a file of each kind, which names the others' rows by the operator's own keys.
//!
//! The columns are documented, with an example of each file, in `deploy/examples/base`.

mod account;
mod assignment;
mod contact_point;
mod desk;
mod field;
mod kind;
mod person;
mod staff;
#[cfg(test)]
mod tests;

pub(crate) use kind::Kind;

use vigie_proto::routing::import_base_row::Entry;

use super::Sheet;

/// A row of a base.
pub(crate) trait BaseRow: Sheet {
    /// What the file's header says it is.
    const KIND: Kind;

    /// As `ImportBase` takes it.
    fn entry(self) -> Entry;
}

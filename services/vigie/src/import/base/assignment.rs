//! `assignments.csv`

use vigie_proto::routing::AssignmentRow;
use vigie_proto::routing::import_base_row::Entry;

use super::super::sheet::{Column, Sheet};
use super::field::{day, text};
use super::{BaseRow, Kind};

impl BaseRow for AssignmentRow {
    const KIND: Kind = Kind::Assignments;

    fn entry(self) -> Entry {
        Entry::Assignment(self)
    }
}

impl Sheet for AssignmentRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::optional("account_key", |row, field| text(&mut row.account_key, field)),
        Column::optional("account_id", |row, field| text(&mut row.account_id, field)),
        Column::optional("manager_key", |row, field| text(&mut row.manager_key, field)),
        Column::optional("manager_staff_id", |row, field| text(&mut row.manager_staff_id, field)),
        Column::needed("from", |row, field| day(&mut row.effective_from, field)),
        Column::optional("until", |row, field| day(&mut row.effective_until, field)),
    ];
}

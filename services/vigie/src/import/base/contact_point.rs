//! `contact_points.csv`

use vigie_proto::routing::import_base_row::Entry;
use vigie_proto::routing::{ContactChannel, ContactPoint, ContactPointRow, Segment, TariffClass};

use super::super::sheet::{Column, Sheet};
use super::field::{day, text, word, words, yes_or_no};
use super::{BaseRow, Kind};

impl BaseRow for ContactPointRow {
    const KIND: Kind = Kind::ContactPoints;

    fn entry(self) -> Entry {
        Entry::ContactPoint(self)
    }
}

impl Sheet for ContactPointRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::optional("key", |row, field| text(&mut row.key, field)),
        Column::optional("contact_point_id", |row, field| text(&mut point(row).contact_point_id, field)),
        Column::optional("desk_key", |row, field| text(&mut row.desk_key, field)),
        Column::optional("desk_id", |row, field| text(&mut point(row).desk_id, field)),
        Column::needed("channel", |row, field| {
            word(&mut point(row).channel, field, "CONTACT_CHANNEL", ContactChannel::from_str_name)
        }),
        Column::optional("number", |row, field| text(&mut point(row).number, field)),
        Column::optional("short_code", |row, field| text(&mut point(row).short_code, field)),
        Column::optional("from_abroad_number", |row, field| text(&mut point(row).from_abroad_number, field)),
        Column::optional("address", |row, field| text(&mut point(row).address, field)),
        Column::optional("tariff_class", |row, field| {
            word(&mut point(row).tariff_class, field, "TARIFF_CLASS", TariffClass::from_str_name)
        }),
        Column::optional("tariff_label", |row, field| text(&mut point(row).tariff_label, field)),
        Column::optional("segments", |row, field| {
            words(&mut point(row).segments, field, "SEGMENT", Segment::from_str_name)
        }),
        Column::optional("for_end_users", |row, field| yes_or_no(&mut point(row).for_end_users, field)),
        Column::optional("valid_from", |row, field| day(&mut point(row).valid_from, field)),
    ];
}

fn point(row: &mut ContactPointRow) -> &mut ContactPoint {
    row.contact_point.get_or_insert_default()
}

//! `desks.csv`

use vigie_proto::routing::import_base_row::Entry;
use vigie_proto::routing::{
    DayHours, Desk, DeskPurpose, DeskRow, ExternalIdentifier, HoursException, Language, OpeningHours, Segment,
};

use super::super::sheet::{Column, Sheet};
use super::field::{several, text, texts, word, words, yes_or_no};
use super::{BaseRow, Kind};

/// Days of a week.
const DAYS: usize = 7;

impl BaseRow for DeskRow {
    const KIND: Kind = Kind::Desks;

    fn entry(self) -> Entry {
        Entry::Desk(self)
    }
}

impl Sheet for DeskRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::optional("key", |row, field| text(&mut row.key, field)),
        Column::optional("desk_id", |row, field| text(&mut desk(row).desk_id, field)),
        Column::needed("name", |row, field| text(&mut desk(row).name, field)),
        Column::needed("purpose", |row, field| {
            word(&mut desk(row).purpose, field, "DESK_PURPOSE", DeskPurpose::from_str_name)
        }),
        Column::optional("segments", |row, field| {
            words(&mut desk(row).segments, field, "SEGMENT", Segment::from_str_name)
        }),
        Column::optional("businesses_only", |row, field| yes_or_no(&mut desk(row).businesses_only, field)),
        Column::optional("skills", |row, field| texts(&mut desk(row).skills, field)),
        Column::needed("languages", |row, field| {
            words(&mut desk(row).languages, field, "LANGUAGE", Language::from_str_name)
        }),
        Column::optional("regions", |row, field| texts(&mut desk(row).regions, field)),
        Column::optional("countries", |row, field| texts(&mut desk(row).countries, field)),
        Column::needed("time_zone", |row, field| text(&mut hours(row).time_zone, field)),
        Column::optional("holiday_zone", |row, field| text(&mut hours(row).holiday_zone, field)),
        Column::optional("monday", |row, field| open(row, 0, field)),
        Column::optional("tuesday", |row, field| open(row, 1, field)),
        Column::optional("wednesday", |row, field| open(row, 2, field)),
        Column::optional("thursday", |row, field| open(row, 3, field)),
        Column::optional("friday", |row, field| open(row, 4, field)),
        Column::optional("saturday", |row, field| open(row, 5, field)),
        Column::optional("sunday", |row, field| open(row, 6, field)),
        Column::optional("public_holidays", |row, field| {
            let times = if field.eq_ignore_ascii_case("closed") { "" } else { field };
            hours(row).holidays = Some(DayHours { windows: windows(times) });
            Ok(())
        }),
        Column::optional("exceptions", exceptions),
        Column::optional("overflow_key", |row, field| text(&mut row.overflow_key, field)),
        Column::optional("overflow_desk_id", |row, field| text(&mut desk(row).overflow_desk_id, field)),
        Column::optional("rank", |row, field| {
            desk(row).rank = field.parse().map_err(|_| "write a whole number, 0 for the first".to_owned())?;
            Ok(())
        }),
    ];

    fn keep(&mut self, owner: &str, kind: &str, id: String) -> bool {
        let identifier = ExternalIdentifier { owner: owner.to_owned(), r#type: kind.to_owned(), id };
        desk(self).external_identifiers.push(identifier);
        true
    }
}

fn desk(row: &mut DeskRow) -> &mut Desk {
    row.desk.get_or_insert_default()
}

fn hours(row: &mut DeskRow) -> &mut OpeningHours {
    let closed = || OpeningHours { week: vec![DayHours::default(); DAYS], ..OpeningHours::default() };
    desk(row).hours.get_or_insert_with(closed)
}

/// `09:00-12:30 14:00-18:00`
fn windows(field: &str) -> Vec<String> {
    field.split_whitespace().map(str::to_owned).collect()
}

fn open(row: &mut DeskRow, day: usize, field: &str) -> Result<(), String> {
    if let Some(day) = hours(row).week.get_mut(day) {
        day.windows = windows(field);
    }
    Ok(())
}

/// `2026-12-24 09:00-12:00 veille de Noël|2026-12-26 fermé`: a day, its windows, and why; without windows it is closed.
fn exceptions(row: &mut DeskRow, field: &str) -> Result<(), String> {
    for exception in several(field) {
        let (date, rest) = exception.split_once(' ').ok_or("write the day and why: 2026-12-24 inventaire")?;
        let is_window = |word: &&str| word.contains(':') && word.contains('-');
        let windows = rest.split_whitespace().take_while(is_window).map(str::to_owned).collect();
        let reason: Vec<_> = rest.split_whitespace().skip_while(is_window).collect();
        let exception = HoursException { date: date.to_owned(), windows, reason: reason.join(" ") };
        hours(row).exceptions.push(exception);
    }
    Ok(())
}

//! `staff.csv`, `trainings.csv`, `absences.csv`, `leavings.csv`

use vigie_proto::routing::import_base_row::Entry;
use vigie_proto::routing::{
    Absence, AbsenceRow, ExternalIdentifier, Language, LeavingRow, Skill, Staff, StaffRow, Training,
    TrainingRow,
};

use super::super::sheet::{Column, Sheet};
use super::field::{day, instant, several, text, texts, words, yes_or_no};
use super::{BaseRow, Kind};

impl BaseRow for StaffRow {
    const KIND: Kind = Kind::Staff;

    fn entry(self) -> Entry {
        Entry::Staff(self)
    }
}

impl Sheet for StaffRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::optional("key", |row, field| text(&mut row.key, field)),
        Column::optional("staff_id", |row, field| text(&mut staff(row).staff_id, field)),
        Column::optional("user_id", |row, field| text(&mut staff(row).user_id, field)),
        Column::needed("name", |row, field| text(&mut staff(row).name, field)),
        Column::optional("account_manager", |row, field| {
            yes_or_no(&mut staff(row).is_account_manager, field)
        }),
        Column::optional("skills", |row, field| skills(&mut staff(row).skills, field)),
        Column::needed("languages", |row, field| {
            words(&mut staff(row).languages, field, "LANGUAGE", Language::from_str_name)
        }),
        Column::optional("regions", |row, field| texts(&mut staff(row).regions, field)),
        Column::optional("email", |row, field| text(&mut staff(row).email, field)),
        Column::optional("number", |row, field| text(&mut staff(row).number, field)),
        Column::optional("desk_key", |row, field| text(&mut row.desk_key, field)),
        Column::optional("desk_id", |row, field| text(&mut staff(row).desk_id, field)),
    ];

    fn keep(&mut self, owner: &str, kind: &str, id: String) -> bool {
        let identifier = ExternalIdentifier { owner: owner.to_owned(), r#type: kind.to_owned(), id };
        staff(self).external_identifiers.push(identifier);
        true
    }
}

fn staff(row: &mut StaffRow) -> &mut Staff {
    row.staff.get_or_insert_default()
}

/// `technical`, or `technical@2027-01-31` where it ends.
fn skills(place: &mut Vec<Skill>, field: &str) -> Result<(), String> {
    for skill in several(field) {
        let (code, valid_until) = match skill.split_once('@') {
            Some((code, day)) => (code, Some(instant(day)?)),
            None => (skill, None),
        };
        place.push(Skill { code: code.to_owned(), valid_until });
    }
    Ok(())
}

impl BaseRow for TrainingRow {
    const KIND: Kind = Kind::Trainings;

    fn entry(self) -> Entry {
        Entry::Training(self)
    }
}

impl Sheet for TrainingRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::optional("staff_key", |row, field| text(&mut row.staff_key, field)),
        Column::optional("staff_id", |row, field| text(&mut row.staff_id, field)),
        Column::needed("code", |row, field| text(&mut training(row).code, field)),
        Column::needed("passed_at", |row, field| day(&mut training(row).passed_at, field)),
        Column::needed("valid_until", |row, field| day(&mut training(row).valid_until, field)),
    ];
}

fn training(row: &mut TrainingRow) -> &mut Training {
    row.training.get_or_insert_default()
}

impl BaseRow for AbsenceRow {
    const KIND: Kind = Kind::Absences;

    fn entry(self) -> Entry {
        Entry::Absence(self)
    }
}

impl Sheet for AbsenceRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::optional("staff_key", |row, field| text(&mut row.staff_key, field)),
        Column::optional("staff_id", |row, field| text(&mut row.staff_id, field)),
        Column::needed("from", |row, field| day(&mut absence(row).from, field)),
        Column::needed("until", |row, field| day(&mut absence(row).until, field)),
        Column::optional("cover_key", |row, field| text(&mut row.cover_key, field)),
        Column::optional("cover_staff_id", |row, field| text(&mut absence(row).cover_staff_id, field)),
    ];
}

fn absence(row: &mut AbsenceRow) -> &mut Absence {
    row.absence.get_or_insert_default()
}

impl BaseRow for LeavingRow {
    const KIND: Kind = Kind::Leavings;

    fn entry(self) -> Entry {
        Entry::Leaving(self)
    }
}

impl Sheet for LeavingRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::optional("staff_key", |row, field| text(&mut row.staff_key, field)),
        Column::optional("staff_id", |row, field| text(&mut row.staff_id, field)),
        Column::needed("leaves_at", |row, field| day(&mut row.leaves_at, field)),
        Column::optional("deputy_key", |row, field| text(&mut row.deputy_key, field)),
        Column::optional("deputy_staff_id", |row, field| text(&mut row.deputy_staff_id, field)),
    ];
}

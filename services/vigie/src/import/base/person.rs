//! `people.csv`

use vigie_proto::routing::import_base_row::Entry;
use vigie_proto::routing::{ExternalIdentifier, Language, Person, PersonRole, PersonRow};

use super::super::sheet::{Column, Sheet};
use super::field::{text, texts, word, words};
use super::{BaseRow, Kind};

impl BaseRow for PersonRow {
    const KIND: Kind = Kind::People;

    fn entry(self) -> Entry {
        Entry::Person(self)
    }
}

impl Sheet for PersonRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::optional("key", |row, field| text(&mut row.key, field)),
        Column::optional("person_id", |row, field| text(&mut person(row).person_id, field)),
        Column::optional("account_key", |row, field| text(&mut row.account_key, field)),
        Column::optional("account_id", |row, field| text(&mut person(row).account_id, field)),
        Column::optional("user_id", |row, field| text(&mut person(row).user_id, field)),
        Column::optional("given_name", |row, field| text(&mut person(row).given_name, field)),
        Column::needed("family_name", |row, field| text(&mut person(row).family_name, field)),
        Column::needed("roles", |row, field| {
            words(&mut person(row).roles, field, "PERSON_ROLE", PersonRole::from_str_name)
        }),
        Column::optional("language", |row, field| {
            word(&mut person(row).language, field, "LANGUAGE", Language::from_str_name)
        }),
        Column::optional("email", |row, field| text(&mut person(row).email, field)),
        Column::optional("numbers", |row, field| texts(&mut person(row).numbers, field)),
    ];

    fn keep(&mut self, owner: &str, kind: &str, id: String) -> bool {
        let identifier = ExternalIdentifier { owner: owner.to_owned(), r#type: kind.to_owned(), id };
        person(self).external_identifiers.push(identifier);
        true
    }
}

fn person(row: &mut PersonRow) -> &mut Person {
    row.person.get_or_insert_default()
}

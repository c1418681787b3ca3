//! `accounts.csv`

use vigie_proto::routing::import_base_row::Entry;
use vigie_proto::routing::{
    AccountEntry, AccountLevel, AccountRow, Address, ExternalIdentifier, Language, Segment,
};

use super::super::sheet::{Column, Sheet};
use super::field::{day, text, texts, word, words};
use super::{BaseRow, Kind};

impl BaseRow for AccountRow {
    const KIND: Kind = Kind::Accounts;

    fn entry(self) -> Entry {
        Entry::Account(self)
    }
}

impl Sheet for AccountRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::optional("key", |row, field| text(&mut row.key, field)),
        Column::optional("account_id", |row, field| text(&mut account(row).account_id, field)),
        Column::needed("level", |row, field| {
            word(&mut account(row).level, field, "ACCOUNT_LEVEL", AccountLevel::from_str_name)
        }),
        Column::optional("parent_key", |row, field| text(&mut row.parent_key, field)),
        Column::optional("parent_account_id", |row, field| text(&mut account(row).parent_account_id, field)),
        Column::needed("name", |row, field| text(&mut account(row).name, field)),
        Column::optional("siren", |row, field| text(&mut account(row).siren, field)),
        Column::optional("siret", |row, field| text(&mut account(row).siret, field)),
        Column::optional("segments", |row, field| {
            words(&mut account(row).segments, field, "SEGMENT", Segment::from_str_name)
        }),
        Column::optional("language", |row, field| {
            word(&mut account(row).language, field, "LANGUAGE", Language::from_str_name)
        }),
        Column::optional("address", |row, field| texts(&mut address(row).lines, field)),
        Column::optional("postal_code", |row, field| text(&mut address(row).postal_code, field)),
        Column::optional("town", |row, field| text(&mut address(row).town, field)),
        Column::optional("country", |row, field| text(&mut address(row).country, field)),
        Column::optional("commune", |row, field| text(&mut address(row).commune, field)),
        Column::optional("countries", |row, field| texts(&mut account(row).countries, field)),
        Column::optional("customer_since", |row, field| day(&mut account(row).customer_since, field)),
    ];

    fn keep(&mut self, owner: &str, kind: &str, id: String) -> bool {
        let identifier = ExternalIdentifier { owner: owner.to_owned(), r#type: kind.to_owned(), id };
        account(self).external_identifiers.push(identifier);
        true
    }
}

fn account(row: &mut AccountRow) -> &mut AccountEntry {
    row.account.get_or_insert_default()
}

fn address(row: &mut AccountRow) -> &mut Address {
    account(row).address.get_or_insert_default()
}

//! What the columns mean.

use std::borrow::Cow;

use vigie_proto::lines::{ExternalIdentifier, LineEntry};

use super::csv;
use super::lines::Problem;

/// Columns that this program adds to a file of rejects; passed over when the mended file is imported.
pub(super) const REJECT_COLUMNS: [&str; 3] = ["rejected_row", "rejected_reason", "rejected_message"];

const REQUIRED: [&str; 5] = ["account_id", "msisdn", "imsi", "iccid", "account_holder"];

#[derive(Clone, Debug, PartialEq, Eq)]
enum Column {
    AccountId,
    Msisdn,
    Imsi,
    Iccid,
    AccountHolder,
    UserId,
    CostCentre,
    Site,
    External { owner: String, kind: String },
    Ignored,
}

/// The columns of a file, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    separator: char,
    columns: Vec<Column>,
}

impl Header {
    /// Reads the first line. An unknown column is refused: a misspelt one would lose its data in silence.
    pub(super) fn read(line: &str) -> Result<Self, String> {
        let line = line.trim_start_matches('\u{feff}');
        // Spreadsheets in French write semicolons.
        let separator = if line.contains(';') && !line.contains(',') { ';' } else { ',' };
        let names = csv::fields(line, separator).map_err(|problem| format!("the header row: {problem}"))?;
        let columns = names.iter().map(|name| column(name)).collect::<Result<Vec<_>, _>>()?;
        for name in REQUIRED {
            if !names.iter().any(|it| it == name) {
                return Err(format!(
                    "the header row has no column {name}; it needs {} and may have user_id, cost_centre, site, \
                     ext:OWNER:TYPE",
                    REQUIRED.join(", ")
                ));
            }
        }
        if let Some(twice) =
            names.iter().enumerate().find(|(index, name)| names.iter().take(*index).any(|it| it == *name))
        {
            return Err(format!("the header row names {} twice", twice.1));
        }
        Ok(Self { separator, columns })
    }

    /// What stands between two fields.
    pub(super) const fn separator(&self) -> char {
        self.separator
    }

    /// The line that a row describes. Whether its values are possible is the service's to say.
    pub(super) fn entry(&self, row: &str) -> Result<LineEntry, Problem> {
        let fields = csv::fields(row, self.separator)?;
        if fields.len() != self.columns.len() {
            return Err(Problem::ColumnCount { found: fields.len(), expected: self.columns.len() });
        }
        let mut entry = LineEntry::default();
        for (column, field) in self.columns.iter().zip(fields) {
            put(&mut entry, column, field);
        }
        Ok(entry)
    }
}

fn column(name: &str) -> Result<Column, String> {
    Ok(match name {
        "account_id" => Column::AccountId,
        "msisdn" => Column::Msisdn,
        "imsi" => Column::Imsi,
        "iccid" => Column::Iccid,
        "account_holder" => Column::AccountHolder,
        "user_id" => Column::UserId,
        "cost_centre" => Column::CostCentre,
        "site" => Column::Site,
        name if REJECT_COLUMNS.contains(&name) => Column::Ignored,
        name => {
            let key = name.strip_prefix("ext:").and_then(|key| key.split_once(':'));
            let key = key.filter(|(owner, kind)| !owner.is_empty() && !kind.is_empty());
            let (owner, kind) =
                key.ok_or_else(|| format!("the header row names an unknown column {name:?}"))?;
            Column::External { owner: owner.to_owned(), kind: kind.to_owned() }
        }
    })
}

fn put(entry: &mut LineEntry, column: &Column, field: Cow<'_, str>) {
    let value = field.into_owned();
    match column {
        Column::AccountId => entry.account_id = value,
        Column::Msisdn => entry.msisdn = value,
        Column::Imsi => entry.imsi = value,
        Column::Iccid => entry.iccid = value,
        Column::AccountHolder => entry.account_holder = value,
        Column::UserId => entry.user_id = value,
        Column::CostCentre => entry.cost_centre = value,
        Column::Site => entry.site = value,
        Column::External { owner, kind } if !value.is_empty() => entry
            .external_identifiers
            .push(ExternalIdentifier { owner: owner.clone(), r#type: kind.clone(), id: value }),
        Column::External { .. } | Column::Ignored => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "account_id,msisdn,imsi,iccid,account_holder";

    #[test]
    fn columns_are_found_by_name_in_any_order() {
        let header =
            Header::read("site;msisdn;account_holder;imsi;iccid;account_id;ext:crm:subscription").unwrap();
        let entry = header.entry("SIRET;+33639980001;\"Dupont; Léa\";208;8933;acc;S-1").unwrap();
        assert_eq!(entry.msisdn, "+33639980001");
        assert_eq!(entry.account_holder, "Dupont; Léa");
        assert_eq!((entry.site.as_str(), entry.account_id.as_str()), ("SIRET", "acc"));
        let key = &entry.external_identifiers[0];
        assert_eq!(
            (key.owner.as_str(), key.r#type.as_str(), key.id.as_str()),
            ("crm", "subscription", "S-1")
        );
    }

    #[test]
    fn a_spreadsheets_byte_order_mark_is_no_part_of_a_name() {
        assert!(Header::read(&format!("\u{feff}{HEADER}")).is_ok());
    }

    #[test]
    fn a_missing_misspelt_or_doubled_column_is_refused_by_name() {
        for (header, named) in [
            ("account_id,msisdn,imsi,iccid", "account_holder"),
            (&*format!("{HEADER},cost_center"), "cost_center"),
            (&*format!("{HEADER},msisdn"), "msisdn twice"),
            (&*format!("{HEADER},ext:crm"), "ext:crm"),
        ] {
            let refused = Header::read(header).unwrap_err();
            assert!(refused.contains(named), "{refused}");
        }
    }

    #[test]
    fn a_row_with_another_number_of_columns_is_a_problem() {
        let header = Header::read(HEADER).unwrap();
        assert_eq!(header.entry("a,b").unwrap_err(), Problem::ColumnCount { found: 2, expected: 5 });
    }

    #[test]
    fn a_mended_file_of_rejects_can_be_imported() {
        let header = Header::read(&format!("{HEADER},{}", REJECT_COLUMNS.join(","))).unwrap();
        let entry =
            header.entry("a,+33639980001,208,8933,h,17,MALFORMED_NUMBER,the number is wrong").unwrap();
        assert_eq!(
            entry,
            LineEntry {
                account_id: "a".into(),
                msisdn: "+33639980001".into(),
                imsi: "208".into(),
                iccid: "8933".into(),
                account_holder: "h".into(),
                ..Default::default()
            }
        );
    }
}

//! The header row: which column stands where.

use super::csv;
use super::sheet::{Column, Sheet};
use super::text::Problem;

/// Columns that this program adds to a file of rejects; passed over when the mended file is imported.
pub(super) const REJECT_COLUMNS: [&str; 3] = ["rejected_row", "rejected_reason", "rejected_message"];

enum Place<S: 'static> {
    Known(&'static Column<S>),
    External { owner: String, kind: String },
    Ignored,
}

/// The columns of a file, in its order.
pub(crate) struct Header<S: 'static> {
    separator: char,
    places: Vec<Place<S>>,
}

impl<S: Sheet> Header<S> {
    /// Reads the first line. An unknown column is refused: a misspelt one would lose its data in silence.
    pub(super) fn read(line: &str) -> Result<Self, String> {
        let separator = separator(line);
        let names = csv::fields(without_mark(line), separator)
            .map_err(|problem| format!("the header row: {problem}"))?;
        let places = names.iter().map(|name| place(name)).collect::<Result<Vec<_>, _>>()?;
        for column in S::COLUMNS.iter().filter(|column| column.is_needed) {
            if !names.iter().any(|name| name == column.name) {
                return Err(format!("the header row has no column {}; {}", column.name, wanted::<S>()));
            }
        }
        if let Some(twice) =
            names.iter().enumerate().find(|(index, name)| names.iter().take(*index).any(|it| it == *name))
        {
            return Err(format!("the header row names {} twice", twice.1));
        }
        Ok(Self { separator, places })
    }

    /// What a row describes. Whether its values are possible is the service's to say.
    pub(super) fn entry(&self, row: &str) -> Result<S, Problem> {
        let fields = csv::fields(row, self.separator)?;
        if fields.len() != self.places.len() {
            return Err(Problem::ColumnCount { found: fields.len(), expected: self.places.len() });
        }
        let mut entry = S::default();
        for (place, field) in self.places.iter().zip(fields).filter(|(_, field)| !field.is_empty()) {
            match place {
                Place::Known(column) => (column.put)(&mut entry, &field)
                    .map_err(|why| Problem::Value { column: column.name, why })?,
                Place::External { owner, kind } => {
                    entry.keep(owner, kind, field.into_owned());
                }
                Place::Ignored => {}
            }
        }
        Ok(entry)
    }
}

/// What stands between two fields. Spreadsheets in French write semicolons.
pub(super) fn separator(header: &str) -> char {
    if header.contains(';') && !header.contains(',') { ';' } else { ',' }
}

/// The header row without the byte order mark that spreadsheets put in front.
pub(super) fn without_mark(header: &str) -> &str {
    header.trim_start_matches('\u{feff}')
}

fn place<S: Sheet>(name: &str) -> Result<Place<S>, String> {
    if let Some(column) = S::COLUMNS.iter().find(|column| column.name == name) {
        return Ok(Place::Known(column));
    }
    if REJECT_COLUMNS.contains(&name) {
        return Ok(Place::Ignored);
    }
    let key = name.strip_prefix("ext:").and_then(|key| key.split_once(':'));
    let key = key.filter(|(owner, kind)| !owner.is_empty() && !kind.is_empty() && takes_keys::<S>());
    let (owner, kind) =
        key.ok_or_else(|| format!("the header row names an unknown column {name:?}; {}", wanted::<S>()))?;
    Ok(Place::External { owner: owner.to_owned(), kind: kind.to_owned() })
}

fn takes_keys<S: Sheet>() -> bool {
    S::default().keep("", "", String::new())
}

/// The columns that there are, for people.
fn wanted<S: Sheet>() -> String {
    let named = |is_needed: bool| {
        let columns = S::COLUMNS.iter().filter(move |column| column.is_needed == is_needed);
        columns.map(|column| column.name)
    };
    let needed: Vec<_> = named(true).collect();
    let optional: Vec<_> = named(false).chain(takes_keys::<S>().then_some("ext:OWNER:TYPE")).collect();
    format!("it needs {} and may have {}", needed.join(", "), optional.join(", "))
}

#[cfg(test)]
mod tests {
    use vigie_proto::lines::LineEntry;

    use super::*;

    const HEADER: &str = "account_id,msisdn,imsi,iccid,account_holder";

    fn read(header: &str) -> Result<Header<LineEntry>, String> {
        Header::read(header)
    }

    #[test]
    fn columns_are_found_by_name_in_any_order() {
        let header = read("site;msisdn;account_holder;imsi;iccid;account_id;ext:crm:subscription").unwrap();
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
        assert!(read(&format!("\u{feff}{HEADER}")).is_ok());
    }

    #[test]
    fn a_missing_misspelt_or_doubled_column_is_refused_by_name() {
        for (header, named) in [
            ("account_id,msisdn,imsi,iccid", "account_holder"),
            (&*format!("{HEADER},usr_id"), "usr_id"),
            (&*format!("{HEADER},msisdn"), "msisdn twice"),
            (&*format!("{HEADER},ext:crm"), "ext:crm"),
        ] {
            let refused = read(header).err().unwrap();
            assert!(refused.contains(named), "{refused}");
        }
        let refused = read(&format!("{HEADER},usr_id")).err().unwrap();
        assert!(refused.contains("may have user_id, cost_centre"), "{refused}");
    }

    #[test]
    fn a_row_with_another_number_of_columns_is_a_problem() {
        let header = read(HEADER).unwrap();
        assert_eq!(header.entry("a,b").unwrap_err(), Problem::ColumnCount { found: 2, expected: 5 });
    }

    #[test]
    fn a_mended_file_of_rejects_can_be_imported() {
        let header = read(&format!("{HEADER},{}", REJECT_COLUMNS.join(","))).unwrap();
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

//! Rows that were not registered: kept, bounded, and written as a file to mend.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use super::csv::quote;
use super::file::RawRows;
use super::header::REJECT_COLUMNS;
use crate::error::Error;

/// So many rejects are kept. A file with more is not a file with mistakes, it is the wrong file.
const KEPT_MAX: usize = 100_000;

/// A row that was rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reject {
    /// Its number in the file.
    pub(crate) row: i64,
    /// Stable reason.
    pub(crate) reason: String,
    /// For people.
    pub(crate) message: String,
}

/// Rejected rows by number.
#[derive(Debug, Default)]
pub(crate) struct Rejects {
    rows: BTreeMap<i64, Reject>,
    beyond: u64,
}

impl Rejects {
    /// Keeps a reject, unless there are too many.
    pub(crate) fn add(&mut self, row: Reject) {
        if self.rows.len() < KEPT_MAX || self.rows.contains_key(&row.row) {
            self.rows.insert(row.row, row);
        } else {
            self.beyond += 1;
        }
    }

    /// Those kept, in the file's order.
    pub(crate) fn kept(&self) -> impl Iterator<Item = &Reject> {
        self.rows.values()
    }

    /// All, also those not kept.
    pub(crate) fn count(&self) -> u64 {
        self.rows.len() as u64 + self.beyond
    }
}

/// Writes the rejected rows of `source` to `target`, each with row number, reason and message behind its own columns.
///
/// Returns how many were written: a row that is no text is left out, its number, reason and message were shown.
pub(crate) fn write(source: &Path, target: &Path, rejects: &Rejects) -> Result<u64, Error> {
    let failed = |error| Error::local(format!("write {}", target.display()), error);
    let mut rows = RawRows::open(source)?;
    let mut file = BufWriter::new(File::create(target).map_err(failed)?);
    let (header, separator) = rows.header();
    let known: Vec<_> = header.split(separator).map(str::trim).collect();
    let add_columns = !REJECT_COLUMNS.iter().any(|column| known.contains(column));
    let columns = REJECT_COLUMNS.join(&separator.to_string());
    if add_columns {
        writeln!(file, "{header}{separator}{columns}").map_err(failed)?;
    } else {
        writeln!(file, "{header}").map_err(failed)?;
    }
    let mut written = 0;
    while let Some((number, line)) = rows.next()? {
        let (Some(reject), Ok(line)) = (rejects.rows.get(&number), line) else { continue };
        if add_columns {
            let (reason, message) = (quote(&reject.reason, separator), quote(&reject.message, separator));
            writeln!(file, "{line}{separator}{number}{separator}{reason}{separator}{message}")
                .map_err(failed)?;
        } else {
            writeln!(file, "{line}").map_err(failed)?;
        }
        written += 1;
    }
    file.into_inner().map_err(|error| failed(error.into_error()))?.sync_all().map_err(failed)?;
    Ok(written)
}

#[cfg(test)]
mod tests {
    use vigie_proto::lines::LineEntry;

    use super::*;
    use crate::import::Rows;

    fn rejected(row: i64) -> Reject {
        Reject { row, reason: "MALFORMED_NUMBER".into(), message: "the number, as it is, is none".into() }
    }

    #[test]
    fn the_file_of_rejects_holds_the_rows_themselves_with_reasons() {
        let folder = tempfile::tempdir().unwrap();
        let (source, target) = (folder.path().join("in.csv"), folder.path().join("out.csv"));
        let text = "account_id,msisdn,imsi,iccid,account_holder\na,1,2,3,h\n\na,4,5,6,\"h, i\"\n";
        std::fs::write(&source, text).unwrap();
        let mut rejects = Rejects::default();
        rejects.add(rejected(3));
        assert_eq!(write(&source, &target, &rejects).unwrap(), 1);
        assert_eq!(
            std::fs::read_to_string(&target).unwrap(),
            "account_id,msisdn,imsi,iccid,account_holder,rejected_row,rejected_reason,rejected_message\n\
             a,4,5,6,\"h, i\",3,MALFORMED_NUMBER,\"the number, as it is, is none\"\n"
        );
        let mut again = Rows::<LineEntry>::open(&target).unwrap();
        let (_, row) = again.next_row().unwrap().unwrap();
        assert_eq!(row.unwrap().account_holder, "h, i", "the mended file reads back");
    }

    #[test]
    fn a_wrong_file_does_not_fill_the_memory() {
        let mut rejects = Rejects::default();
        for row in 1..=KEPT_MAX as i64 + 5 {
            rejects.add(rejected(row));
        }
        assert_eq!(rejects.kept().count(), KEPT_MAX);
        assert_eq!(rejects.count(), KEPT_MAX as u64 + 5);
    }
}

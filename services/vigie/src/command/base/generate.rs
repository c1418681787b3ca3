//! `vigie base generate`

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;
use vigie_clock::{Clock as _, SystemClock};
use vigie_fiction::{Operator, Size, Table};

use crate::cli::GenerateBase;
use crate::error::Error;
use crate::output::Output;

/// People of an account, on average, where nobody says how many there are.
const PEOPLE_PER_ACCOUNT: u64 = 20;

const BUFFER_BYTES: usize = 256 * 1024;

pub(super) fn run(output: &mut Output, arguments: &GenerateBase) -> Result<(), Error> {
    let accounts = arguments.accounts;
    let size = Size {
        accounts,
        people: arguments.people.unwrap_or_else(|| accounts.saturating_mul(PEOPLE_PER_ACCOUNT)),
    };
    let as_of = arguments.as_of.map_or_else(today, Ok)?;
    let operator =
        Operator::new(arguments.seed, size, as_of).map_err(|error| Error::Usage(error.to_string()))?;
    let folder = &arguments.folder;
    std::fs::create_dir_all(folder)
        .map_err(|error| Error::local(format!("create {}", folder.display()), error))?;
    let mut rows = serde_json::Map::new();
    for table in Table::ALL {
        let written = write(&operator, table, &folder.join(table.file_name()))?;
        output.text(&format!("{:>20}  {written} rows", table.file_name()))?;
        rows.insert(table.file_name().into(), written.into());
    }
    output.document(&json!({
        "folder": folder.display().to_string(),
        "seed": arguments.seed,
        "as_of": as_of.to_string(),
        "rows": rows,
    }))?;
    let seed = arguments.seed;
    let again = format!("--accounts {accounts} --people {} --seed {seed} --as-of {as_of}", size.people);
    output.note(&format!("The same bytes again: vigie base generate {again} FOLDER"));
    Ok(())
}

fn today() -> Result<Date, Error> {
    let now = jiff::Timestamp::from_microsecond(SystemClock.now().as_micros());
    let paris = TimeZone::get("Europe/Paris");
    let (now, paris) =
        now.and_then(|now| Ok((now, paris?))).map_err(|error| Error::Usage(error.to_string()))?;
    Ok(now.to_zoned(paris).date())
}

/// Writes a file that is not there yet.
fn write(operator: &Operator, table: Table, path: &Path) -> Result<u64, Error> {
    let failed = |error| Error::local(format!("write {}", path.display()), error);
    let file = File::options().write(true).create_new(true).open(path).map_err(failed)?;
    let mut file = BufWriter::with_capacity(BUFFER_BYTES, file);
    let rows = operator.write(table, &mut file).map_err(failed)?;
    file.flush().map_err(failed)?;
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn files_that_are_there_are_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let arguments = GenerateBase {
            accounts: 20,
            people: None,
            seed: 1,
            as_of: Some(date(2026, 11, 2)),
            folder: folder.path().join("base"),
        };
        let mut output = Output::standard(true);
        run(&mut output, &arguments).unwrap();
        let people = std::fs::read_to_string(arguments.folder.join("people.csv")).unwrap();
        assert_eq!(people.lines().count(), 1 + 400, "a header, and 20 times as many people as accounts");
        assert_eq!(run(&mut output, &arguments).unwrap_err().reason(), "LOCAL");
    }
}

use std::path::{Path, PathBuf};

use clap::ValueEnum as _;
use jiff::civil::date;
use vigie_fiction::{Operator, Size, Table};
use vigie_proto::routing::import_base_row::Entry;
use vigie_proto::routing::{
    AbsenceRow, AccountRow, AssignmentRow, ContactPointRow, DeskRow, LeavingRow, PersonRow, StaffRow,
    TrainingRow,
};

use super::super::file::Rows;
use super::super::sheet::Column;
use super::*;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/examples/base")
}

/// Every row of a file, or the first that cannot be read.
fn read<R: BaseRow>(path: &Path) -> Vec<(i64, Entry)> {
    let mut rows = Rows::<R>::open(path).unwrap();
    let mut entries = Vec::new();
    while let Some((number, row)) = rows.next_row().unwrap() {
        let row = row.unwrap_or_else(|problem| panic!("{} row {number}: {problem}", path.display()));
        entries.push((number, row.entry()));
    }
    entries
}

fn read_as(kind: Kind, path: &Path) -> Vec<(i64, Entry)> {
    match kind {
        Kind::Desks => read::<DeskRow>(path),
        Kind::ContactPoints => read::<ContactPointRow>(path),
        Kind::Staff => read::<StaffRow>(path),
        Kind::Trainings => read::<TrainingRow>(path),
        Kind::Absences => read::<AbsenceRow>(path),
        Kind::Leavings => read::<LeavingRow>(path),
        Kind::Accounts => read::<AccountRow>(path),
        Kind::People => read::<PersonRow>(path),
        Kind::Assignments => read::<AssignmentRow>(path),
    }
}

fn columns(kind: Kind) -> Vec<(&'static str, bool)> {
    fn of<S>(columns: &[Column<S>]) -> Vec<(&'static str, bool)> {
        columns.iter().map(|column| (column.name, column.is_needed)).collect()
    }
    match kind {
        Kind::Desks => of(DeskRow::COLUMNS),
        Kind::ContactPoints => of(ContactPointRow::COLUMNS),
        Kind::Staff => of(StaffRow::COLUMNS),
        Kind::Trainings => of(TrainingRow::COLUMNS),
        Kind::Absences => of(AbsenceRow::COLUMNS),
        Kind::Leavings => of(LeavingRow::COLUMNS),
        Kind::Accounts => of(AccountRow::COLUMNS),
        Kind::People => of(PersonRow::COLUMNS),
        Kind::Assignments => of(AssignmentRow::COLUMNS),
    }
}

#[test]
fn a_generated_base_reads_as_the_rows_that_it_was_made_of() {
    let size = Size { accounts: 150, people: 1_500 };
    let operator = Operator::new(7, size, date(2026, 11, 2)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for table in Table::ALL {
        let path = folder.path().join(table.file_name());
        let rows = operator.write(table, &mut std::fs::File::create(&path).unwrap()).unwrap();
        let kind = Kind::of_file(&path).unwrap();
        assert_eq!(kind.wire(), table.base_kind());
        let read = read_as(kind, &path);
        assert_eq!(read.len() as u64, rows);
        for ((number, entry), made) in read.into_iter().zip(operator.rows(table)) {
            assert_eq!((number, Some(entry)), (made.row, made.entry), "{}", table.file_name());
        }
    }
}

#[test]
fn the_example_of_each_file_reads() {
    for kind in Kind::value_variants() {
        let path = examples().join(format!("{}.csv", kind.name()));
        assert!(!read_as(*kind, &path).is_empty(), "{}", path.display());
    }
}

#[test]
fn every_column_is_documented_and_nothing_else_is() {
    let page = std::fs::read_to_string(examples().join("README.md")).unwrap();
    for kind in Kind::value_variants() {
        let heading = format!("## `{}.csv`", kind.name());
        let section = page.split_once(&heading).unwrap_or_else(|| panic!("{heading} is missing")).1;
        let section = section.split("\n## ").next().unwrap();
        let documented: Vec<_> = section
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
            .map(|(name, rest)| (name, rest.trim_start().starts_with("yes")))
            .filter(|(name, _)| !name.starts_with("ext:"))
            .collect();
        assert_eq!(documented, columns(*kind), "{heading}");
    }
}

#[test]
fn a_value_that_cannot_be_is_said_by_its_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("assignments.csv");
    std::fs::write(&path, "account_key,manager_key,from\nA1,M1,20/11/2026\nA1,M1,2026-11-20\n").unwrap();
    let mut rows = Rows::<AssignmentRow>::open(&path).unwrap();
    let (number, problem) = rows.next_row().unwrap().unwrap();
    let problem = problem.unwrap_err();
    assert_eq!((number, problem.reason()), (1, "CSV_VALUE"));
    assert!(problem.to_string().contains("column from"), "{problem}");
    assert!(rows.next_row().unwrap().unwrap().1.is_ok(), "the next row is read");
}

#[test]
fn exceptions_and_holidays_of_a_desk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desks.csv");
    let header = "key,name,purpose,languages,time_zone,monday,public_holidays,exceptions";
    let rows = "D1,Desk,TECHNICAL,FRENCH,Europe/Paris,08:00-12:00 14:00-18:00,closed,\
                2026-12-24 09:00-12:00 10:00-11:00 veille de Noël|2026-12-26 pont\n\
                D2,Desk,TECHNICAL,FRENCH,Europe/Paris,08:00-12:00,,\n";
    std::fs::write(&path, format!("{header}\n{rows}")).unwrap();
    let entries = read::<DeskRow>(&path);
    let [(_, Entry::Desk(first)), (_, Entry::Desk(second))] = entries.as_slice() else {
        panic!("{entries:?}")
    };
    let hours = |row: &DeskRow| row.desk.clone().unwrap().hours.unwrap();
    let (first, second) = (hours(first), hours(second));
    assert_eq!((first.week.len(), first.week[0].windows.len(), first.week[1].windows.len()), (7, 2, 0));
    assert_eq!(first.holidays.unwrap().windows.len(), 0, "closed");
    assert_eq!(second.holidays, None, "as on any day");
    let shown: Vec<_> =
        first.exceptions.iter().map(|it| (it.date.as_str(), it.windows.len(), it.reason.as_str())).collect();
    assert_eq!(shown, [("2026-12-24", 2, "veille de Noël"), ("2026-12-26", 0, "pont")]);
}

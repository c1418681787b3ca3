//! `vigie base …`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;

use crate::import::base::Kind;

#[derive(Debug, Subcommand)]
pub(crate) enum BaseCommand {
    /// Take over customers, people, staff and teams from CSV files; run it again to go on after an interruption
    Import(ImportBase),
    /// Write the base of an operator that does not exist, of any size
    Generate(GenerateBase),
}

#[derive(Args, Debug)]
pub(crate) struct ImportBase {
    /// CSV files, or folders that hold them: desks.csv, contact_points.csv, staff.csv, trainings.csv, absences.csv,
    /// leavings.csv, accounts.csv, assignments.csv, people.csv; comma or semicolon, UTF-8. They are imported in
    /// that order; deploy/examples/base documents their columns
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// The system whose keys the files have
    #[arg(long, value_name = "NAME", default_value = "crm")]
    pub(crate) owner: String,
    /// What the rows of the files are, where their names do not say it
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<Kind>,
    /// Write the rejected rows into files of the same names here, with reason and message, ready to be mended and
    /// imported
    #[arg(long, value_name = "FOLDER")]
    pub(crate) rejects: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct GenerateBase {
    /// Groups, companies and sites together
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub(crate) accounts: u64,
    /// People of all accounts together [default: 20 times as many]
    #[arg(long, value_name = "N")]
    pub(crate) people: Option<u64>,
    /// Another seed is another operator
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// The day on which the operator is looked at: absences fill the year that follows [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<Date>,
    /// Where the files go
    pub(crate) folder: PathBuf,
}
